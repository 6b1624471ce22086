import { basename, dirname, extname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import exceljs from 'exceljs';
import { writeWhole } from '../export/output.js';
import { BYTE_ORDER_MARK, line as csvLine } from '../export/tables/csv.js';
import { defused } from '../export/tables/formulas.js';
import { parseStrictJson } from '../http/validation/strict-json.js';
import type { Command } from './commands.js';
import { type Header, isOfRefusal, REFUSED_COLUMNS } from './header.js';
import type { Cell, Row } from './read-table.js';

/** Where the rows go that are left of a file whose good ones were sent: `payouts.xlsx` → `payouts.refused.xlsx`. */
export function refusedFileOf(file: string): string {
  const extension = extname(file);
  const name = basename(file, extension).replace(/\.refused$/, '');
  return join(dirname(file), `${name}.refused${extension}`);
}

/** Where the rows with faults go of a file of which nothing was recorded: never in the place of the file, nor of what is left of it. */
export function faultsFileOf(file: string): string {
  const extension = extname(file);
  return join(dirname(file), `${basename(file, extension)}.faults${extension}`);
}

/** They may hold names, ID numbers and bank accounts. */
const FOR_ITS_OWNER = 0o600;

/** Writes the refused rows as they stood, each with its place and what is wrong, so that they can be corrected and fed again. */
export async function writeRefused(file: string, refused: Command[]): Promise<void> {
  if (/\.xlsx$/i.test(file)) return writeWhole(file, (stream) => writeSheets(stream, refused), FOR_ITS_OWNER);
  const parts = /\.(?:ndjson|jsonl)$/i.test(file) ? refusedLines(refused) : refusedCsv(refused);
  return writeWhole(file, (stream) => pipeline(Readable.from(parts), stream), FOR_ITS_OWNER);
}

function* refusedLines(refused: Command[]): Generator<string> {
  for (const { rows, faults, key } of refused) {
    const [{ row, cells }] = rows as [Row];
    const [text] = cells;
    const about = { row, ...faults[0] };
    const isObject = typeof text === 'string' && /^\s*\{.*\}\s*$/s.test(text) && isJson(text);
    yield `${JSON.stringify(isObject ? withKey(JSON.parse(text), key, about) : { refused: { ...about, text } })}\n`;
  }
}

/** As in a table: of lines that are alike, and have keys of their places, only some may be refused. */
function withKey(line: Record<string, unknown>, key: string | undefined, about: object): object {
  // One that was refused as it stood, and comes again uncorrected, still has its text there alone.
  const { text } = (line.refused ?? {}) as { text?: unknown };
  return { ...line, key: line.key ?? key, refused: { ...about, text } };
}

/** Of two values of one name the line would keep the last, and be taken when it is fed again. */
function isJson(text: string): boolean {
  try {
    parseStrictJson(text);
    return true;
  } catch {
    return false;
  }
}

function* refusedCsv(refused: Command[]): Generator<string> {
  const [first] = refused;
  if (first?.header === undefined) return;
  const layout = layoutOf(first.header, refused);
  // Parted as it was, since what a comma in an amount means hangs on that.
  const delimiter = first.rows[0]?.delimiter;
  yield `${BYTE_ORDER_MARK}${csvLine(layout.names.map(defused), delimiter)}`;
  for (const record of records(refused, layout))
    yield csvLine(
      record.map((cell) => defused(textOf(cell))),
      delimiter,
    );
}

async function writeSheets(stream: NodeJS.WritableStream, refused: Command[]): Promise<void> {
  const workbook = new exceljs.stream.xlsx.WorkbookWriter({ stream: stream as never, useStyles: true });
  const sheets = Map.groupBy(refused, ({ rows }) => rows[0]?.sheet ?? 'Sheet1');
  for (const [name, commands] of sheets) {
    const header = commands[0]?.header;
    if (header === undefined) continue;
    const layout = layoutOf(header, commands);
    const sheet = workbook.addWorksheet(name, { views: [{ state: 'frozen', ySplit: 1 }] });
    // Texts are cells of type text, which are never run as formulas.
    sheet.columns = layout.names.map((title) => ({ header: title, width: 20 }));
    for (const record of records(commands, layout)) sheet.addRow(record.map(sheetCell)).commit();
    sheet.commit();
  }
  await workbook.commit();
}

/** The columns of the file, with a key, since rows that are alike would else be taken for one another when they come again. */
interface Layout {
  names: string[];
  /** Where each column of the file goes; those of an earlier refusal go nowhere. */
  kept: number[];
  keyAt: number;
}

/** Cells behind the header stay, in columns without a name: their row would else come again without them, and be taken. */
function layoutOf({ names, keyAt }: Header, refused: Command[]): Layout {
  const rows = refused.flatMap((command) => command.rows);
  const width = rows.reduce((most, { cells }) => Math.max(most, cells.length), names.length);
  const isFilled = (at: number) => rows.some(({ cells }) => cells[at] !== undefined);
  const kept = Array.from({ length: width }, (_, at) => at).filter((at) =>
    at < names.length ? !isOfRefusal(names[at] ?? '') : isFilled(at),
  );
  const own = kept.map((at) => names[at] ?? '');
  const withKey = keyAt < 0 ? [...own, '业务编号 key'] : own;
  return { names: [...withKey, ...REFUSED_COLUMNS], kept, keyAt: keyAt < 0 ? own.length : kept.indexOf(keyAt) };
}

function* records(refused: Command[], { names, kept, keyAt }: Layout): Generator<Cell[]> {
  for (const { rows, faults, key } of refused) {
    for (const { row, cells } of rows) {
      const record: Cell[] = new Array(names.length - REFUSED_COLUMNS.length).fill(undefined);
      for (const [place, at] of kept.entries()) record[place] = cells[at];
      record[keyAt] ??= key;
      const fields = faults.map(({ field }) => field).filter((field) => field !== '');
      yield [...record, row, [...new Set(fields)].join('; '), faults.map(({ reason }) => reason).join('; ')];
    }
  }
}

/** What is no text is none in the refused file either, where it would be taken for one. */
function sheetCell(cell: Cell): exceljs.CellValue {
  if (typeof cell !== 'object') return cell;
  return 'day' in cell ? new Date(cell.day) : { error: '#N/A' };
}

function textOf(cell: Cell): string {
  if (cell === undefined) return '';
  if (typeof cell !== 'object') return String(cell);
  return 'day' in cell ? cell.day : '';
}
