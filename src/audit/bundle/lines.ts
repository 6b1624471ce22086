import { KnownTexts, NEW } from '../known-texts.js';
import type { PublishedKey, TileHash } from '../log-audit.js';
import type { FoundNotice } from '../notices/notice-audit.js';
import { KINDS, type Kind } from '../published-kinds.js';
import { anything, exactly, listOf, matching, nullOr, record, type Shape, wholeNumber } from '../shape.js';

/**
 * A bundle is UTF-8 text, one JSON value a line in the canonical form of RFC 8785, each line ended by U+000A, in this order:
 *
 *   {"book":"640121","format":"mingzhang-bundle","size":300,"version":6}
 *   {"key":{"from":null,"vkey":"127.0.0.1:3000/log+0337…"}}  each key that signed a checkpoint below, in order of first use
 *   {"actor":"clerk-07","book":"640121",…}               each event, byte for byte as it was hashed, and after it
 *   {"line":{"amount":"1.00",…,"kind":"payout",…}}       the disclosure lines that it made and that no later one changes,
 *   {"notice":{"id":"N-1","rows":[…]}}                   the rows of the notice that it is,
 *   {"columns":{…}}                                      what repeats it in its row, where that is not what it says,
 *   {"tile":{"hash":"…","index":0,"level":1}}            the hashes of tiles above the lowest that it completed, lower first,
 *   {"checkpoint":{"note":"…","previous":192}}           and the checkpoint that was signed after it, if one was
 *   {"revision":301}                                     the number of the last entry, where the book has it wrong
 *   {"duty":{"key":["project_library","640121"],"row":{…}}}   what the book has wrong of a duty to disclose (`dutyTold`: of what a notice met,
 *                                                        `fundEntries`, `projectPayments`: of which entries moved a fund, or paid for a project,
 *                                                        `photo`, `objectionSeal`: of what is kept outside the log under an entry)
 *   {"balance":{"account":"bureau","amount":"1.00","fund":"F-1"}}   and each row of each view, by kind and key
 */
export const BUNDLE_FORMAT = 'mingzhang-bundle';
export const BUNDLE_VERSION = 6;

export interface BundleHeader {
  book: string;
  format: typeof BUNDLE_FORMAT;
  size: number;
  version: typeof BUNDLE_VERSION;
}

/** An event begins with its actor; no other line does. */
export const EVENT_BEGINS = '{"actor":';

/** And so does a disclosure line; there are as many of these. */
export const LINE_BEGINS = '{"line":';

const text = matching('text', /^/);
const count = wholeNumber(0, Number.MAX_SAFE_INTEGER);
const WRONG_ROW = record({ key: listOf(text), row: anything });

export const HEADER: Shape = record({
  book: matching('a division code', /^\d{6,12}$/),
  format: exactly(BUNDLE_FORMAT),
  size: wholeNumber(1, Number.MAX_SAFE_INTEGER),
  version: exactly(BUNDLE_VERSION),
});

export type MarkKind = 'key' | 'notice' | 'columns' | 'tile' | 'checkpoint' | 'revision' | RepeatKind;
/** A row that only repeats the entries, and is not as they say. */
export type RepeatKind = 'duty' | 'dutyTold' | 'fundEntries' | 'projectPayments' | 'photo' | 'objectionSeal';

/** Every other kind of line but the rows, and what it is judged with. */
export const MARKS: Readonly<Record<MarkKind, { rank: number; part: 'entries' | 'log'; shape: Shape }>> = {
  key: {
    rank: 0,
    part: 'log',
    shape: record({ key: record({ from: nullOr(count), vkey: text }) }),
  },
  notice: { rank: 1, part: 'entries', shape: record({ notice: record({ id: text, rows: anything }) }) },
  columns: { rank: 1, part: 'entries', shape: record({ columns: anything }) },
  tile: {
    rank: 1,
    part: 'log',
    shape: record({ tile: record({ hash: text, index: count, level: wholeNumber(1, 7) }) }),
  },
  checkpoint: { rank: 1, part: 'log', shape: record({ checkpoint: record({ note: text, previous: count }) }) },
  revision: { rank: 2, part: 'log', shape: record({ revision: anything }) },
  duty: { rank: 3, part: 'entries', shape: record({ duty: WRONG_ROW }) },
  dutyTold: { rank: 4, part: 'entries', shape: record({ dutyTold: WRONG_ROW }) },
  fundEntries: { rank: 5, part: 'entries', shape: record({ fundEntries: WRONG_ROW }) },
  projectPayments: { rank: 6, part: 'entries', shape: record({ projectPayments: WRONG_ROW }) },
  photo: { rank: 7, part: 'entries', shape: record({ photo: WRONG_ROW }) },
  objectionSeal: { rank: 8, part: 'entries', shape: record({ objectionSeal: WRONG_ROW }) },
};

export const EVENT_RANK = 1;

const ROWS_RANK = 9;

/** What stands in a line that is judged with the entries. */
export interface EntriesMark extends Partial<Record<RepeatKind, WrongRow>> {
  notice?: FoundNotice;
  columns?: unknown;
}

/** A row of a table that is not as it must be; null where it is not there. */
export interface WrongRow {
  key: string[];
  row: unknown;
}

/** And in one that is judged with the log. */
export interface LogMark {
  key?: PublishedKey;
  tile?: TileHash;
  checkpoint?: { note: string; previous: number };
  revision?: unknown;
}

/** What is noted of a line before where it stands; of a row its number among the kinds is added. */
export const ITEM = { event: 0, header: 1, line: 2, mark: 3, row: 4 } as const;

/** Of lines that are no events. Those of one rank mingle. */
export type LineKind =
  | { name: Kind; rank: number; row: number }
  | { name: MarkKind; rank: number; row: undefined; part: 'entries' | 'log'; shape: Shape };

const BY_NAME: ReadonlyMap<string, LineKind> = new Map<string, LineKind>([
  ...Object.entries(MARKS).map(([name, mark]) => [name, { name: name as MarkKind, row: undefined, ...mark }] as const),
  ...KINDS.map((name, row) => [name, { name, rank: ROWS_RANK + row, row }] as const),
]);

/** Tells the kinds of lines by what these begin with, between their first two quotes. */
export class LineKinds {
  private readonly names = new KnownTexts(() => true);
  private readonly bySlot = new Array<LineKind | undefined>(NEW);

  /** Undefined where a line is of none. */
  of(bytes: Buffer, from: number, to: number): LineKind | undefined {
    if (bytes[from] !== BRACE || bytes[from + 1] !== QUOTE) return undefined;
    const slot = this.names.read(bytes, from + 2, to);
    if (slot < NEW) return this.bySlot[slot];
    const kind = BY_NAME.get(bytes.toString('latin1', from + 2, this.names.end));
    this.bySlot[slot - NEW] = kind;
    return kind;
  }
}

const [BRACE, QUOTE] = [0x7b, 0x22];
