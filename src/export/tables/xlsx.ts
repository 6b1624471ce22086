import type { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type Exceljs from 'exceljs';
import { type Book, type Column, type Row, TABLES } from './tables.js';

/** What the format allows, and no more. */
const ROWS_OF_A_SHEET = 1_048_576;
/** The library does not say when it is full: packing gets its turn after so many rows. */
const ROWS_AT_ONCE = 250;
const CHARACTERS_OF_A_CELL = 32_767;
/** A number of Excel has fifteen figures; an amount that has more stays a text. */
const FIGURES_OF_A_NUMBER = 15;
const WIDTHS: Record<Column['kind'], number> = { text: 24, yuan: 20, count: 10 };

/**
 * One workbook with a sheet for each table, written as it is made. Texts are cells of type text, which are never run as
 * formulas; a table with more rows than a sheet takes goes on in another.
 */
export function writeXlsx(book: Book, stream: Writable): Promise<void> {
  return writeSheets(
    TABLES.map(({ name, columns, rows }) => ({ name, columns, rows: () => rows(book) })),
    stream,
  );
}

/** The same of any tables; each is begun when the one before it is written. */
export async function writeSheets(
  tables: readonly { name: string; columns: readonly Column[]; rows(): AsyncIterable<Row> }[],
  stream: Writable,
): Promise<void> {
  // Half a second of a start, which most have no use for.
  const { default: exceljs } = await import('exceljs');
  const workbook = new exceljs.stream.xlsx.WorkbookWriter({ stream, useStyles: true });
  for (const { name, columns, rows } of tables) {
    let sheets = 1;
    let sheet = addSheet(workbook, name, columns);
    for await (const row of rows()) {
      if (sheet.lastRow !== undefined && sheet.lastRow.number >= ROWS_OF_A_SHEET) {
        sheet.commit();
        sheets += 1;
        sheet = addSheet(workbook, `${name} ${sheets}`, columns);
      }
      const added = sheet.addRow(row.map((value, index) => cell(columns[index]?.kind ?? 'text', value)));
      added.commit();
      if (added.number % ROWS_AT_ONCE === 0) await setImmediate();
    }
    sheet.commit();
  }
  await workbook.commit();
}

function addSheet(workbook: Exceljs.stream.xlsx.WorkbookWriter, name: string, columns: readonly Column[]) {
  const sheet = workbook.addWorksheet(name, { views: [{ state: 'frozen', ySplit: 1 }] });
  sheet.columns = columns.map(({ name: header, kind }) => ({
    header,
    width: WIDTHS[kind],
    ...(kind === 'yuan' && { style: { numFmt: '#,##0.00' } }),
  }));
  return sheet;
}

function cell(kind: Column['kind'], value: Row[number]): string | number | undefined {
  if (kind === 'yuan' && typeof value === 'string' && value.replace(/\D/g, '').length <= FIGURES_OF_A_NUMBER)
    return Number(value);
  if (typeof value !== 'string' || value.length <= CHARACTERS_OF_A_CELL) return value;
  return `${value.slice(0, CHARACTERS_OF_A_CELL - 1)}…`;
}
