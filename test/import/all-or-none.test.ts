import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runImport } from '../../src/commands/import.js';
import { allocation, fund, Importing, ndjson } from '../support/importing.js';

let test: Importing;
let folder: string;
const told: string[] = [];

beforeAll(async () => {
  test = await Importing.into('640121');
  await test.send('640121', ndjson([fund('F-1')]));
  folder = mkdtempSync(join(tmpdir(), 'mingzhang-all-or-none-'));
  for (const stream of ['log', 'error'] as const)
    jest.spyOn(console, stream).mockImplementation((...said: unknown[]) => void told.push(String(said[0])));
});

afterAll(async () => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
  await test.app.close();
});

async function run(file: string, dryRun = false): Promise<{ status: number; text: string }> {
  told.length = 0;
  process.exitCode = 0;
  const url = `http://127.0.0.1:${test.port}`;
  await runImport({}, file, { book: '640121', url, token: test.clerk, kind: 'allocation', atomic: true, dryRun });
  const status = Number(process.exitCode);
  process.exitCode = 0;
  return { status, text: told.join('\n') };
}

function write(name: string, content: string): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

it('takes all or none', async () => {
  const before = await test.app.revision('640121');
  const lines = ['key,to,fund,amount', 'T-1,department:x,F-1,1', 'T-2,department:x,F-1,99999999'].join('\n');
  const file = write('atomic.csv', lines);
  expect(await run(file)).toMatchObject({ status: 1, text: expect.stringContaining('一笔未记') });
  expect(readFileSync(join(folder, 'atomic.faults.csv'), 'utf8')).toContain('T-2');
  expect(told.join('\n')).toContain(`the file to correct is ${file}`);
  expect(await test.app.revision('640121')).toBe(before);
  writeFileSync(file, lines.replace('99999999', '2'));
  expect(await run(file)).toMatchObject({ status: 0, text: expect.stringContaining('新记 2') });
  expect(await run(file)).toMatchObject({ status: 0, text: expect.stringContaining('早已记入 2') });
});

it('takes a file that holds nothing but its header', async () => {
  const file = write('header.csv', 'key,to,fund,amount\n');
  expect(await run(file)).toMatchObject({ status: 0, text: expect.stringContaining('共 0 笔') });
});

it('keeps the good rows of a refused file of which nothing was recorded', async () => {
  const lines = 'key,to,fund,amount\nG-1,department:x,F-1,1\nG-2,department:x,F-1,bad\nG-3,department:x,F-1,1\n';
  const file = write('good.refused.csv', lines);
  for (const dryRun of [true, false]) {
    const { status, text } = await run(file, dryRun);
    expect([status, text]).toEqual([1, expect.stringContaining(`请改正原文件 ${file}`)]);
    expect(text).not.toContain('it can be imported as it is');
    expect(readFileSync(file, 'utf8')).toBe(lines);
    expect(readFileSync(join(folder, 'good.refused.faults.csv'), 'utf8')).toMatch(/\r\nG-2,.*\r\n$/);
  }
  writeFileSync(file, lines.replace('bad', '1'));
  expect(await run(file)).toMatchObject({ status: 0, text: expect.stringContaining('新记 3') });
  expect(existsSync(join(folder, 'good.refused.faults.csv'))).toBe(false);
});

it('says before anything is sent what the service says of a key that stands twice', async () => {
  const lines = [allocation('K-0', '1.00'), allocation('K-1', '2.00')];
  const twice = ndjson([...lines, allocation('K-0', '1.00'), allocation('K-1', '3.00')]);
  const answer = await test.send('640121', twice, { query: '?atomic=true' });
  const refused = [
    { line: 3, key: 'K-0', errors: [{ field: 'key' }] },
    { line: 4, key: 'K-1', errors: [{ field: 'key' }] },
  ];
  expect(answer).toMatchObject({ status: 422, lines: [{ code: 'import_refused', lines: refused }] });
  const judged = await run(write('twice.ndjson', twice), true);
  expect(judged).toMatchObject({ status: 1, text: expect.stringContaining('可记 2,有误 2') });
  for (const row of [3, 4]) expect(judged.text).toContain(`row ${row}: key 第 ${row - 2} 行已用此编号`);
});

it('refuses before anything is sent a file of more commands than one append takes', async () => {
  const many = Array.from({ length: 513 }, (_, n) => allocation(`M-${n}`, '1.00'));
  await expect(run(write('many.ndjson', ndjson(many)), true)).rejects.toThrow('at most 512');
});
