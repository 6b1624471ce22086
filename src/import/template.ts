import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import exceljs from 'exceljs';
import { writeWhole } from '../export/output.js';
import { BYTE_ORDER_MARK, line as csvLine } from '../export/tables/csv.js';
import { defused } from '../export/tables/formulas.js';
import type { TableKind } from './columns.js';
import { type Column, columnsOf, headerOf, KIND_WORDS } from './columns.js';

const FORMATS: Partial<Record<Column['type'], string>> = { amount: '#,##0.00', day: 'yyyy-mm-dd', whole: '0' };

/** An empty table for one kind, with an example: a workbook, or a CSV whose example begins with # and is left out. Error: PlainError. */
export async function writeTemplate(kind: TableKind, file: string): Promise<void> {
  const columns = columnsOf(kind);
  if (/\.xlsx$/i.test(file)) return writeWhole(file, (stream) => writeWorkbook(stream, kind, columns));
  const example = columns.map(({ example: cell = '' }, at) => (at === 0 ? `#示例 example ${cell}` : cell));
  const lines = [columns.map(headerOf), example].map((cells) => csvLine(cells.map(defused)));
  return writeWhole(file, (stream) => pipeline(Readable.from([BYTE_ORDER_MARK, ...lines]), stream));
}

async function writeWorkbook(stream: NodeJS.WritableStream, kind: TableKind, columns: Column[]): Promise<void> {
  const workbook = new exceljs.stream.xlsx.WorkbookWriter({ stream: stream as never, useStyles: true });
  const sheet = workbook.addWorksheet(`${KIND_WORDS[kind]} ${kind}`, { views: [{ state: 'frozen', ySplit: 1 }] });
  sheet.columns = columns.map((column) => ({
    header: headerOf(column),
    width: 22,
    // Text by itself, so that long numbers stay what they are.
    style: { numFmt: FORMATS[column.type] ?? '@' },
  }));
  sheet.addRow(columns.map(({ example = '' }, at) => (at === 0 ? `#示例 example ${example}` : example))).commit();
  sheet.commit();
  const notes = workbook.addWorksheet('说明 notes');
  notes.columns = ['列 column', '示例 example', '说明 note'].map((header) => ({ header, width: 40 }));
  for (const column of columns) notes.addRow([headerOf(column), column.example ?? '', column.note ?? '']).commit();
  notes
    .addRow([
      '#',
      '',
      '以 # 开头的行不导入;表中可删去不用的列 a row that begins with # is left out; columns may be removed',
    ])
    .commit();
  notes.commit();
  await workbook.commit();
}
