import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import exceljs from 'exceljs';
import JSZip from 'jszip';
import { type Row, readRows } from '../../src/import/read-table.js';

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
