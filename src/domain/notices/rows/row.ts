import type { BookEvent } from '../../event.js';
import { formatYuan, parseYuan, type Yuan } from '../../money.js';

/**
 * A row of a notice, e.g.
 *
 *   {"cells":{"name":{"path":"data.name","seq":4,"text":"村组道路"}},"entries":[4,9],
 *    "figures":{"allocated":{"amount":"60.00","from":[{"account":"project:P-1","fund":"F-1","seq":9}]}},"id":"1"}
 *
 * so that whoever has the events can check it without our rules: a cell stands word for word at its path of its entry, and
 * a figure is the sum of the postings of its entries on the account (of the fund, where one is named).
 */
export interface Row {
  cells: Record<string, Cell>;
  /** All entries that the row rests on, in order. */
  entries: number[];
  figures: Record<string, Figure>;
  /** Place in the notice, from `"1"`. */
  id: string;
}

export interface Cell {
  /** e.g. `data.funds[1].name`. */
  path: string;
  seq: number;
  /** The text at the path; what is no text there, as canonical JSON. */
  text: string;
}

export interface Figure {
  amount: Yuan;
  from: PostingRef[];
}

export interface PostingRef {
  account: string;
  fund?: string;
  seq: number;
}

/** A row on its way; `undefined` is a cell that has nothing to show. */
export interface RowParts {
  cells: Record<string, Cell | undefined>;
  figures?: Record<string, Figure | undefined>;
}

export function numbered(parts: readonly RowParts[]): Row[] {
  return parts.map(({ cells, figures = {} }, index) => {
    const known = { cells: given(cells), figures: given(figures) };
    const seqs = [
      ...Object.values(known.cells).map(({ seq }) => seq),
      ...Object.values(known.figures).flatMap(({ from }) => from.map(({ seq }) => seq)),
    ];
    return { ...known, entries: [...new Set(seqs)].sort((a, b) => a - b), id: String(index + 1) };
  });
}

/** What stands at a path of an entry; nothing where the entry has nothing there. */
export function cell(event: BookEvent | undefined, path: string): Cell | undefined {
  if (event === undefined) return undefined;
  let value: unknown = event;
  for (const step of path.split(/[.[\]]+/).filter((part) => part !== '')) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[step] : undefined;
  }
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return undefined;
  return { path, seq: event.seq, text: typeof value === 'string' ? value : canonicalText(value) };
}

/** The sum of what entries moved on an account; nothing where none of them did. */
export function figure(events: Iterable<BookEvent>, account: string, fund?: string): Figure | undefined {
  const from: PostingRef[] = [];
  let sumFen = 0n;
  for (const { postings, seq } of events) {
    const legs = postings.filter((leg) => leg.account === account && (fund === undefined || leg.fund === fund));
    if (legs.length === 0) continue;
    from.push({ account, ...(fund !== undefined && { fund }), seq });
    for (const { amount } of legs) sumFen += parseYuan(amount);
  }
  return from.length === 0 ? undefined : { amount: formatYuan(sumFen), from };
}

export function touches({ postings }: BookEvent, account: string): boolean {
  return postings.some((leg) => leg.account === account);
}

/** RFC 8785 for the lists, objects, texts and whole numbers that events hold. */
function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, inner]) => `${JSON.stringify(name)}:${canonicalText(inner)}`).join(',')}}`;
}

function given<T>(parts: Record<string, T | undefined>): Record<string, T> {
  return Object.fromEntries(Object.entries(parts).filter((part): part is [string, T] => part[1] !== undefined));
}
