import { createHash } from 'node:crypto';
import type { BookEvent } from '../domain/event.js';
import { formatYuan, parseYuan } from '../domain/money.js';
import type { Row } from '../domain/notices/rows/row.js';
import { shown } from './difference.js';
import type { Misfit } from './shape.js';

/**
 * Checks the rows that were published of a notice against the entries themselves, without the rules that made them: the
 * hash of the rows is the one in the log, every cell stands word for word where it says, every figure is the sum of the
 * postings that it names, and no row rests on an entry that came later or had been reversed. That no row was left out is
 * told by the hash alone.
 *
 * @param entries of the book, from 0 on
 */
export function rowsMisfit(
  rows: readonly Row[],
  { data }: Extract<BookEvent, { type: 'notice.published' }>,
  entries: readonly BookEvent[],
): Misfit | undefined {
  const until = entries.slice(0, data.asOfSeq + 1);
  const reversed = new Set(until.flatMap((entry) => (entry.type === 'entry.reversed' ? [entry.data.seq] : [])));
  const hash = createHash('sha256').update(canonicalText(rows)).digest('hex');
  if (hash !== data.rowsHash) return { path: 'rowsHash', expected: data.rowsHash, found: hash };
  if (rows.length !== data.rows) return { path: 'rows', expected: `${data.rows}`, found: `${rows.length}` };
  for (const [at, row] of rows.entries()) {
    const found = rowMisfit(row, (seq) => (reversed.has(seq) ? undefined : until[seq]));
    if (found !== undefined) return { ...found, path: `rows[${at}].${found.path}` };
  }
  return undefined;
}

function rowMisfit(
  { cells, figures, entries }: Row,
  entryAt: (seq: number) => BookEvent | undefined,
): Misfit | undefined {
  const rests = new Set<number>();
  for (const [column, { seq, path, text }] of Object.entries(cells)) {
    rests.add(seq);
    const value = valueAt(entryAt(seq), path);
    const stands = typeof value === 'string' ? value : value === undefined ? 'nothing' : canonicalText(value);
    if (stands !== text) return { path: `cells.${column}`, expected: stands, found: shown(text) };
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
  const expected = [...rests].sort((a, b) => a - b).join(', ');
  return expected === entries.join(', ') ? undefined : { path: 'entries', expected, found: entries.join(', ') };
}

/** `data.funds[1].name` */
function valueAt(event: BookEvent | undefined, path: string): unknown {
  let value: unknown = event;
  for (const [, name, index] of path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[name ?? index ?? ''];
  }
  return value;
}

/** RFC 8785 for what rows and events hold: texts, whole numbers, lists and objects with names in ASCII. */
function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(
          Object.keys(inner)
            .sort()
            .map((name) => [name, (inner as Record<string, unknown>)[name]]),
        )
      : inner,
  );
}
