import { readFile } from 'node:fs/promises';
import { PassThrough, pipeline, type Readable } from 'node:stream';
import exceljs from 'exceljs';
import JSZip from 'jszip';

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

const SHEET = /^xl\/worksheets\/sheet(\d+)\.xml$/;

/** The sheets of an .xlsx file, in the order in which they were made; each is to be read before the next is asked for. */
export async function* sheetsOf(file: string): AsyncGenerator<Sheet> {
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
  if (texts !== undefined) for await (const _ of parts._parseSharedStrings(texts));
  const numbers = Object.keys(archive.files).flatMap((path) => SHEET.exec(path)?.[1] ?? []);
  for (const number of numbers.sort((a, b) => Number(a) - Number(b))) {
    const content = open(`xl/worksheets/sheet${number}.xml`);
    if (content === undefined) continue;
    for (const { value } of parts._parseWorksheet(content, number)) yield value;
    content.destroy();
  }
}

function contentOf(entry: JSZip.JSZipObject | null): Readable | undefined {
  if (entry === null) return undefined;
  // What breaks on the way breaks the stream that is read.
  return pipeline(entry.nodeStream(), new PassThrough(), () => undefined);
}
