import type { BookEvent } from '../domain/event.js';
import { type Fen, formatYuan, parseYuan } from '../domain/money.js';
import { AssetRegister, type PublishedAsset } from './asset-register.js';
import { Different, shown } from './difference.js';
import { postingsMisfit } from './event-moves.js';
import { EVENT_SHAPES, TYPE } from './event-shapes.js';
import type { Misfit } from './shape.js';

export interface PublishedBalance {
  account: string;
  amount: string;
  fund: string;
}

/** C2SP tlog-tiles: the length of an entry is two bytes. */
const MOST_BYTES = 65_535;

/** Checks the events of a book, one after the other from the first, and adds up what follows from them. */
export class EventAudit {
  private readonly balances = new Map<string, Map<string, Fen>>();
  private readonly register = new AssetRegister();
  /** Seq by idempotency key. */
  private readonly keys = new Map<string, number>();
  /** What each entry is, since a reversal names it. */
  private readonly types: string[] = [];
  private readonly reversed = new Set<number>();
  private lastRecordedAt = '';

  constructor(private readonly book: string) {}

  get count(): number {
    return this.types.length;
  }

  /** Takes in the next event. Error: Different. */
  take(text: string): void {
    const event = this.parse(text);
    const found = this.placeMisfit(event) ?? postingsMisfit(event) ?? this.reversalMisfit(event) ?? this.post(event);
    if (found !== undefined) this.differ(found);
    if (!this.register.take(event))
      this.differ({ path: 'data', expected: 'an asset that an earlier entry made', found: shown(event.data) });
    this.keys.set(event.command, event.seq);
    this.types.push(event.type);
    this.lastRecordedAt = event.recordedAt;
  }

  /** What is not nothing, by account and fund. */
  publishedBalances(): PublishedBalance[] {
    const published: PublishedBalance[] = [];
    for (const account of [...this.balances.keys()].sort()) {
      const funds = this.balances.get(account) ?? new Map<string, Fen>();
      for (const fund of [...funds.keys()].sort()) {
        const amountFen = funds.get(fund) ?? 0n;
        if (amountFen !== 0n) published.push({ account, amount: formatYuan(amountFen), fund });
      }
    }
    return published;
  }

  publishedAssets(): PublishedAsset[] {
    return this.register.published();
  }

  private parse(text: string): BookEvent {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return this.differ({ path: 'event', expected: 'JSON', found: shown(text) });
    }
    // A byte of UTF-8 is at least a third of a character's length in UTF-16.
    if (text.length * 3 > MOST_BYTES && Buffer.byteLength(text) > MOST_BYTES)
      return this.differ({
        path: 'event',
        expected: `at most ${MOST_BYTES} bytes`,
        found: `${Buffer.byteLength(text)}`,
      });
    const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
    const shape = EVENT_SHAPES.get(String(type));
    const found = shape === undefined ? { ...misfitOf(TYPE(type)), path: 'type' } : shape(value);
    if (found !== undefined) return this.differ(found);
    const again = JSON.stringify(value);
    if (again !== text)
      return this.differ({ path: 'event', expected: `canonical form ${shown(again)}`, found: shown(text) });
    return value as BookEvent;
  }

  private placeMisfit({ book, seq, command, recordedAt }: BookEvent): Misfit | undefined {
    if (seq !== this.count) return { path: 'seq', expected: `${this.count}`, found: `${seq}` };
    if (book !== this.book) return { path: 'book', expected: this.book, found: book };
    const earlier = this.keys.get(command);
    if (earlier !== undefined)
      return { path: 'command', expected: 'a key of its own', found: `${command}, the key of entry ${earlier}` };
    if (recordedAt < this.lastRecordedAt)
      return { path: 'recordedAt', expected: `${this.lastRecordedAt} or later`, found: recordedAt };
    return undefined;
  }

  private reversalMisfit(event: BookEvent): Misfit | undefined {
    if (event.type !== 'entry.reversed') return undefined;
    const { seq, type } = event.data;
    const standing = this.types[seq];
    if (standing === undefined) return { path: 'data.seq', expected: 'an earlier entry', found: `${seq}` };
    if (standing !== type) return { path: 'data.type', expected: standing, found: type };
    if (this.reversed.has(seq))
      return { path: 'data.seq', expected: 'an entry that stands', found: `${seq}, reversed` };
    this.reversed.add(seq);
    return undefined;
  }

  /** The postings of one event are judged together: money may pass through an account. */
  private post({ postings }: BookEvent): Misfit | undefined {
    for (const { account, fund, amount } of postings) {
      let funds = this.balances.get(account);
      if (funds === undefined) {
        funds = new Map();
        this.balances.set(account, funds);
      }
      funds.set(fund, (funds.get(fund) ?? 0n) + parseYuan(amount));
    }
    for (const { account, fund } of postings) {
      const balanceFen = this.balances.get(account)?.get(fund) ?? 0n;
      if (balanceFen < 0n && !account.startsWith('source:'))
        return {
          path: 'postings',
          expected: `${account} of fund ${fund} not below 0.00`,
          found: formatYuan(balanceFen),
        };
    }
    return undefined;
  }

  private differ({ path, expected, found }: Misfit): never {
    throw new Different({ book: this.book, seq: this.count, field: path, expected, found });
  }
}

function misfitOf(misfit: Misfit | undefined): Misfit {
  return misfit ?? { path: '', expected: 'a known type', found: 'another' };
}
