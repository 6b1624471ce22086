import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { openPool } from '../../src/database/pool.js';
import { Appended } from '../../src/event-store/appended.js';
import { PostgresEventStore } from '../../src/event-store/postgres.js';
import { BookLog } from '../../src/log/book-log.js';
import { rotateLogKey } from '../../src/log/log-key.js';
import { LogStore } from '../../src/log/log-store.js';
import { generateKey, parseNote, parseSigner, parseVerifier } from '../../src/log/note.js';
import { BookWriters } from '../../src/posting/book-writers.js';
import { PostEntry, type Request } from '../../src/posting/post-entry.js';
import { SnapshotKeeper } from '../../src/posting/snapshots/snapshot-keeper.js';
import type { MemoryLimits } from '../../src/posting/unloading.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { until } from '../support/until.js';

const KEY = generateKey('ledger.example/log');
const VKEY = parseSigner(KEY).vkey;
const FUND = {
  id: 'F-1',
  name: '专项',
  level: 'county',
  nature: 'special',
  fiscalYear: 2016,
  amount: '1000000.00',
} as const;
const FOR_EVER: MemoryLimits = { idleMs: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };

let database: TestDatabase;
let pool: Pool;
let opened: BookWriters[];

beforeEach(async () => {
  database = await cloneDatabase();
  pool = openPool(database.url, 10, () => undefined);
  opened = [];
});

afterEach(async () => {
  for (const writers of opened) await writers.close();
  await pool.end();
  await database.drop();
});

function openWriters(limits: MemoryLimits, keeper?: SnapshotKeeper): BookWriters {
  const store = new PostgresEventStore(pool);
  const log = new BookLog(parseSigner(KEY), store, new LogStore(pool));
  const writers = new BookWriters(store, log, new Appended(), undefined, keeper, limits);
  opened.push(writers);
  return writers;
}

const post = (writers: BookWriters, book: string, key: string, request: Request) =>
  writers.post(new PostEntry(book, key, 'clerk-07', request));
const allocate = (writers: BookWriters, book: string, key: string) =>
  post(writers, book, key, { kind: 'allocation', body: { to: 'department:nmj', amount: '1.00' } });

async function openBook(writers: BookWriters, book: string): Promise<void> {
  await post(writers, book, 'open', { kind: 'book', body: { id: book, name: '财政局', level: 'county' } });
  await post(writers, book, 'fund', { kind: 'fund', body: FUND });
}

/** Once nobody waits for anything of them: whoever was answered last is waited for a moment longer. */
async function atRest(writers: BookWriters): Promise<void> {
  const each = Reflect.get(writers, 'writers') as ReadonlyMap<string, { isAtRest: boolean }>;
  await until(() => [...each.values()].every(({ isAtRest }) => isAtRest));
}

const codes = (count: number) => Array.from({ length: count }, (_, n) => String(620_000 + n));

it('keeps books that rest no longer than they may, and loads them again for the next entry', async () => {
  const idleMs = 3_600_000;
  const writers = openWriters({ ...FOR_EVER, idleMs });
  await openBook(writers, '640121');
  const before = Date.now();
  await allocate(writers, '640121', 'a');
  await atRest(writers);
  writers.unload(before + idleMs - 1);
  expect(writers.size).toBe(1);
  writers.unload(Date.now() + idleMs);
  expect(writers.size).toBe(0);
  expect(await allocate(writers, '640121', 'a')).toMatchObject({ seq: 2, replayed: true });
  expect(await allocate(writers, '640121', 'b')).toMatchObject({ seq: 3, replayed: false });
});

it('lets go of those that rest the longest where all take too much', async () => {
  const writers = openWriters({ ...FOR_EVER, bytes: 200_000 });
  const rest = async () => {
    await atRest(writers);
    // Another instant than that of the book before.
    await sleep(3);
  };
  for (const book of codes(5)) {
    await openBook(writers, book);
    await rest();
  }
  writers.unload();
  expect(writers.size).toBe(3);
  await writers.inspect('620002', () => undefined);
  await rest();
  await openBook(writers, '620009');
  await rest();
  writers.unload();
  expect(writers.size).toBe(3);
  // The one that was looked at stayed: it is no new writer, so it still has its entries.
  expect(await allocate(writers, '620002', 'x')).toMatchObject({ seq: 2 });
});

it('loses and doubles nothing where books leave memory while they are posted to', async () => {
  const writers = openWriters({ ...FOR_EVER, idleMs: 0 });
  const books = codes(10);
  await Promise.all(books.map((book) => openBook(writers, book)));
  const sweeping = setInterval(() => writers.unload(Date.now() + 1), 1);
  const seqs = await Promise.all(
    books.map(async (book) => {
      const its: number[] = [];
      for (let n = 0; n < 30; n += 1) {
        const both = await Promise.all([allocate(writers, book, `a-${n}`), allocate(writers, book, `b-${n}`)]);
        its.push(...both.map(({ seq }) => seq));
        if (n % 5 === 0) await sleep(3);
      }
      return its.toSorted((a, b) => a - b);
    }),
  );
  clearInterval(sweeping);
  for (const its of seqs) expect(its).toEqual(Array.from({ length: 60 }, (_, n) => n + 2));
});

it('works with a thousand open books side by side, and makes the entries of many durable together', async () => {
  const writers = openWriters(FOR_EVER);
  const books = codes(1_000);
  await Promise.all(books.map((book) => openBook(writers, book)));
  const rounds = await Promise.all(
    [1, 2, 3].flatMap((round) => books.map((book) => allocate(writers, book, `k-${round}`))),
  );
  expect(rounds).toHaveLength(3_000);
  expect(writers.size).toBe(1_000);
  const { rows } = await pool.query<{ events: string; books: string; commits: string }>(
    `select count(*) as events, count(distinct book) as books, count(distinct xmin::text) as commits from events`,
  );
  expect(rows[0]).toMatchObject({ events: '5000', books: '1000' });
  expect(Number(rows[0]?.commits)).toBeLessThan(1_000);
});

/** A keeper over the database of this test, and writers that tell it what they append. */
function writersWithKeeper(limits: MemoryLimits, databaseUrl = database.url) {
  const folder = mkdtempSync(join(tmpdir(), 'mingzhang-snapshot-'));
  const logKeyFile = join(folder, 'log.key');
  writeFileSync(logKeyFile, `${KEY}\n`);
  const faults: unknown[] = [];
  const choice = { eventStore: 'postgres' } as const;
  const order = { databaseUrl, choice, logKeyFile, vkey: VKEY };
  const keeper = new SnapshotKeeper(order, (message, facts) => faults.push(message, facts));
  const snapshot = async () =>
    (await pool.query<{ size: string; note: string }>('select * from book_snapshots')).rows[0];
  const taken = async () => {
    await until(async () => faults.length > 0 || (await snapshot()) !== undefined);
    expect(faults).toEqual([]);
    rmSync(folder, { recursive: true });
    return snapshot();
  };
  return { keeper, writers: openWriters(limits, keeper), faults, taken, logKeyFile };
}

async function grow(writers: BookWriters): Promise<void> {
  await openBook(writers, '640121');
  await Promise.all(Array.from({ length: 5_100 }, (_, n) => allocate(writers, '640121', `k-${n}`)));
  await atRest(writers);
}

it('has a snapshot taken of a book that leaves memory, by a process of its own', async () => {
  const { writers, taken } = writersWithKeeper({ ...FOR_EVER, idleMs: 0 });
  await grow(writers);
  writers.unload(Date.now() + 1);
  const snapshot = await taken();
  expect(snapshot?.size).toBe('5102');
  expect(parseVerifier(VKEY).accepts(parseNote(snapshot?.note ?? ''))).toBe(true);
});

it('has the snapshot of a book that grows in a burst taken when the burst is over', async () => {
  const { keeper, writers, taken } = writersWithKeeper(FOR_EVER);
  await grow(writers);
  keeper.grown('640121', 50_000, 50_000, 0);
  expect(keeper.isTaking).toBe(false);
  expect((await taken())?.size).toBe('5102');
});

it('has the snapshot of a book that has grown too much taken in the burst', async () => {
  const { keeper, writers, taken } = writersWithKeeper(FOR_EVER);
  await grow(writers);
  keeper.grown('640121', 100_000, 100_000, 0);
  expect(keeper.isTaking).toBe(true);
  expect((await taken())?.size).toBe('5102');
});

describe('where the system starts no process', () => {
  // The one is told of later, the other is thrown at once.
  it.each([
    ['no such file', () => '/nowhere/node', 'ENOENT'],
    ['no folder', (file: string) => join(file, 'node'), 'ENOTDIR'],
  ])('says so, posts on, takes the next snapshot and stops: %s', async (_, nodeOf, code) => {
    const folder = mkdtempSync(join(tmpdir(), 'mingzhang-snapshot-'));
    const file = join(folder, 'log.key');
    writeFileSync(file, `${KEY}\n`);
    const faults: unknown[] = [];
    const order = {
      databaseUrl: database.url,
      choice: { eventStore: 'postgres' } as const,
      logKeyFile: file,
      vkey: VKEY,
    };
    const keeper = new SnapshotKeeper(order, (_message, facts) => faults.push(facts), nodeOf(file));
    const writers = openWriters(FOR_EVER, keeper);
    await openBook(writers, '640121');
    keeper.grown('640121', 100_000, 100_000, 0);
    keeper.rests('640122', 10_000, 0);
    await until(() => faults.length === 2);
    const error = expect.stringContaining(code);
    expect(faults).toEqual([
      { book: '640121', status: null, error },
      { book: '640122', status: null, error },
    ]);
    expect(await allocate(writers, '640121', 'after')).toMatchObject({ seq: 2 });
    expect(keeper.isTaking).toBe(false);
    await keeper.stop();
    rmSync(folder, { recursive: true });
  });
});

it('says why a snapshot could not be taken', async () => {
  const { keeper, faults } = writersWithKeeper(FOR_EVER, 'postgresql://nobody@127.0.0.1:1/none');
  keeper.rests('640121', 10_000, 0);
  await until(async () => faults.length > 0);
  expect(faults).toEqual([
    'a snapshot could not be taken',
    { book: '640121', status: 1, error: expect.stringContaining('ECONNREFUSED') },
  ]);
});

it('takes no snapshot with another key than that of the service, which would not use it', async () => {
  const { keeper, writers, faults, logKeyFile } = writersWithKeeper(FOR_EVER);
  await grow(writers);
  rotateLogKey(logKeyFile);
  keeper.rests('640121', 5_102, 0);
  await until(() => faults.length > 0 || !keeper.isTaking);
  expect(faults[1]).toMatchObject({ status: 1, error: expect.stringContaining('holds another key than the service') });
  expect((await pool.query('select from book_snapshots')).rowCount).toBe(0);
  rmSync(dirname(logKeyFile), { recursive: true });
});
