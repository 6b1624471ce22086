import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { append, randomHistory } from '../support/recorded-history.js';
import { catchUp, type ViewFixture, viewFixture } from '../support/view-fixture.js';

const BOOK = '640121';
const folder = mkdtempSync(join(tmpdir(), 'mingzhang-commands-'));

let fixture: ViewFixture;
beforeAll(async () => {
  fixture = await viewFixture();
  const history = randomHistory(5, 1);
  await append(fixture.store, history);
  await catchUp(fixture, BOOK);
});
afterAll(async () => {
  await fixture.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The built command on the database of this test. */
function mingzhang(...args: string[]) {
  const cli = join(import.meta.dirname, '../../dist/cli.js');
  const env = { PATH: process.env.PATH, DATABASE_URL: fixture.url, DATA_DIR: folder };
  return spawnSync(process.execPath, [cli, ...args], { env, encoding: 'utf8' });
}

it('writes the same journal to a file and to standard output, each time', () => {
  const file = join(folder, 'a.ledger');
  const asked = ['export', 'journal', '--format', 'ledger', '--book', BOOK];
  expect(mingzhang(...asked, '-o', file).status).toBe(0);
  const { status, stdout } = mingzhang(...asked);
  expect([status, stdout]).toEqual([0, readFileSync(file, 'utf8')]);
  expect(stdout).toContain(`; Mingzhang 明账, book ${BOOK}, entries 0 to `);
});

it('writes tables', () => {
  const tables = join(folder, 'tables');
  expect(mingzhang('export', 'csv', '--book', BOOK, '-o', tables).status).toBe(0);
  expect(readdirSync(tables).sort()).toEqual(['assets.csv', 'balances.csv', 'events.csv', 'postings.csv']);
  const workbook = join(folder, 'book.xlsx');
  expect(mingzhang('export', 'xlsx', '--book', BOOK, '-o', workbook).status).toBe(0);
  expect(readFileSync(workbook).subarray(0, 2).toString()).toBe('PK');
});

it('says plainly what cannot be written, and which day does not exist', () => {
  const file = join(folder, 'taken');
  writeFileSync(file, '');
  const { status, stderr } = mingzhang('export', 'csv', '--book', BOOK, '-o', file);
  expect([status, stderr.trim().split('\n').at(-1)]).toEqual([1, expect.stringContaining('cannot be written: EEXIST')]);
  for (const args of [
    ['daily-files', '--day', '2026-02-30'],
    ['replay', '--book', BOOK, '--until', '2026-02-30T00:00:00Z'],
  ])
    expect(mingzhang(...args)).toMatchObject({ status: 1, stderr: expect.stringContaining('is invalid') });
});

it('replays, and says by its exit status whether anything differs', async () => {
  const good = mingzhang('replay', '--book', BOOK);
  expect([good.status, good.stdout]).toEqual([0, expect.stringContaining('replayed, nothing differs.')]);
  await fixture.pool.query(
    `update views.balances set amount_fen = amount_fen + 1 where book = $1 and account = 'bureau' and fund = 'F-1'`,
    [BOOK],
  );
  const bad = mingzhang('replay', '--book', BOOK, '--json');
  expect(bad.status).toBe(1);
  expect(JSON.parse(bad.stdout).difference).toMatchObject({
    book: BOOK,
    where: 'balances: balances bureau, F-1',
    field: 'amountFen',
  });
  const words = mingzhang('replay', '--book', BOOK);
  expect([words.status, words.stdout]).toEqual([1, expect.stringContaining('The first difference:')]);
});

it('refuses in words what it cannot do', () => {
  const cases = [
    [
      ['replay', '--book', '111111'],
      'There is no book 111111.\n查找的数据库是 The database that was looked in is that of D',
    ],
    [['export', 'bundle', '--book', '111111', '-o', join(folder, 'none')], 'looked in is that of D'],
    [['replay', '--book', BOOK, '--until', '1000000'], 'There is no entry 1000000; the last of the book is '],
    [['replay', '--book', BOOK, '--until', '1999-01-01T00:00:00Z'], 'The book had no entry at 1999-01-01T00:00:00Z.'],
    [['export', 'journal', '--format', 'excel', '--book', BOOK], 'Allowed choices are ledger, hledger, beancount.'],
    [['export', 'xlsx', '--book', BOOK, '-o', join(folder, 'no/such.xlsx')], 'cannot be written: '],
  ] as const;
  for (const [args, words] of cases) {
    const { status, stderr } = mingzhang(...args);
    expect([status, stderr]).toEqual([1, expect.stringContaining(words)]);
    expect(stderr).not.toContain('    at ');
  }
});
