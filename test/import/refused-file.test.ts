import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TableKind } from '../../src/import/columns.js';
import { type Command, readCommands } from '../../src/import/commands.js';
import { refusedFileOf, writeRefused } from '../../src/import/refused-file.js';
import { writeSheet } from '../support/tables.js';

const folder = mkdtempSync(join(tmpdir(), 'mingzhang-refused-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function commandsOf(file: string, kind: TableKind): Promise<Command[]> {
  const commands: Command[] = [];
  for await (const command of readCommands({ file, kind, book: '640121', atomic: false })) commands.push(command);
  return commands;
}

async function refusedOf(file: string, kind: TableKind): Promise<Command[]> {
  return (await commandsOf(file, kind)).filter(({ faults }) => faults.length > 0);
}

/** What is wrong with the refused rows of a file, and with those of the file that is made of them when nobody corrects it. */
async function twice(file: string, kind: TableKind): Promise<string[][]> {
  const refused = await refusedOf(file, kind);
  await writeRefused(refusedFileOf(file), refused);
  const again = await refusedOf(refusedFileOf(file), kind);
  return [refused, again].map((commands) =>
    commands.map(({ rows, faults }) => `${rows[0]?.row} ${faults.map(({ reason }) => reason).join()}`),
  );
}

function csv(name: string, ...lines: string[]): string {
  const file = join(folder, name);
  writeFileSync(file, lines.join('\n'));
  return file;
}

const NAMELESS = /^2 此列没有表头/;

it('writes what stands behind the header too, so that an amount that commas parted stays refused', async () => {
  const file = csv(
    'surplus.csv',
    'key,to,fund,amount',
    'S-1,department:x,F-1,1,250,000.00',
    'S-2,department:x,F-1,1,,',
  );
  const [first, again] = await twice(file, 'allocation');
  expect(first).toEqual([expect.stringMatching(NAMELESS)]);
  expect(again).toEqual(first);
  const refused = refusedFileOf(file);
  expect(readFileSync(refused, 'utf8')).toContain('amount,,,退回行号 refused.row,');
  // Corrected: the surplus goes.
  writeFileSync(refused, readFileSync(refused, 'utf8').replace('1,250,000.00,', '"1,250,000.00",,,'));
  const [corrected] = await commandsOf(refused, 'allocation');
  expect(corrected?.text).toContain('"amount":"1250000.00"');
});

it('writes what stands behind the header of a sheet, also of a file without keys', async () => {
  const file = join(folder, 'surplus.xlsx');
  await writeSheet(file, '分配', [
    ['to', 'fund', 'amount'],
    ['department:x', 'F-1', 1, 250, '000.00'],
  ]);
  const [first, again] = await twice(file, 'allocation');
  expect(first).toEqual([expect.stringMatching(NAMELESS)]);
  expect(again).toEqual(first);
});

it.each(['*业务编号', '业务编号_', '_key', 'ＫＥＹ', ' 业务编号 key*', '业务\n编号'])(
  'finds the key in the column %j, which comes once in the refused file',
  async (name) => {
    const file = csv('keys.csv', `"${name}",to,fund,amount`, 'K-1,department:x,F-1,bad', ',department:x,F-1,bad');
    const [first, again] = await twice(file, 'allocation');
    expect(first).toHaveLength(2);
    expect(again).toEqual(first);
    const keys = (await commandsOf(refusedFileOf(file), 'allocation')).map(({ key }) => key);
    expect(keys).toEqual(['K-1', expect.stringMatching(/^row-/)]);
  },
);

it('takes no day that Excel made of a month for a text, neither at once nor from the refused file', async () => {
  const file = join(folder, 'months.xlsx');
  await writeSheet(file, '收益', [
    ['key', 'asset', 'period', 'amount', 'payerKind', 'payer', 'effectiveDate', 'documents'],
    ['M-1', 'AS-1', new Date('2016-07-01T00:00:00Z'), 1, 'enterprise', '公司', new Date('2016-08-01T00:00:00Z')],
    ['M-2', 'AS-1', '2016-07', 1, 'enterprise', '公司', new Date('2016-08-01T00:00:00Z')],
    ['M-3', 'AS-1', '2016-07', 1, 'enterprise', '公司', '', new Date('2016-08-01T00:00:00Z')],
    ['M-4', 'AS-1', '2016-07', 1, 'enterprise', '公司', '', { formula: 'A1/0', result: { error: '#DIV/0!' } }],
    ['M-5', 'AS-1', '2016-07', 1, 'enterprise', '公司', '', { error: '#REF!' }],
  ]);
  const good = (await commandsOf(file, 'income')).filter(({ faults }) => faults.length === 0);
  expect(good.map(({ text }) => JSON.parse(text))).toMatchObject([{ period: '2016-07', effectiveDate: '2016-08-01' }]);
  const [first, again] = await twice(file, 'income');
  const madeOfIt = 'Excel 已将此格变为日期';
  const reasons = [`${madeOfIt} 2016-07-01`, `${madeOfIt} 2016-08-01`, '', '单元格有错'];
  for (const told of [first, again])
    expect(told).toEqual(reasons.map((reason) => expect.stringMatching(`^\\d ${reason}`)));
  const [row] = (await refusedOf(refusedFileOf(file), 'income'))[0]?.rows ?? [];
  expect(row?.cells.slice(2, 7)).toEqual([{ day: '2016-07-01' }, 1, 'enterprise', '公司', { day: '2016-08-01' }]);
});

it('takes rows for one command whatever blanks stand around their key, and no two that have none', async () => {
  const rows = ['KE-1 ,F-1', ' KE-1,F-2', 'ＫＥ－１\u3000,F-3', ' ,F-1', '\u3000,F-2', ',F-3'];
  const file = csv('blanks.csv', 'key,fund,to,amount', ...rows.map((row) => `${row},department:x,1`));
  const commands = await commandsOf(file, 'allocation');
  expect(commands.flatMap(({ faults }) => faults)).toEqual([]);
  expect(commands.map(({ text }) => JSON.parse(text).lines.length)).toEqual([3, 1, 1, 1]);
});
