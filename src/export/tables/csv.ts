import { defused } from './formulas.js';
import type { Book, Column, Row, Table } from './tables.js';

/** Else Excel takes the text for that of its own code page. */
export const BYTE_ORDER_MARK = '\uFEFF';

/** RFC 4180, in UTF-8. */
export function csv({ columns, rows }: Table, book: Book): AsyncGenerator<string> {
  return csvOf(columns, rows(book));
}

/** The same of any table. */
export async function* csvOf(columns: readonly Column[], rows: AsyncIterable<Row>): AsyncGenerator<string> {
  yield csvHead(columns);
  for await (const row of rows) yield csvRow(columns, row);
}

export function csvHead(columns: readonly Column[]): string {
  return `${BYTE_ORDER_MARK}${line(columns.map(({ name }) => name))}`;
}

export function csvRow(columns: readonly Column[], row: Row): string {
  const cells = row.map((value, index) => {
    if (value === undefined) return '';
    // An amount is ours and needs no apostrophe.
    return columns[index]?.kind === 'text' ? defused(String(value)) : String(value);
  });
  return line(cells);
}

/** One record. */
export function line(values: string[], delimiter = ','): string {
  const isQuoted = (value: string) => /[",\r\n]/.test(value) || value.includes(delimiter);
  return `${values.map((value) => (isQuoted(value) ? `"${value.replaceAll('"', '""')}"` : value)).join(delimiter)}\r\n`;
}
