import type { Book, Column, Row, Table } from './tables.js';

/** Else Excel takes the text for that of its own code page. */
const BYTE_ORDER_MARK = '\uFEFF';

/** RFC 4180, in UTF-8. */
export async function* csv({ columns, rows }: Table, book: Book): AsyncGenerator<string> {
  yield `${BYTE_ORDER_MARK}${line(columns.map(({ name }) => name))}`;
  for await (const row of rows(book)) yield line(cells(columns, row));
}

function cells(columns: readonly Column[], row: Row): string[] {
  return row.map((value, index) => {
    if (value === undefined) return '';
    return columns[index]?.kind === 'text' ? defused(String(value)) : String(value);
  });
}

/**
 * A spreadsheet runs a text that begins like this as a formula, in full width too. The apostrophe makes it a text; an
 * amount is ours and needs none.
 */
function defused(text: string): string {
  return /^[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text;
}

function line(values: string[]): string {
  return `${values.map((value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)).join(',')}\r\n`;
}
