import stringWidth from 'string-width';
import { nodeLabel, traceTitle, typeLabel } from '../../drawing/trace-labels.js';
import type { Trace } from '../../views/trace/trace.js';

const HEAD = ['出自', '去向', '资金', '事项', '金额（元）', '分录'];
const AMOUNT = 4;
/** A line of the text table names at most so many entries; the CSV names all. */
const MOST_ENTRIES = 3;

interface Row {
  cells: string[];
  entries: string[];
}

function rowsOf({ nodes, edges }: Trace): Row[] {
  const labels = new Map(nodes.map((node) => [node.id, `${node.book} ${nodeLabel(node)}`]));
  const label = (id: string) => labels.get(id) ?? id;
  const assets = new Set(nodes.flatMap(({ id, kind }) => (kind === 'asset' ? [id] : [])));
  return edges.map(({ from, to, fund, becomes, type, amount, entries }) => ({
    cells: [
      label(from),
      label(to),
      becomes === null ? fund : `${fund} → ${becomes}`,
      // An edge out of an asset is what its owners hold of it.
      assets.has(from) ? '权属' : typeLabel(type),
      amount,
    ],
    entries: entries.map(({ book, seq }) => `${book}#${seq}`),
  }));
}

/** RFC 4180, UTF-8 with a byte order mark, which spreadsheets need to read Chinese; one line for each edge. */
export function traceCsv(trace: Trace): string {
  const rows = rowsOf(trace).map(({ cells, entries }) => [...cells, entries.join(' ')]);
  return `\ufeff${[HEAD, ...rows].map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('')}`;
}

/** A spreadsheet takes a text that begins like a formula for one; the apostrophe keeps it a text. */
function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** For a terminal, where a Chinese character takes two columns. */
export function traceText(trace: Trace): string {
  const rows = rowsOf(trace).map(({ cells, entries }) => {
    const more = entries.length > MOST_ENTRIES ? ` … (${entries.length})` : '';
    return [...cells, entries.slice(0, MOST_ENTRIES).join(' ') + more];
  });
  const widths = HEAD.map((head, index) =>
    Math.max(stringWidth(head), ...rows.map((row) => stringWidth(row[index] ?? ''))),
  );
  const line = (cells: string[]) =>
    cells
      .map((text, index) => pad(text, widths[index] ?? 0, index === AMOUNT))
      .join('  ')
      .trimEnd();
  return [traceTitle(trace), '', line(HEAD), ...rows.map(line), ''].join('\n');
}

function pad(text: string, width: number, isFigure: boolean): string {
  const gap = ' '.repeat(width - stringWidth(text));
  return isFigure ? gap + text : text + gap;
}
