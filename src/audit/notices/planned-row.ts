import type { BookEvent } from '../../domain/event.js';
import { formatYuan } from '../../domain/money.js';
import type { Cell, Figure, PostingRef, Row } from '../../domain/notices/rows/row.js';
import { canonicalText } from '../canonical-text.js';
import type { ExactFen } from '../fen-sums.js';
import { isObject } from '../row-misfit.js';

/** Where the text of a cell stands. */
export type Place = Pick<Cell, 'seq' | 'path'>;

/** A row as it follows from a book, but for the words of its cells, which have to be read from the entries. */
export interface PlannedRow {
  cells: Record<string, Place | undefined>;
  /** A figure is left out where no entry moved anything. */
  figures?: Record<string, Figure | undefined>;
}

/** Each of these fields as a column of its own name. */
export function cellsAt(seq: number, path: string, fields: readonly string[]): Record<string, Place> {
  return Object.fromEntries(fields.map((field) => [field, { seq, path: `${path}.${field}` }]));
}

/** The sum of what entries moved on an account, of one fund where it is told. */
export function figureOf(
  account: string,
  moved: Iterable<{ seq: number; amountFen: ExactFen }>,
  fund?: string,
): Figure | undefined {
  const from: PostingRef[] = [];
  let sumFen = 0n;
  for (const { seq, amountFen } of moved) {
    sumFen += BigInt(amountFen);
    if (from.at(-1)?.seq !== seq) from.push({ account, ...(fund !== undefined && { fund }), seq });
  }
  return from.length === 0 ? undefined : { amount: formatYuan(sumFen), from };
}

/** The entries whose words are needed, each once. */
export function readFor(rows: readonly PlannedRow[]): number[] {
  return [...new Set(rows.flatMap(({ cells }) => Object.values(cells).flatMap((place) => place?.seq ?? [])))];
}

/** The rows as they are published. @param entry gives those of `readFor`, their texts byte for byte */
export function writtenRows(planned: readonly PlannedRow[], entry: (seq: number) => BookEvent | undefined): Row[] {
  return planned.map(({ cells, figures = {} }, index) => {
    const written: Record<string, Cell> = {};
    for (const [column, place] of Object.entries(cells)) {
      const text = place && textAt(entry(place.seq), place.path);
      if (place !== undefined && text !== undefined) written[column] = { path: place.path, seq: place.seq, text };
    }
    const summed: Record<string, Figure> = {};
    for (const [column, figure] of Object.entries(figures)) if (figure !== undefined) summed[column] = figure;
    return { cells: written, entries: citedBy(written, summed), figures: summed, id: String(index + 1) };
  });
}

function citedBy(cells: Record<string, Cell>, figures: Record<string, Figure>): number[] {
  const seqs = new Set(Object.values(cells).map(({ seq }) => seq));
  for (const { from } of Object.values(figures)) for (const { seq } of from) seqs.add(seq);
  return [...seqs].sort((one, other) => one - other);
}

/** What stands at `data.funds[1].name` of an entry; nothing where it says nothing, or an empty list. */
function textAt(event: BookEvent | undefined, path: string): string | undefined {
  let value: unknown = event;
  for (const [, name, index] of path.matchAll(/([^.[\]]+)|\[(\d+)\]/g))
    value = isObject(value) ? value[name ?? index ?? ''] : undefined;
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return undefined;
  return typeof value === 'string' ? value : canonicalText(value);
}
