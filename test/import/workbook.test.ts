import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import exceljs from 'exceljs';
import fc from 'fast-check';
import JSZip from 'jszip';
import { type Row, readRows } from '../../src/import/read-table.js';
import { withTextsJoined } from '../../src/import/texts-of-cells.js';

const folder = mkdtempSync(join(tmpdir(), 'mingzhang-workbook-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function rowsOf(file: string): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of readRows(file)) rows.push(row);
  return rows;
}

async function workbook(): Promise<Buffer> {
  const made = new exceljs.Workbook();
  for (const name of ['资金', '项目']) {
    const sheet = made.addWorksheet(name);
    for (let row = 1; row <= 50; row += 1) sheet.addRow([`${name}-${row}`, row, new Date('2016-07-13T00:00:00Z')]);
  }
  return Buffer.from(await made.xlsx.writeBuffer());
}

it('reads every sheet whole, in whatever order its archive has them and however often', async () => {
  const given = await JSZip.loadAsync(await workbook());
  const paths = Object.keys(given.files).filter((path) => given.files[path]?.dir === false);
  for (const [index, order] of [paths, paths.toReversed(), paths.toSorted()].entries()) {
    const zip = new JSZip();
    for (const path of order) zip.file(path, (await given.file(path)?.async('nodebuffer')) ?? '');
    const file = join(folder, `${index}.xlsx`);
    writeFileSync(file, await zip.generateAsync({ type: 'nodebuffer' }));
    for (const rows of await Promise.all(Array.from({ length: 8 }, () => rowsOf(file)))) {
      expect(rows).toEqual(
        ['资金', '项目'].flatMap((sheet) =>
          Array.from({ length: 50 }, (_, at) => ({
            row: at + 1,
            sheet,
            cells: [`${sheet}-${at + 1}`, at + 1, { day: '2016-07-13' }],
          })),
        ),
      );
    }
  }
});

it('says of a workbook that was cut short or altered that it is none', async () => {
  const whole = await workbook();
  const file = join(folder, 'broken.xlsx');
  for (let cut = 10; cut < whole.length; cut += 701) {
    writeFileSync(file, whole.subarray(0, cut));
    await expect(rowsOf(file)).rejects.toThrow('no workbook');
  }
  const without = await JSZip.loadAsync(whole);
  without.remove('xl/workbook.xml');
  writeFileSync(file, await without.generateAsync({ type: 'nodebuffer' }));
  await expect(rowsOf(file)).rejects.toThrow('no workbook: xl/workbook.xml is missing');
});

it('ends with a plain error, whatever byte of the archive is altered', async () => {
  const whole = await workbook();
  const file = join(folder, 'altered.xlsx');
  for (let at = 40; at < whole.length; at += 397) {
    const altered = Buffer.from(whole);
    altered[at] = (altered[at] ?? 0) ^ 0x55;
    writeFileSync(file, altered);
    const answer = await rowsOf(file).catch((error: Error) => error);
    if (answer instanceof Error) expect(answer.message).toContain('no workbook');
  }
});

it('reads a text whole wherever the archive parts its bytes', async () => {
  const texts = Array.from({ length: 9000 }, (_, n) => `${'甲乙丙丁𠮷'.repeat((n % 5) + 1)}${n}`);
  const made = new exceljs.Workbook();
  for (const text of texts) (made.getWorksheet('名') ?? made.addWorksheet('名')).addRow([text]);
  const whole = join(folder, 'texts.xlsx');
  await made.xlsx.writeFile(whole);
  expect((await rowsOf(whole)).map(({ cells }) => cells[0])).toEqual(texts);
  const inline = texts.map(
    (text, n) => `<row r="${n + 1}"><c r="A${n + 1}" t="inlineStr"><is><t>${text}</t></is></c></row>`,
  );
  expect((await rowsOf(await altered(whole, inline.join('')))).map(({ cells }) => cells[0])).toEqual(texts);
});

/** A workbook with other rows, and where they are given other texts that are shared. */
async function altered(file: string, rows: string, shared?: string): Promise<string> {
  const zip = await JSZip.loadAsync(readFileSync(file));
  const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
  const put = (path: string, xml: string) => zip.file(path, Buffer.from(xml));
  put('xl/worksheets/sheet1.xml', `<worksheet ${main}><sheetData>${rows}</sheetData></worksheet>`);
  if (shared !== undefined) put('xl/sharedStrings.xml', `<sst ${main}>${shared}</sst>`);
  const to = join(folder, 'other.xlsx');
  writeFileSync(to, await zip.generateAsync({ type: 'nodebuffer', compression: 'DEFLATE' }));
  return to;
}

it('reads a text of several runs whole, and no phonetic guide', async () => {
  const guide = '<rPh sb="0" eb="1"><t>zhang</t></rPh><rPh sb="1" eb="2"><t>san</t></rPh><phoneticPr fontId="1"/>';
  const texts = [
    [`<t>张三</t>${guide}`, '张三'],
    [
      `<r><rPr><b/></rPr><t>12</t></r><r><t xml:space="preserve">50 </t></r><r><t>元 &lt;&amp;</t></r>${guide}`,
      '1250 元 <&',
    ],
    ['<t/>', undefined],
    ['<t xml:space="preserve"/>', undefined],
    ['<t>末</t>', '末'],
  ] as const;
  const made = new exceljs.Workbook();
  made.addWorksheet('名').addRow(['甲']);
  const file = join(folder, 'runs.xlsx');
  await made.xlsx.writeFile(file);
  const rows = texts.map(
    ([content], n) =>
      `<row r="${n + 1}"><c r="A${n + 1}" t="s"><v>${n}</v></c><c r="B${n + 1}" t="inlineStr"><is>${content}</is></c></row>`,
  );
  const shared = texts.map(([content]) => `<si>${content}</si>`).join('');
  const read = await rowsOf(await altered(file, rows.join(''), shared));
  expect(read.map(({ cells: [one, other] }) => [one, other])).toEqual(texts.map(([, text]) => [text, text]));
});

it('joins the runs of a text in whatever parts its XML comes', async () => {
  const xml =
    '<sst a="1"><si/><si ><t>甲</t><rPh sb="0"><t>jia</t></rPh></si><si x="1"><r><t>1</t></r><r><t>2</t></r></si><is /><c/></sst>';
  const parts = fc.array(fc.nat(xml.length)).map((cuts) => {
    const at = [0, ...cuts.toSorted((a, b) => a - b), xml.length];
    return at.slice(1).map((end, n) => xml.slice(at[n], end));
  });
  await fc.assert(
    fc.asyncProperty(parts, async (given) => {
      const made = await Readable.from(withTextsJoined(Readable.from(given))).toArray();
      const texts = ['甲', '12'].map((text) => `<si><t xml:space="preserve">${text}</t></si>`).join('');
      expect(made.join('')).toBe(`<sst a="1"><si/>${texts}<is /><c/></sst>`);
    }),
  );
});
