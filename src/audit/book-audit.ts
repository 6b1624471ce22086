import canonicalize from 'canonicalize';
import type { PublishedAsset } from './asset-register.js';
import { Different, shown } from './difference.js';
import { EventAudit, type PublishedBalance } from './event-audit.js';
import { LogAudit, type LogRules, type TileHash } from './log-audit.js';

/** What an audit found of a book that is whole. */
export interface Whole {
  book: string;
  size: number;
  /** Base64. */
  root: string;
  /** Keys that signed its checkpoints. */
  signers: string[];
  /** The last signed checkpoint: what an auditor keeps for the next visit. */
  checkpoint: string;
  checkpoints: number;
  balances: number;
  assets: number;
  /** Whether what the service publishes was among what was checked. */
  withViews: boolean;
}

/** Half of an audit: the entries with what is published of them, or the log. Neither needs the other. */
export type Part = 'entries' | 'log';

/** One book, from its first event to what is published of it. All of it may throw Different. */
export class BookAudit {
  private readonly events: EventAudit;
  private readonly log: LogAudit;
  private checkpoints = 0;

  /** @param only the half that is to be judged; both where absent */
  constructor(
    readonly book: string,
    rules: LogRules,
    private readonly only?: Part,
  ) {
    this.events = new EventAudit(book);
    this.log = new LogAudit(book, rules);
  }

  get size(): number {
    return this.only === 'log' ? this.log.count : this.events.count;
  }

  /** The rules of the ledger first: they say more of what is wrong than a hash does. */
  event(text: string): void {
    if (this.only !== 'log') this.events.take(text);
    if (this.only !== 'entries') this.log.append(text);
  }

  tileHash(hash: TileHash): void {
    if (this.only !== 'entries') this.log.tileHash(hash);
  }

  checkpoint(note: string): void {
    if (this.only !== 'entries') this.log.checkpointNow(note);
    this.checkpoints += 1;
  }

  /** What is published, in its order; without it only the log is judged. */
  end(published?: { balances: PublishedBalance[]; assets: PublishedAsset[] }): Whole {
    if (this.only !== 'entries') this.log.end();
    const balances = this.events.publishedBalances();
    const assets = this.events.publishedAssets();
    if (published !== undefined && this.only !== 'log') {
      this.compare('balances', balances, published.balances, ({ account, fund }) => `${account} ${fund}`);
      this.compare('assets', assets, published.assets, ({ id }) => id);
    }
    return {
      book: this.book,
      size: this.size,
      root: this.log.root().toString('base64'),
      signers: this.log.signers,
      checkpoint: this.log.checkpoint,
      checkpoints: this.checkpoints,
      balances: balances.length,
      assets: assets.length,
      withViews: published !== undefined,
    };
  }

  private compare<Row>(name: string, expected: Row[], found: Row[], keyOf: (row: Row) => string): void {
    for (let index = 0; index < Math.max(expected.length, found.length); index += 1) {
      const [own, theirs] = [expected[index], found[index]];
      const row = own ?? theirs;
      if (
        row === undefined ||
        (own !== undefined && theirs !== undefined && canonicalize(own) === canonicalize(theirs))
      )
        continue;
      const at = `${name}[${keyOf(row)}]`;
      // A row that is left out or put in moves all that follow, so the key tells which of the two it is.
      if (own === undefined || theirs === undefined || keyOf(own) !== keyOf(theirs))
        this.differ(at, shown(own), shown(theirs));
      const inside = firstDifference(own, theirs, at);
      this.differ(inside.field, shown(inside.expected), shown(inside.found));
    }
  }

  private differ(field: string, expected: string, found: string): never {
    throw new Different({ book: this.book, seq: this.size === 0 ? null : this.size - 1, field, expected, found });
  }
}

/** Of two values that are not alike. */
function firstDifference(
  expected: unknown,
  found: unknown,
  field: string,
): { field: string; expected: unknown; found: unknown } {
  if (isObject(expected) && isObject(found) && Array.isArray(expected) === Array.isArray(found)) {
    for (const name of new Set([...Object.keys(expected), ...Object.keys(found)])) {
      const [own, theirs] = [expected[name], found[name]];
      if (own !== theirs && canonicalize(own) !== canonicalize(theirs)) {
        return firstDifference(own, theirs, Array.isArray(expected) ? `${field}[${name}]` : `${field}.${name}`);
      }
    }
  }
  return { field, expected, found };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
