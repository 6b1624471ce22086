import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ImportOptions, runImport } from '../../src/commands/import.js';
import { KIND_WORDS } from '../../src/import/columns.js';
import { writeTemplate } from '../../src/import/template.js';
import { startApp, type TestApp } from '../support/app.js';
import { sheetsOf, writeSheet } from '../support/tables.js';

let test: TestApp;
let url: string;
let token: string;
let folder: string;
const told: string[] = [];

beforeAll(async () => {
  test = await startApp();
  await test.app.listen(0, '127.0.0.1');
  url = `http://127.0.0.1:${(test.app.getHttpServer().address() as AddressInfo).port}`;
  token = await test.token('clerk', ['6401']);
  const admin = await test.token('admin', ['6401']);
  await test.post('/v1/books', admin, { id: '640121', name: '财政局', level: 'county' }).expect(201);
  await test.post('/v1/books', admin, { id: '640100', name: '财政局', level: 'city' }).expect(201);
  folder = mkdtempSync(join(tmpdir(), 'mingzhang-import-'));
  for (const stream of ['log', 'error'] as const)
    jest.spyOn(console, stream).mockImplementation((...said: unknown[]) => void told.push(String(said[0])));
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});

afterAll(async () => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
  await test.close();
});

interface Run {
  status: number;
  text: string;
}

async function run(file: string, options: Partial<ImportOptions> = {}): Promise<Run> {
  told.length = 0;
  process.exitCode = 0;
  await runImport({}, file, { book: '640121', url, token, atomic: false, dryRun: false, ...options });
  const status = Number(process.exitCode);
  process.exitCode = 0;
  return { status, text: told.join('\n') };
}

function write(name: string, content: string | Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

async function events(from: number): Promise<Record<string, unknown>[]> {
  const { text } = await test.get(`/v1/books/640121/events?from=${from}`, token).expect(200);
  return text
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

// 业务,编号,名称,层级,性质,年度,金额(万元) and two funds, as Chinese Excel saves a CSV: in GBK.
const FUNDS_IN_GBK = Buffer.from(
  'd2b5cef12cb1e0bac52cc3fbb3c62cb2e3bcb62cd0d4d6ca2cc4eab6c82cbdf0b6ee28cdf2d4aa290d0a' +
    'd7cabdf0b5c7bcc72c462d312cd7a8cfee2cd6d0d1eb2cd7a8cfee2c323031362c3132352e350d0a' +
    'd7cabdf0b5c7bcc72c462d322cd5fbbacf2ccad0bcb62cd0d0d2b52c323031362c22312c303030220d0a',
  'hex',
);

it('takes a CSV of Chinese Excel, whose amounts are in 万元, twice without posting twice', async () => {
  const file = write('funds.csv', FUNDS_IN_GBK);
  expect(await run(file, { dryRun: true })).toMatchObject({ status: 0, text: expect.stringContaining('未发送') });
  expect(await test.revision('640121')).toBe(0);
  expect(await run(file)).toMatchObject({ status: 0, text: expect.stringContaining('新记 2') });
  const [one, two] = await events(1);
  expect(one).toMatchObject({
    type: 'fund.registered',
    data: { id: 'F-1', name: '专项', level: 'central', amount: '1255000.00' },
  });
  expect(two).toMatchObject({ data: { id: 'F-2', amount: '10000000.00' } });
  expect(await run(file)).toMatchObject({ status: 0, text: expect.stringContaining('早已记入 2') });
  expect(await test.revision('640121')).toBe(2);
});

it('takes the refused rows of a CSV, corrected and fed again', async () => {
  const before = await test.revision('640121');
  const file = write(
    'allocations.csv',
    [
      '业务编号,去向,资金,金额,业务日期,备注',
      'A-1,department:nmj,F-1,"1,000.00",2016-07-13,',
      'A-1,,F-2,2000,,',
      'A-2,department:nmj,,１０．５０,2016/7/13,=2+3',
      'A-3,nobody,F-1,10,2016-07-13,',
      'A-4,department:nmj,F-1,abc,2016-02-30,-危险',
      ',department:nmj,F-1,99999999999,,',
      ',,,,,',
      '#A-5,department:nmj,F-1,1,,',
      ',department:nmj,F-1,5,,',
      ',department:nmj,F-1,5,,',
    ].join('\r\n'),
  );
  const { status, text } = await run(file, { kind: 'allocation' });
  expect(status).toBe(1);
  expect(text).toContain('新记 4,早已记入 0,退回 3');
  const recorded = await events(before + 1);
  expect(recorded.map(({ postings }) => (postings as unknown[]).length)).toEqual([4, 4, 2, 2]);
  expect(recorded[1]).toMatchObject({ note: '=2+3', data: { amount: '10.50' } });
  const refusedFile = join(folder, 'allocations.refused.csv');
  const refused = readFileSync(refusedFile, 'utf8');
  expect(refused).toMatch(/^\uFEFF业务编号,去向,资金,金额,业务日期,备注,退回行号/);
  const lines = refused.trimEnd().split('\r\n').slice(1);
  expect(lines[0]).toMatch(/^A-3,nobody,F-1,10,2016-07-13,,5,去向,/);
  expect(lines[1]).toMatch(/^A-4,.*,'-危险,6,.*金额.*不是金额/);
  expect(lines[2]).toMatch(/^row-[0-9a-f]{40},.*,7,.*insufficient_balance/);
  const corrected = refused
    .replace('nobody', 'department:nmj')
    .replace('abc', '1')
    .replace('2016-02-30', '2016-02-29')
    .replace('99999999999', '9');
  writeFileSync(refusedFile, corrected);
  expect(await run(refusedFile, { kind: 'allocation' })).toMatchObject({
    status: 0,
    text: expect.stringContaining('新记 3'),
  });
  expect((await events(before + 6))[0]).toMatchObject({ note: '-危险' });
});

it('takes a workbook with numbers, days and texts, and its refused rows', async () => {
  const file = join(folder, 'payments.xlsx');
  await writeSheet(file, '项目', [
    ['业务', '业务编号', '编号', '名称', '类别', '区划', '责任单位', '计划金额(万元)'],
    ['项目登记', 'P-1', 'P-1', '道路', '基础设施', 640121100201, '交通局', 0.1 + 0.2],
    ['项目登记', 'P-2', 'P-2', '=HYPERLINK("x")', '基础设施', 640199, '交通局', 12],
  ]);
  const { status, text } = await run(file);
  expect([status, text]).toEqual([1, expect.stringContaining('新记 1')]);
  const { body } = await test
    .get('/v1/books/640121/projects/P-1', token)
    .query({ minSeq: await test.revision('640121') });
  expect(body).toMatchObject({ plannedAmount: '3000.00', division: '640121100201' });
  const refusedFile = join(folder, 'payments.refused.xlsx');
  const sheets = await sheetsOf(refusedFile);
  expect(sheets.项目?.[1]).toEqual(
    expect.arrayContaining(['=HYPERLINK("x")', '3', expect.stringContaining('division_outside_book')]),
  );
  const rows = sheets.项目?.map((row) => row.map((cell) => (cell === '640199' ? 640121 : cell))) ?? [];
  await writeSheet(refusedFile, '项目', rows);
  expect(await run(refusedFile)).toMatchObject({ status: 0, text: expect.stringContaining('新记 1') });
});

it('takes lines of JSON, and the refused ones again', async () => {
  const fund = {
    kind: 'fund',
    key: 'n-1',
    id: 'F-N',
    name: '资金',
    level: 'city',
    nature: 'special',
    fiscalYear: 2016,
  };
  const file = write(
    'lines.ndjson',
    `${JSON.stringify({ ...fund, amount: '5.00' })}\n{"kind":\n${JSON.stringify({ ...fund, key: 'n-2' })}\n`,
  );
  expect(await run(file)).toMatchObject({ status: 1, text: expect.stringContaining('退回 2') });
  const refusedFile = join(folder, 'lines.refused.ndjson');
  const [broken = '', second = ''] = readFileSync(refusedFile, 'utf8').trimEnd().split('\n');
  expect(JSON.parse(broken)).toEqual({ refused: expect.objectContaining({ row: 2, text: '{"kind":' }) });
  writeFileSync(refusedFile, JSON.stringify({ ...JSON.parse(second), id: 'F-O', amount: '6.00' }));
  expect(await run(refusedFile)).toMatchObject({ status: 0, text: expect.stringContaining('新记 1') });
});

it('refuses a line with a name twice again and again, and keeps it as it stood', async () => {
  const line =
    '{"kind":"fund","key":"dup","id":"F-DUP","name":"资金","level":"city","nature":"special","fiscalYear":2016,"amount":"1.00","amount":"9.00"}';
  const refusedFile = join(folder, 'twice.refused.ndjson');
  for (const file of [write('twice.ndjson', `${line}\n`), refusedFile, refusedFile]) {
    expect(await run(file)).toMatchObject({ status: 1, text: expect.stringContaining('退回 1') });
    expect(JSON.parse(readFileSync(refusedFile, 'utf8')).refused).toMatchObject({ row: 1, text: line });
  }
});

it('takes a refused line again that is like one that was recorded', async () => {
  const line = { kind: 'allocation', to: 'department:twins', lines: [{ fund: 'F-TWINS', amount: '6.00' }] };
  const fund = { kind: 'fund', key: 'twins', id: 'F-TWINS', name: '资金', level: 'city', nature: 'special' };
  const money = { ...fund, fiscalYear: 2016, amount: '10.00' };
  const file = write('twins.ndjson', [money, line, line].map((one) => `${JSON.stringify(one)}\n`).join(''));
  expect(await run(file)).toMatchObject({ status: 1, text: expect.stringContaining('退回 1') });
  const more = { kind: 'adjustment', key: 'twins-more', fund: 'F-TWINS', amount: '5.00' };
  expect(await run(write('more.ndjson', JSON.stringify(more)))).toMatchObject({ status: 0 });
  const again = await run(join(folder, 'twins.refused.ndjson'));
  expect(again).toMatchObject({ status: 0, text: expect.stringContaining('新记 1') });
});

it('says before anything is sent what the service would say of the file as a whole', async () => {
  const row = (key: string, amount: string) => `资金分配,${key},department:x,F-1,${amount}\n`;
  const header = '业务,业务编号,去向,资金,金额\n';
  const twice = write(
    'twice.csv',
    `${header}${row('TW-1', '1')}${row('TW-2', '1')}${row('TW-1', '2')}${row('TW-2', '1')}`,
  );
  const judged = await run(twice, { dryRun: true });
  expect(judged).toMatchObject({ status: 1, text: expect.stringContaining('可记 3,有误 1') });
  expect(judged.text).toContain('业务编号 第 2 行已用此编号而内容不同');
});

it('takes no cell that is merged with others, which may mean each of them or all', async () => {
  const file = join(folder, 'merged.xlsx');
  const rows = ['业务,业务编号,去向,资金,金额', ...[1, 2, 3].map((n) => `资金分配,ME-${n},department:x,F-1,1`)];
  await writeSheet(
    file,
    '资金分配',
    rows.map((row) => row.split(',')),
    ['D2:D3'],
  );
  const { text } = await run(file, { dryRun: true });
  expect(text).toContain('可记 1,有误 2');
  expect(text).toContain('row 3: 资金 合并的单元格');
});

it('says that the kinds of rows are merged, instead of that there are none', async () => {
  const file = join(folder, 'merged-kinds.xlsx');
  const rows = ['业务,业务编号,去向,资金,金额', '资金分配,MK-1,department:x,F-1,1', ',MK-2,department:x,F-1,1'];
  await writeSheet(
    file,
    '资金分配',
    rows.map((row) => row.split(',')),
    ['A2:A3'],
  );
  await expect(run(file, { dryRun: true })).rejects.toThrow('业务一列有合并的单元格');
});

it('takes personal data under a key of its own only', async () => {
  const header = '业务,业务编号,姓名,身份证号,区划,人员类别';
  const file = write('people.csv', `${header}\n受益人登记,,张某,11010519491231002X,640121100201,脱贫户\n`);
  expect(await run(file)).toMatchObject({ status: 1, text: expect.stringContaining('必须填写业务编号') });
  const good = write('people2.csv', `${header}\n受益人登记,B-1,张某,11010519491231002X,640121100201,脱贫户、监测户\n`);
  expect(await run(good)).toMatchObject({ status: 0, text: expect.stringContaining('新记 1') });
});

it('asks for what it cannot guess', async () => {
  const plain = write('plain.csv', 'key,to,amount\nX-1,department:x,1\n');
  await expect(run(plain)).rejects.toThrow('does not say its kind');
  await expect(run(write('odd.csv', 'key,colour\nX-1,red\n'), { kind: 'allocation' })).rejects.toThrow(
    'no column "colour"',
  );
  await expect(run(write('bad.csv', Buffer.from([0xff, 0xff, 0x80, 0x00])), { kind: 'fund' })).rejects.toThrow(
    'GB 18030',
  );
  await expect(run(write('no.xlsx', 'no workbook'))).rejects.toThrow('no workbook');
  await expect(run(join(folder, 'none.csv'))).rejects.toThrow('no file');
  await expect(run(write('old.xls', ''))).rejects.toThrow('.xlsx');
  await expect(run(plain, { kind: 'allocation', token: 'x' })).rejects.toThrow('401');
  await expect(run(plain, { kind: 'allocation', token: '' })).rejects.toThrow('--token');
});

it('says plainly that an address is none', () => {
  const line = ['dist/program.js', 'import', write('address.csv', 'key,to,amount\n'), '--book', '640121'];
  for (const [more, given] of [
    [['--url', 'localhost:3000'], {}] as const,
    [[], { MINGZHANG_URL: 'ftp://x' }] as const,
  ]) {
    const env = { ...process.env, ...given };
    const { status, stderr } = spawnSync(process.execPath, [...line, ...more, '--token', 'x'], {
      encoding: 'utf8',
      env,
    });
    expect([status, stderr]).toEqual([1, expect.stringContaining('a URL that begins with http:// or https://')]);
    expect(stderr).not.toContain('    at ');
  }
});

it('takes templates of every kind, whose examples are not posted and are good', async () => {
  for (const kind of Object.keys(KIND_WORDS) as (keyof typeof KIND_WORDS)[]) {
    const files = ['xlsx', 'csv'].map((extension) => join(folder, `${kind}.${extension}`));
    for (const file of files) {
      await writeTemplate(kind, file);
      expect(await run(file, { dryRun: true })).toMatchObject({
        status: 0,
        text: expect.stringContaining('检查 0 笔'),
      });
    }
    const [, csv = ''] = files;
    const example = write(`${kind}-example.csv`, readFileSync(csv, 'utf8').replace('#示例 example ', ''));
    expect([kind, await run(example, { dryRun: true, book: kind === 'book' ? '640121' : '640100' })]).toEqual([
      kind,
      { status: 0, text: expect.stringContaining('可记 1') },
    ]);
  }
});
