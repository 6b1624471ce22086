import { hash } from 'node:crypto';
import type { BookEvent, EventOf } from '../domain/event.js';
import { formatYuan, parseYuan } from '../domain/money.js';
import type { Row } from '../domain/notices/rows/row.js';
import { shown } from './difference.js';
import type { Misfit } from './shape.js';

/** An entry as it counts for a notice; undefined where it came later than the pinned one or had been reversed by then. */
export type EntryAt = (seq: number) => BookEvent | undefined;

/** Whatever stands where the rows of a notice should stand, its texts byte for byte. */
export type FoundRows = readonly unknown[];

/**
 * Checks the rows that were published of a notice against the entries themselves, without the rules that made them: the
 * hash of the rows is the one in the log, every cell stands word for word where it says, every figure is the sum of the
 * postings that it names, and no row rests on an entry that came later or had been reversed. That no row was left out is
 * told by the hash alone. Where the hash differs, the row is named that does not fit the entries, if there is one.
 */
export function rowsMisfit(
  rows: FoundRows,
  { data }: Pick<EventOf<'notice.published'>, 'data'>,
  entryAt: EntryAt,
): Misfit | undefined {
  const found = rows.map((row, at) => below(`rows[${at}]`, isRow(row) ? rowMisfit(row, entryAt) : notARow(row)));
  const first = found.find((misfit) => misfit !== undefined);
  if (first !== undefined) return first;
  if (rows.length !== data.rows) return { path: 'rows', expected: `${data.rows}`, found: `${rows.length}` };
  const hashed = hash('sha256', Buffer.from(canonicalText(rows), 'latin1'), 'hex');
  return hashed === data.rowsHash ? undefined : { path: 'rowsHash', expected: data.rowsHash, found: hashed };
}

/** The entries that rows rest on, each once. */
export function citedBy(rows: FoundRows): number[] {
  const seqs = rows
    .filter(isRow)
    .flatMap(({ cells, figures }) => [
      ...Object.values(cells).map(({ seq }) => seq),
      ...Object.values(figures).flatMap(({ from }) => from.map(({ seq }) => seq)),
    ]);
  return [...new Set(seqs)];
}

function rowMisfit({ cells, figures, entries }: Row, entryAt: EntryAt): Misfit | undefined {
  const rests = new Set<number>();
  for (const [column, { seq, path, text }] of Object.entries(cells)) {
    rests.add(seq);
    const value = valueAt(entryAt(seq), path);
    const stands = typeof value === 'string' ? value : value === undefined ? 'nothing' : canonicalText(value);
    if (stands !== text) return { path: `cells.${column}`, expected: shown(stands), found: shown(text) };
  }
  for (const [column, { amount, from }] of Object.entries(figures)) {
    let sumFen = 0n;
    for (const { seq, account, fund } of from) {
      rests.add(seq);
      for (const leg of entryAt(seq)?.postings ?? [])
        if (leg.account === account && (fund ?? leg.fund) === leg.fund) sumFen += parseYuan(leg.amount);
    }
    if (formatYuan(sumFen) !== amount)
      return { path: `figures.${column}.amount`, expected: formatYuan(sumFen), found: shown(amount) };
  }
  const expected = [...rests].sort((a, b) => a - b);
  return JSON.stringify(expected) === JSON.stringify(entries)
    ? undefined
    : { path: 'entries', expected: shown(expected), found: shown(entries) };
}

function below(name: string, misfit: Misfit | undefined): Misfit | undefined {
  return misfit && { ...misfit, path: misfit.path === '' ? name : `${name}.${misfit.path}` };
}

function notARow(row: unknown): Misfit {
  return { path: '', expected: 'cells, entries and figures', found: shown(row) };
}

function isRow(row: unknown): row is Row {
  if (!isObject(row)) return false;
  const { cells, entries, figures } = row;
  const areCells = isObject(cells) && Object.values(cells).every((cell) => isObject(cell) && isCited(cell));
  return areCells && Array.isArray(entries) && isObject(figures) && Object.values(figures).every(isFigure);
}

function isFigure(figure: unknown): boolean {
  if (!isObject(figure) || !Array.isArray(figure.from)) return false;
  return figure.from.every((from) => isObject(from) && typeof from.seq === 'number');
}

function isCited({ path, seq, text }: Record<string, unknown>): boolean {
  return typeof path === 'string' && typeof seq === 'number' && typeof text === 'string';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** `data.funds[1].name` */
function valueAt(event: BookEvent | undefined, path: string): unknown {
  let value: unknown = event;
  for (const [, name, index] of path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)) {
    if (!isObject(value)) return undefined;
    value = value[name ?? index ?? ''];
  }
  return value;
}

/** RFC 8785 for what rows, lines and events hold: texts, whole numbers, lists and objects with names in ASCII. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isObject(inner) && !Array.isArray(inner)
      ? Object.fromEntries(
          Object.keys(inner)
            .sort()
            .map((name) => [name, inner[name]]),
        )
      : inner,
  );
}
