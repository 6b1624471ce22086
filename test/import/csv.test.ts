import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runImport } from '../../src/commands/import.js';

let folder: string;
const told: string[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mingzhang-csv-'));
  for (const stream of ['log', 'error'] as const)
    jest.spyOn(console, stream).mockImplementation((...said: unknown[]) => void told.push(String(said[0])));
});

afterAll(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** What is said of a file, without sending it. */
async function judged(file: string): Promise<string> {
  told.length = 0;
  await runImport({}, file, { book: '640121', url: '', atomic: false, dryRun: true });
  process.exitCode = 0;
  return told.join('\n');
}

function write(name: string, content: string): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

it.each([
  ['semicolons', ';'],
  ['tabs', '\t'],
])('takes a CSV whose cells are parted by %s', async (_, sign) => {
  const rows = [
    ['#', '', '', '', '', ''],
    ['业务', '业务编号', '去向', '资金', '金额', '备注'],
    ['资金分配', 'PS-1', 'department:x', 'F-1', '"1,000.00"', '甲,乙'],
  ];
  const text = await judged(write('parted.csv', rows.map((row) => row.join(sign)).join('\r\n')));
  expect(text).toContain('可记 1,有误 0');
});

it('takes no row with something in a column without a name', async () => {
  const rows = [
    '业务,业务编号,去向,资金,,金额',
    '资金分配,NN-1,department:x,F-1,,1',
    '资金分配,NN-2,department:x,F-1,甲,1',
  ];
  const text = await judged(write('nameless.csv', [...rows, '资金分配,NN-3,department:x,F-1,,1,乙'].join('\n')));
  expect(text).toContain('可记 1,有误 2');
  expect(text).toContain('row 3: 第 5 列 column 5 此列没有表头');
  expect(text).toContain('row 4: 第 7 列 column 7 此列没有表头');
});
