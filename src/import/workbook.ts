import { readFile } from 'node:fs/promises';
import { PassThrough, pipeline, Readable } from 'node:stream';
import exceljs from 'exceljs';
import JSZip from 'jszip';
import { withTextsJoined } from './texts-of-cells.js';

/**
 * How exceljs 4.4 reads one file of a workbook. It declares none of these: its own way goes through the archive as a stream,
 * in which files near the end are lost on a busy machine (exceljs issue 3064), and where those are the texts or a sheet,
 * nothing tells. Here each file is found by the directory of the archive.
 */
declare module 'exceljs' {
  namespace stream.xlsx {
    interface WorkbookReader {
      _parseRels(source: Readable): Promise<void>;
      _parseWorkbook(source: Readable): Promise<void>;
      _parseStyles(source: Readable): Promise<void>;
      _parseSharedStrings(source: Readable): AsyncIterable<unknown>;
      _parseWorksheet(source: Readable, number: string): Iterable<{ value: Sheet }>;
    }
  }
}

export interface Sheet extends AsyncIterable<exceljs.Row> {
  readonly name: string;
}

/** Cells that are shown as one, with the value of the first; rows and columns from 1. */
export interface Merged {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

const SHEET = /^xl\/worksheets\/sheet(\d+)\.xml$/;

/** The sheets of an .xlsx file, in the order in which they were made; each is to be read before the next is asked for. */
export async function* sheetsOf(file: string): AsyncGenerator<{ sheet: Sheet; merged: Merged[] }> {
  const archive = await JSZip.loadAsync(await readFile(file));
  const parts = new exceljs.stream.xlsx.WorkbookReader(file, {
    worksheets: 'emit',
    sharedStrings: 'cache',
    styles: 'cache',
    hyperlinks: 'ignore',
    entries: 'ignore',
  });
  const open = (path: string) => contentOf(archive.file(path));
  const workbook = open('xl/workbook.xml');
  if (workbook === undefined) throw new Error('xl/workbook.xml is missing');
  await parts._parseWorkbook(workbook);
  const rels = open('xl/_rels/workbook.xml.rels');
  if (rels !== undefined) await parts._parseRels(rels);
  const styles = open('xl/styles.xml');
  if (styles !== undefined) await parts._parseStyles(styles);
  const texts = open('xl/sharedStrings.xml');
  if (texts !== undefined) for await (const _ of parts._parseSharedStrings(Readable.from(withTextsJoined(texts))));
  const numbers = Object.keys(archive.files).flatMap((path) => SHEET.exec(path)?.[1] ?? []);
  for (const number of numbers.sort((a, b) => Number(a) - Number(b))) {
    const entry = archive.file(`xl/worksheets/sheet${number}.xml`);
    const content = contentOf(entry);
    if (entry === null || content === undefined) continue;
    // They stand behind the rows for which they are needed.
    const merged = mergedIn(await entry.async('nodebuffer'));
    for (const { value } of parts._parseWorksheet(Readable.from(withTextsJoined(content)), number))
      yield { sheet: value, merged };
    content.destroy();
  }
}

const MERGED = /<(?:\w+:)?mergeCell [^>]*?ref="\$?([A-Z]+)\$?(\d+):\$?([A-Z]+)\$?(\d+)"/g;

function mergedIn(sheet: Buffer): Merged[] {
  const behind = sheet.subarray(Math.max(sheet.lastIndexOf('sheetData>'), 0)).toString('latin1');
  return Array.from(behind.matchAll(MERGED), ([, left = '', top, right = '', bottom]) => {
    return { top: Number(top), left: columnNumber(left), bottom: Number(bottom), right: columnNumber(right) };
  });
}

/** `A` is 1, `AA` is 27. */
function columnNumber(letters: string): number {
  return [...letters].reduce((number, letter) => number * 26 + letter.charCodeAt(0) - 0x40, 0);
}

function contentOf(entry: JSZip.JSZipObject | null): Readable | undefined {
  if (entry === null) return undefined;
  // What breaks on the way breaks the stream that is read. As text, since exceljs would decode each part of it by itself, and
  // break the characters that lie in two.
  return pipeline(entry.nodeStream(), new PassThrough(), () => undefined).setEncoding('utf8');
}
