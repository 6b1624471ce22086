import { hash } from 'node:crypto';
import type { BookEvent } from '../../domain/event.js';
import { canonicalText } from '../canonical-text.js';
import { textOf } from '../difference.js';
import type { EventAudit } from '../event-audit.js';
import { linesOf } from '../moves.js';
import type { PublishedRows } from '../published.js';
import { type Expected, type Fields, isObject, leftOut, rowMisfit } from '../row-misfit.js';
import type { Misfit } from '../shape.js';
import { TextTable } from '../text-table.js';
import { saidByEntry } from './made-lines.js';

const TABLE = 'disclosure_lines';
/** Of a line, what everybody is shown and what follows from the entries. */
const SHOWN = [
  'amount',
  'date',
  'division',
  'documents',
  'facts',
  'id',
  'kind',
  'levels',
  'recordedAt',
  'seq',
  'title',
  'year',
];
/** What a service adds to the facts: a person comes from the vault, how a notice stands from the calendar. */
const ADDED = ['person', 'state', 'outcome'];
/** Where the calendar does not decide it. */
const SETTLED: Readonly<Record<string, string>> = {
  objected: 'objected',
  withdrawn: 'withdrawn',
  replaced: 'replaced',
};

/** What is wrong with a line, and the entry that it is of. */
export interface LineMisfit extends Misfit {
  seq: number;
}

/**
 * The lines that a service must show of a book. Of those that one entry makes there are as many as entries, so of each only a hash is
 * kept; where one differs its entry is read again.
 */
export class ServiceLines {
  count = 0;
  /** How many there must be; known at the end of the entries. */
  expected = 0;
  private readonly names = new TextTable();
  private readonly hashes: string[] = [];
  private readonly seqs: number[] = [];
  private readonly isShown: boolean[] = [];
  private readonly reversed = new Set<string>();
  private readonly standing = new Map<string, Fields>();

  constructor(
    private readonly book: string,
    private readonly events: EventAudit,
    private readonly read: (seq: number) => Promise<BookEvent | undefined>,
  ) {}

  /** The lines that the last entry made. */
  note(): void {
    const entry = this.events.last?.event;
    if (entry === undefined) return;
    for (const parts of this.events.linesMade()) {
      const fields = whole(entry, parts.join(''));
      this.names.numberOf(nameOf(fields));
      this.hashes.push(hashOf(fields));
      this.seqs.push(entry.seq);
    }
  }

  /** No entry comes any more. */
  end(published: PublishedRows): void {
    for (const { key } of published.rows('struckLine')) this.reversed.add(key.join(' '));
    for (const row of published.rows('disclosureLine')) this.standing.set(row.key.join(' '), row.fields() as Fields);
    this.expected = this.seqs.length + this.standing.size;
  }

  async take(kind: string, found: Fields): Promise<LineMisfit | undefined> {
    const name = nameOf({ ...found, kind });
    const seq = typeof found.seq === 'number' ? found.seq : 0;
    const thing = this.standing.get(name);
    const number = this.names.find(name);
    const isTwice = number !== undefined && this.isShown[number] === true;
    if ((thing === undefined && number === undefined) || isTwice)
      return { seq, ...rowMisfit(TABLE, [kind, textOf(found.id)], found, undefined) };
    const status = thing?.status ?? (this.reversed.has(name) ? 'reversed' : 'standing');
    const isSame = hashOf(found) === (thing === undefined ? this.hashes[number ?? 0] : hashOf(thing));
    if (isSame && found.status === status && this.isAddressed(kind, found) && stands(thing, found)) {
      this.count += 1;
      if (thing !== undefined) this.standing.delete(name);
      else this.isShown[number ?? 0] = true;
      return undefined;
    }
    const expected = thing ?? (await this.made(number ?? 0)) ?? {};
    const own = { ...shownOf(expected), status, ...this.addresses(kind, expected), ...state(thing) };
    const theirs = {
      ...shownOf(found),
      status: found.status,
      ...addressesIn(found),
      ...(state(thing) && state(found)),
    };
    const key = [kind, textOf(found.id)];
    return { seq: Number(expected.seq), ...rowMisfit(TABLE, key, theirs, { table: TABLE, key, fields: own }) };
  }

  /** A line that was not shown. */
  async missing(): Promise<LineMisfit | undefined> {
    const number = this.hashes.findIndex((_, at) => this.isShown[at] !== true);
    const [thing] = this.standing.values();
    const fields = thing ?? (number < 0 ? undefined : await this.made(number));
    if (fields === undefined) return undefined;
    const expected: Expected = { table: TABLE, key: nameOf(fields).split(' '), fields };
    return { seq: Number(fields.seq), ...leftOut(expected) };
  }

  private async made(number: number): Promise<Fields | undefined> {
    const entry = await this.read(this.seqs[number] ?? 0);
    const lines = entry === undefined ? undefined : linesOf(entry.postings);
    if (entry === undefined || !Array.isArray(lines)) return undefined;
    const fields = this.events.madeLines.of(entry, lines).map((parts) => whole(entry, parts.join('')));
    return fields.find((line) => nameOf(line) === this.names.text(number));
  }

  private isAddressed(kind: string, found: Fields): boolean {
    const { url, proof } = this.addresses(kind, found);
    const shown = addressesIn(found);
    return shown.url === url && shown.proof === proof;
  }

  /** Where the line and its proof are, below the address of the service. */
  private addresses(kind: string, { id, seq }: Fields): { url: string; proof: string } {
    return {
      url: `/v1/disclosure/books/${this.book}/lines/${kind}/${textOf(id)}`,
      proof: `/v1/books/${this.book}/events/${textOf(seq)}/proof`,
    };
  }
}

function addressesIn({ url, proof }: Fields): { url: string; proof: string } {
  const below = (address: unknown) => textOf(address).replace(/^https?:\/\/[^/]+(?:\/.*?)?(?=\/v1\/)/, '');
  return { url: below(url), proof: below(proof) };
}

function whole(entry: BookEvent, text: string): Fields {
  return { ...saidByEntry(entry), ...(JSON.parse(text) as { line: Fields }).line };
}

function nameOf({ kind, id }: Fields): string {
  return `${textOf(kind)} ${textOf(id)}`;
}

function hashOf(fields: Fields): string {
  return hash('sha256', canonicalText(shownOf(fields)), 'base64');
}

function shownOf(fields: Fields): Fields {
  const facts = Object.entries((fields.facts ?? {}) as Fields).filter(([name]) => !ADDED.includes(name));
  const shown = Object.fromEntries(SHOWN.map((name) => [name, fields[name]]));
  const levels = levelsIn(fields);
  return JSON.parse(canonicalText({ ...shown, facts: Object.fromEntries(facts), levels })) as Fields;
}

/** A bundle has them between commas, or not at all; a service lists them, from the highest. */
function levelsIn({ levels }: Fields): unknown {
  if (typeof levels === 'string') return levels.split(',').filter((level) => level !== '');
  return Array.isArray(levels) ? levels.map(textOf).sort() : (levels ?? []);
}

/** Of a notice, whether it stands as it must where the calendar does not decide that. */
function stands(thing: Fields | undefined, found: Fields): boolean {
  return canonicalText(state(thing)) === canonicalText(state(thing) && state(found));
}

function state(line: Fields | undefined): { state: string } | undefined {
  if (line?.kind !== 'notice') return undefined;
  const told = line.stage ?? (isObject(line.facts) ? line.facts.state : undefined);
  return { state: SETTLED[textOf(told)] ?? 'by the calendar' };
}
