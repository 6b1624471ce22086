import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
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

const ROW = ['资金分配', 'DL-1', 'department:x', 'F-1', '1'];

it.each([
  ['a comment whose lines have other signs', ',', '"# 填写说明\n金额以元为单位;日期如 2016-07-13"\n', '金额'],
  ['a comment with commas', ';', '# 先,后\n"";""\n', '金额'],
  ['a name of two lines', ';', '', '"金额\n(元)"'],
  ['a name of two lines and a comma', '\t', '\n', '"金额\n(元)"'],
])('finds the delimiter of a CSV behind %s', async (_, sign, before, amount) => {
  const header = [amount, '业务', '业务编号', '去向', '资金'];
  const text = await judged(
    write('found.csv', `${before}${header.join(sign)}\n${['1', ...ROW.slice(0, -1)].join(sign)}\n`),
  );
  expect(text).toContain('可记 1,有误 0');
});

it.each(['sep=;', '"sep=;"', 'sep=,', 'SEP=\t'])('takes the first line %j for the delimiter', async (said) => {
  const [sign = ''] = /[;,\t]/.exec(said) ?? [];
  const bad = ROW.with(1, 'DL-2').with(-1, 'abc').join(sign);
  const rows = [said, `业务${sign}业务编号${sign}去向${sign}资金${sign}金额`, ROW.join(sign), bad].join('\r\n');
  const text = await judged(write('said.csv', `\uFEFF${rows}`));
  expect(text).toContain('可记 1,有误 1');
  // As Excel counts, which does not show that line.
  expect(text).toContain('row 3: 金额');
});

it.each([';', '\t', ','])('takes %j for the delimiter though a name has others outside of quotes', async (sign) => {
  const others = [',', ';', '\t'].filter((other) => other !== sign).join('');
  const header = ['业务', '业务编号', '去向', '资金', '金额', `退回说明${others}自填`].join(sign);
  const text = await judged(write('others.csv', `${header}\n${ROW.join(sign)}\n`));
  expect(text).toContain('可记 1,有误 0');
});

it('tells of an unknown column with a comma as it stands between semicolons', async () => {
  const header = '业务;业务编号;去向;资金;金额(元,两位小数)';
  await expect(judged(write('comma.csv', `${header}\n${ROW.join(';')}\n`))).rejects.toThrow(
    '资金分配没有列“金额(元,两位小数)”',
  );
});

it('refuses a header that two delimiters would part equally well, until it is told which', async () => {
  const text = '业务,金额;备注\n资金分配,1;甲\n';
  await expect(judged(write('unclear.csv', text))).rejects.toThrow('看不出单元格以哪种分隔');
  await expect(judged(write('unclear.csv', `sep=,\n${text}`))).rejects.toThrow('资金分配没有列“金额;备注”');
});

it('refuses a delimiter that it does not know', async () => {
  await expect(judged(write('said.csv', 'sep=|\n业务|金额\n'))).rejects.toThrow('首行 sep=|');
});

it.each([';', '\t'])('takes no comma for that of thousands that may be a decimal point, between %j', async (sign) => {
  const row = (n: number, amount: string) => ['资金登记', `F-${n}`, '专项', '市级', '专项', '2016', amount].join(sign);
  const header = ['业务', '编号', '名称', '层级', '性质', '年度', '金额(万元)'].join(sign);
  const unclear = ['12,345', '￥ 1,000', '- １２，３４５', '12,5'];
  const clear = ['12,345.00', '1,234,567', '12345', '12.345'];
  const rows = [...unclear, ...clear].map((amount, n) => row(n, amount));
  const text = await judged(write('decimal.csv', [header, ...rows].join('\n')));
  expect(text).toContain('可记 4,有误 4');
  expect(text).toContain('row 2: 金额(万元) 逗号是千位分隔还是小数点?请写 12345 或 12.345');
  const refused = join(folder, 'decimal.faults.csv');
  expect(await judged(refused)).toContain('可记 0,有误 4');
  const [, first] = readFileSync(refused, 'utf8').split('\r\n');
  expect(first).toContain(row(0, '"12,345"'));
});

it('takes the comma of thousands where commas part the cells', async () => {
  const header = '业务,编号,名称,层级,性质,年度,金额';
  const text = await judged(write('thousands.csv', `${header}\n资金登记,F-1,专项,市级,专项,2016,"12,345"\n`));
  expect(text).toContain('可记 1,有误 0');
});

it('leaves the refused rows of an earlier import alone where it only checks, and lets nobody else read what it writes', async () => {
  const header = '业务,业务编号,去向,资金,金额';
  const left = write('kept.refused.csv', 'what is left of it');
  const row = '资金分配,KE-1,department:x,F-1,';
  expect(await judged(write('kept.csv', `${header}\n${row}bad\n`))).toContain('可记 0,有误 1');
  const faults = join(folder, 'kept.faults.csv');
  expect(statSync(faults).mode & 0o777).toBe(0o600);
  writeFileSync(`${faults}.part`, 'of a run that was killed', { mode: 0o644 });
  expect(await judged(join(folder, 'kept.csv'))).toContain('可记 0,有误 1');
  expect(statSync(faults).mode & 0o777).toBe(0o600);
  expect(await judged(write('kept.csv', `${header}\n${row}1\n`))).toContain('可记 1,有误 0');
  expect(existsSync(faults)).toBe(false);
  expect(readFileSync(left, 'utf8')).toBe('what is left of it');
});
