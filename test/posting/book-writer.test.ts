import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { checkServer, openPool } from '../../src/database/pool.js';
import { afterWorkingDays } from '../../src/disclosure/calendar.js';
import type { BookEvent } from '../../src/domain/event.js';
import { texts } from '../../src/event-store/binary-array.js';
import { ClaimTaken, parseEvent } from '../../src/event-store/event-store.js';
import { PostgresEventStore } from '../../src/event-store/postgres.js';
import type { Receipt } from '../../src/log/book-log.js';
import { parseCheckpoint } from '../../src/log/checkpoint.js';
import { parseNote, parseVerifier } from '../../src/log/note.js';
import { isIncluded } from '../../src/log/verify-proof.js';
import type { BookWriters } from '../../src/posting/book-writers.js';
import { dateInShanghai } from '../../src/posting/decide-batch.js';
import { IdempotencyKeyReused } from '../../src/posting/failures.js';
import { PostEntry, type Request } from '../../src/posting/post-entry.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { recordStatements } from '../support/recorded-statements.js';
import { LOG_KEY, openWriters } from '../support/writers.js';

let database: TestDatabase;
let pool: pg.Pool;
let store: PostgresEventStore;
let writers: BookWriters;

const WEEK_MS = 7 * 86_400_000;
/** What runs on while the clock shows another time. */
const TIMERS = [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
] as const;
const REAL = [...TIMERS, 'nextTick', 'queueMicrotask', 'performance', 'hrtime'] as const;

const APPEND_ONLY = ['events', 'log_checkpoints', 'log_tile_hashes'];
const city = '640100';
const county = '640121';

beforeEach(async () => {
  database = await cloneDatabase();
  pool = openPool(database.url, 10, () => undefined);
  await checkServer(pool);
  store = new PostgresEventStore(pool);
  writers = openWriters(store, pool);
});

afterEach(async () => {
  await writers.close();
  await pool.end();
  await database.drop();
});

function post(key: string, request: Request, book = city, through = writers) {
  return through.post(new PostEntry(book, key, 'clerk-07', request));
}

async function openWithFund(book = city): Promise<void> {
  await post(
    'open',
    { kind: 'book', body: { id: book, name: '财政局', level: book === city ? 'city' : 'county' } },
    book,
  );
  await post('fund', { kind: 'fund', body: fund('F-1') }, book);
}

function fund(id: string) {
  return { id, name: '扶贫专项资金', level: 'city', nature: 'special', fiscalYear: 2016, amount: '100000.00' } as const;
}

function allocation(amount: string): Request {
  return { kind: 'allocation', body: { to: 'department:nmj', amount } };
}

async function events(book = city): Promise<BookEvent[]> {
  return (await store.read(book, 0, 10_000)).map(parseEvent);
}

describe('the write path', () => {
  test('answers with what the entry made, its seq and the hash of its leaf', async () => {
    await post('open', { kind: 'book', body: { id: city, name: '财政局', level: 'city' } });
    const posted = await post('fund', { kind: 'fund', body: fund('F-1') });
    expect(posted).toMatchObject({ id: 'F-1', book: city, seq: 1, replayed: false });
    const { leafHash, proof, checkpoint, ...entry } = JSON.parse(posted.receipt) as Receipt;
    expect(entry).toEqual({ book: city, seq: 1 });
    const { size, root } = parseCheckpoint(checkpoint);
    const [leaf, ...path] = [leafHash, ...proof].map((hash) => Buffer.from(hash, 'base64'));
    expect(parseVerifier(LOG_KEY.vkey).accepts(parseNote(checkpoint))).toBe(true);
    expect(isIncluded(leaf ?? root, 1, size, path, root)).toBe(true);
  });

  test('takes an objection after the clock was set back by a week, with its term from the day of its book', async () => {
    jest.useFakeTimers({ now: Date.now() + WEEK_MS, doNotFake: [...REAL] });
    try {
      await openWithFund();
    } finally {
      jest.useRealTimers();
    }
    const body = { id: 'O-1', kind: 'report', commitment: '0'.repeat(64) } as const;
    await post('objection', { kind: 'objection', body });
    const [, before, filed] = await events();
    expect(Date.parse(before?.recordedAt ?? '')).toBeGreaterThan(Date.now());
    expect(filed).toMatchObject({
      recordedAt: before?.recordedAt,
      data: { id: 'O-1', dueOn: afterWorkingDays(dateInShanghai(before?.recordedAt ?? ''), 15) },
    });
  });

  test('answers a retry as the first time and records nothing more', async () => {
    await openWithFund();
    const first = await post('k-1', allocation('1.00'));
    const second = await post('k-1', allocation('1.00'));
    expect(second).toEqual({ ...first, replayed: true });
    expect(await store.revision(city)).toBe(2);
  });

  test('answers a retry as the first time in another process that never saw the key', async () => {
    await openWithFund();
    const first = await post('k-1', allocation('1.00'));
    const elsewhere = openWriters(store, pool);
    expect(await post('k-1', allocation('1.00'), city, elsewhere)).toEqual({ ...first, replayed: true });
  });

  test('answers the same key twice in one batch once with an entry and once with its replay', async () => {
    await openWithFund();
    const [a, b] = await Promise.all([post('k-1', allocation('1.00')), post('k-1', allocation('1.00'))]);
    expect([a, b].map(({ seq }) => seq)).toEqual([2, 2]);
    expect([a, b].filter(({ replayed }) => replayed)).toHaveLength(1);
  });

  test('refuses a key that was used for another request', async () => {
    await openWithFund();
    await post('k-1', allocation('1.00'));
    await expect(post('k-1', allocation('2.00'))).rejects.toBeInstanceOf(IdempotencyKeyReused);
  });

  test('answers a retry of an entry that could not be made now, since it was made before', async () => {
    await openWithFund();
    const first = await post('all', allocation('100000.00'));
    expect(await post('all', allocation('100000.00'))).toEqual({ ...first, replayed: true });
  });

  test('refuses one of a batch alone', async () => {
    await openWithFund();
    const results = await Promise.allSettled([
      post('a', allocation('60000.00')),
      post('b', allocation('60000.00')),
      post('c', allocation('40000.00')),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: 'insufficient_total' } });
    expect(await store.revision(city)).toBe(3);
  });

  test('refuses on what stands in the store, not on what this process last saw', async () => {
    await openWithFund();
    const elsewhere = openWriters(store, pool);
    await post('early', allocation('1.00'), city, elsewhere);
    await post('fund-2', { kind: 'fund', body: fund('F-2') });
    const posted = await post(
      'k-2',
      { kind: 'allocation', body: { to: 'department:x', lines: [{ fund: 'F-2', amount: '5.00' }] } },
      city,
      elsewhere,
    );
    expect(posted.seq).toBe(4);
  });

  test('asks once how books stand that rested, however many, and decides on what another process wrote meanwhile', async () => {
    const books = ['640121', '640122', '640123', '640124'];
    for (const book of books) await openWithFund(book);
    const other = openWriters(store, pool);
    await post('other', allocation('1.00'), county, other);
    await other.close();
    // Longer than a book counts as it was.
    await sleep(300);
    const recording = recordStatements();
    const posted = await Promise.all(books.map((book) => post('k-1', allocation('1.00'), book))).finally(
      recording.stop,
    );
    expect(posted.map(({ seq }) => seq)).toEqual([3, 2, 2, 2]);
    const asked = recording
      .statements()
      .filter(({ text }) => text.startsWith('select book, revision from streams where book'));
    expect(asked.map(({ values }) => values)).toEqual([[texts(books)]]);
  });

  test('cuts a batch that weighs more than the store takes at once, and keeps its order', async () => {
    class NarrowEventStore extends PostgresEventStore {
      override readonly maxBatchBytes = 4_000;
    }
    await openWithFund();
    const narrow = openWriters(new NarrowEventStore(pool), pool);
    const keys = Array.from({ length: 60 }, (_, n) => `k-${n}`);
    const posted = await Promise.all(keys.map((key) => post(key, allocation('1.00'), city, narrow)));
    expect(posted.map(({ seq }) => seq)).toEqual(keys.map((_, n) => n + 2));
    const { rows } = await pool.query<{ weight: string }>(
      `select sum(octet_length(canonical) + 256) as weight from events
        where seq >= 2 group by (select min(size) from log_checkpoints where size > seq)`,
    );
    expect(rows.length).toBeGreaterThan(8);
    for (const { weight } of rows) expect(Number(weight)).toBeLessThanOrEqual(4_000);
  });

  test('keeps no writer for books that do not exist', async () => {
    const codes = Array.from({ length: 50 }, (_, n) => String(650_100 + n));
    const results = await Promise.allSettled(codes.map((code) => post('k', allocation('1.00'), code)));
    for (const result of results)
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'book_unknown' } });
    expect(writers.size).toBe(0);
  });

  test('lets two processes write one book at once without a lost, doubled or reordered entry', async () => {
    await openWithFund();
    const processes = [writers, openWriters(store, pool), openWriters(store, pool)];
    const keys = Array.from({ length: 600 }, (_, n) => `k-${n}`);
    const posted = await Promise.all(keys.map((key, n) => post(key, allocation('1.00'), city, processes[n % 3])));
    const recorded = await events();
    expect(recorded.map(({ seq }) => seq)).toEqual(Array.from({ length: 602 }, (_, n) => n));
    expect(posted.map(({ seq }) => recorded[seq]?.command)).toEqual(keys);
    expect(posted.every(({ replayed }) => !replayed)).toBe(true);
  });

  test('lets two processes take the same keys at once, each twice, and records each once', async () => {
    await openWithFund();
    const processes = [writers, openWriters(store, pool)];
    const keys = Array.from({ length: 300 }, (_, n) => `k-${n}`);
    const posted = await Promise.all(
      keys.map((key) => Promise.all([0, 1, 0, 1].map((n) => post(key, allocation('1.00'), city, processes[n])))),
    );
    expect(await store.revision(city)).toBe(301);
    for (const answers of posted) {
      expect(new Set(answers.map(({ receipt }) => JSON.stringify(receipt))).size).toBe(1);
      expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    }
  });

  test('finds out by reading back whether an append with an unknown outcome was recorded', async () => {
    await openWithFund();
    const append = store.append.bind(store);
    let lost = 0;
    store.append = async (...args) => {
      await append(...args);
      lost += 1;
      if (lost === 1) throw new Error('Connection terminated unexpectedly');
    };
    const posted = await post('k-1', allocation('1.00'));
    expect(posted).toMatchObject({ seq: 2, replayed: false });
    expect(await store.revision(city)).toBe(2);
  });

  test('records again what a lost connection kept from being recorded', async () => {
    await openWithFund();
    const append = store.append.bind(store);
    let failures = 2;
    store.append = async (...args) => {
      failures -= 1;
      if (failures >= 0) throw new Error('Connection terminated unexpectedly');
      await append(...args);
    };
    expect(await post('k-1', allocation('1.00'))).toMatchObject({ seq: 2, replayed: false });
  });

  test('settles a dispatch once, by its arrival or by its reversal, whoever comes first', async () => {
    await openWithFund();
    await post('open', { kind: 'book', body: { id: county, name: '县财政局', level: 'county' } }, county);
    for (const round of [1, 2, 3, 4, 5]) {
      const dispatch = await post(`d-${round}`, {
        kind: 'dispatch',
        body: { id: `D-${round}`, toBook: county, amount: '10.00' },
      });
      const results = await Promise.allSettled([
        post(`r-${round}`, { kind: 'reversal', body: { seq: dispatch.seq, reason: '录入错误' } }),
        post(`a-${round}`, { kind: 'arrival', body: { fromBook: city, dispatch: `D-${round}` } }, county),
        post(`b-${round}`, { kind: 'arrival', body: { fromBook: city, dispatch: `D-${round}` } }, county),
      ]);
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const result of results)
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'dispatch_settled' });
    }
  });

  test('looks again how a dispatch was settled, also where the first look fails', async () => {
    await openWithFund();
    await post('open', { kind: 'book', body: { id: county, name: '县财政局', level: 'county' } }, county);
    await post('d', { kind: 'dispatch', body: { id: 'D-1', toBook: county, amount: '10.00' } });
    const [append, findClaims] = [store.append.bind(store), store.findClaims.bind(store)];
    let [appends, looks] = [0, 0];
    store.append = async (...args) => {
      appends += 1;
      if (appends === 1) throw new ClaimTaken('dispatch:640100/D-1');
      await append(...args);
    };
    store.findClaims = async (keys) => {
      looks += 1;
      // The first look comes before the append, the second after it was refused.
      if (looks === 2) throw new Error('Connection terminated unexpectedly');
      return findClaims(keys);
    };
    const arrival = post('a', { kind: 'arrival', body: { fromBook: city, dispatch: 'D-1' } }, county);
    expect(await arrival).toMatchObject({ seq: 1, replayed: false });
    expect([appends, looks]).toEqual([2, 3]);
  });

  test('lets a dispatch arrive again after its arrival was reversed', async () => {
    await openWithFund();
    await post('open', { kind: 'book', body: { id: county, name: '县财政局', level: 'county' } }, county);
    await post('d', { kind: 'dispatch', body: { id: 'D-1', toBook: county, amount: '10.00' } });
    const arrival = await post('a', { kind: 'arrival', body: { fromBook: city, dispatch: 'D-1' } }, county);
    await post('r', { kind: 'reversal', body: { seq: arrival.seq, reason: '串户' } }, county);
    expect(await post('a2', { kind: 'arrival', body: { fromBook: city, dispatch: 'D-1' } }, county)).toMatchObject({
      seq: 3,
    });
  });
});

describe('what is append only', () => {
  const statements = APPEND_ONLY.flatMap((table) => [
    `update ${table} set book = book`,
    `delete from ${table}`,
    `truncate ${table}`,
  ]);

  test.each(statements)('refuses %s', async (statement) => {
    await openWithFund();
    await pool.query('insert into log_tile_hashes values ($1, 1, 0, $2)', [city, Buffer.alloc(32)]);
    await expect(pool.query(statement)).rejects.toThrow(/never changed or deleted|cannot truncate/);
  });
});
