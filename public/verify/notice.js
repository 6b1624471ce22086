// The rows of a notice: each cell and each figure follows from proven entries.

import { canonical, hex, sha256, utf8, Wrong } from './bytes.js';
import { lookLater } from './later.js';
import { fen, yuanOf } from './sums.js';

/** `data.funds[1].name` */
export function valueAt(event, path) {
  let value = event;
  for (const step of path.split(/[.[\]]+/).filter((part) => part !== '')) value = value?.[step];
  return value;
}

/** A row, against the proven entries that it names: cells word for word, figures as sums of postings. */
export function checkRow(row, entries, nameOf = (column) => column) {
  for (const [column, { seq, path, text }] of Object.entries(row.cells)) {
    const value = valueAt(entries.get(seq), path);
    const stands = typeof value === 'string' ? value : value === undefined ? '' : canonical(value);
    if (stands !== text)
      throw new Wrong(
        `“${nameOf(column)}”写的是“${text}”，第 ${seq} 号记录里是“${stands}”`,
        `“${nameOf(column)}” is “${text}”, but “${stands}” in entry ${seq}`,
        row.id,
      );
  }
  for (const [column, { amount, from }] of Object.entries(row.figures)) {
    const legs = from.flatMap(({ seq, account, fund }) =>
      (entries.get(seq)?.postings ?? []).filter(
        (leg) => leg.account === account && (fund === undefined || fund === leg.fund),
      ),
    );
    if (new Set(legs).size < legs.length)
      throw new Wrong(`“${nameOf(column)}”把同一笔分录算了两次`, `“${nameOf(column)}” counts a posting twice`, row.id);
    const sum = legs.reduce((so, { amount: moved }) => so + fen(moved), 0n);
    if (sum !== fen(amount))
      throw new Wrong(
        `“${nameOf(column)}”写的是 ${amount}，所引记录合计是 ${yuanOf(sum)}`,
        `“${nameOf(column)}” is ${amount}, but its entries sum to ${yuanOf(sum)}`,
        row.id,
      );
  }
}

/**
 * The whole notice: its entry is proven, its rows are those whose hash it carries, and each row follows from proven entries,
 * none of which had been reversed by then. What came later is told beside.
 * `onProgress(done, all)` is told of each cited entry.
 */
export async function checkNotice(book, id, onProgress = () => {}) {
  const shown = await book.json(`/v1/disclosure/books/${book.id}/notices/${encodeURIComponent(id)}`);
  const proven = await book.prove(shown.seq);
  const { type, data } = proven.event;
  if (type !== 'notice.published' || data.id !== id)
    throw new Wrong(`第 ${shown.seq} 号记录不是这份公告`, `entry ${shown.seq} is not this notice`);
  if (canonical(shown.notice) !== canonical(data))
    throw new Wrong('公告的文字与账本里的不同', 'the words of the notice are not those in the log');
  const cited = [...new Set(shown.rows.flatMap(({ entries }) => entries))].sort((a, b) => a - b);
  const late = cited.find((seq) => seq > data.asOfSeq);
  if (late !== undefined)
    throw new Wrong(`引用了截止以后的第 ${late} 号记录`, `it cites entry ${late}, which came later`);
  const entries = new Map();
  for (const seq of cited) {
    entries.set(seq, (await book.prove(seq)).event);
    onProgress(entries.size, cited.length);
  }
  const names = new Map(shown.columns.map(({ key, zh }) => [key, zh]));
  for (const row of shown.rows) checkRow(row, entries, (column) => names.get(column) ?? column);
  // Last, so that a changed figure is named before the hash, which only tells that something was changed.
  const rowsHash = hex(await sha256(utf8(canonical(shown.rows))));
  if (rowsHash !== data.rowsHash || shown.rows.length !== data.rows)
    throw new Wrong(
      '各行合起来的指纹与公告时记下的不同：有行被改、被加或被删',
      'the rows are not those that were published',
    );
  const later = await lookLater(book, proven, cited);
  const gone = later.found.find(({ what, by }) => what === 'reversed' && by <= data.asOfSeq);
  if (gone !== undefined)
    throw new Wrong(
      `引用了第 ${gone.seq} 号记录，它在公告截止以前已被第 ${gone.by} 号记录冲销`,
      `it cites entry ${gone.seq}, which entry ${gone.by} had reversed by then`,
    );
  return { ...proven, rows: shown.rows, cited, later, told: shown };
}
