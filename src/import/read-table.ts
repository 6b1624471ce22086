import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import type exceljs from 'exceljs';
import { undefused } from '../export/tables/formulas.js';
import { PlainError } from '../plain-error.js';
import { dayOfDate } from './cells.js';
import { type Delimiter, layoutOf } from './csv-layout.js';
import { drained } from './drained.js';
import { encodingOf } from './encoding.js';
import { type Merged, sheetsOf } from './workbook.js';

/** What a cell holds: a CSV has texts alone, a workbook numbers and days too. */
export type Cell = string | number | { day: string } | { fault: string } | undefined;

export interface Row {
  /** As the spreadsheet counts it. */
  row: number;
  sheet?: string;
  /** Of a CSV. */
  delimiter?: Delimiter;
  cells: Cell[];
  /** Columns, from 0, whose cell is one with others beside or below it. */
  merged?: number[];
}

/** The rows of a file, each as it stands; the first row of a sheet is its header. Error: PlainError. */
export function readRows(file: string): AsyncGenerator<Row> {
  return /\.xlsx$/i.test(file) ? xlsxRows(file) : csvRows(file);
}

async function* csvRows(file: string): AsyncGenerator<Row> {
  const encoding = await encodingOf(file);
  const source = createReadStream(file);
  const decoder = new TextDecoder(encoding, { fatal: true });
  const { delimiter, isSaid } = await layoutOf(file, encoding);
  const parser = parse({ delimiter, relax_column_count: true, info: true, bom: true, skip_empty_lines: false });
  const feed = async () => {
    try {
      for await (const chunk of source)
        if (!parser.write(decoder.decode(chunk, { stream: true }))) await drained(parser);
      parser.end(decoder.decode());
    } catch (error) {
      parser.destroy(error as Error);
    }
  };
  const feeding = feed();
  let row = isSaid ? -1 : 0;
  try {
    for await (const { record } of parser as AsyncIterable<{ record: string[] }>) {
      row += 1;
      if (row > 0) yield { row, delimiter, cells: record.map((cell) => (cell === '' ? undefined : undefused(cell))) };
    }
    await feeding;
  } catch (error) {
    throw new PlainError(`${file} 不是 CSV is no CSV: ${(error as Error).message}`, { cause: error });
  } finally {
    source.destroy();
  }
}

async function* xlsxRows(file: string): AsyncGenerator<Row> {
  try {
    for await (const { sheet, merged } of sheetsOf(file)) {
      for await (const row of sheet) {
        const values = Array.isArray(row.values) ? row.values.slice(1) : [];
        const mergedHere = mergedOf(row.number, merged);
        const cells = Array.from(values, cellOf);
        yield { row: row.number, sheet: sheet.name, cells, ...(mergedHere.length > 0 && { merged: mergedHere }) };
      }
    }
  } catch (error) {
    throw new PlainError(`${file} 不是 Excel 工作簿 is no workbook: ${(error as Error).message}`, { cause: error });
  }
}

function mergedOf(row: number, merged: Merged[]): number[] {
  return merged
    .filter(({ top, bottom }) => top <= row && row <= bottom)
    .flatMap(({ left, right }) => Array.from({ length: right - left + 1 }, (_, place) => left - 1 + place));
}

/** Of Excel. */
const END_OF_DAYS = Date.UTC(10_000, 0, 1);

function cellOf(value: exceljs.CellValue): Cell {
  if (value === null || value === undefined || value === '') return undefined;
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'boolean') return String(value);
  if (value instanceof Date)
    return value.getTime() < END_OF_DAYS ? { day: dayOfDate(value) } : { fault: '不是日期 not a day' };
  if ('text' in value) return String(value.text);
  if ('result' in value) return cellOf(value.result as exceljs.CellValue);
  if ('error' in value) return { fault: `单元格有错 the cell has the error ${value.error}` };
  return { fault: '公式没有结果,请粘贴为数值 a formula without a result; paste its value' };
}
