import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { openPool } from '../../src/database/pool.js';
import { PostgresEventStore } from '../../src/event-store/postgres.js';
import type { BookWriters } from '../../src/posting/book-writers.js';
import { KeyFilter } from '../../src/posting/key-filter.js';
import { PostEntry, type Request } from '../../src/posting/post-entry.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { openWriters } from '../support/writers.js';

const BOOKS = ['640104', '640105', '640106', '640121', '640122', '640181'];

let database: TestDatabase;
let services: { pool: Pool; store: PostgresEventStore; writers: BookWriters }[];

beforeEach(async () => {
  database = await cloneDatabase();
  // As few connections as the settings allow.
  services = [1, 2].map(() => {
    const pool = openPool(database.url, 2, () => undefined);
    const store = new PostgresEventStore(pool);
    return { pool, store, writers: openWriters(store, pool) };
  });
});

afterEach(async () => {
  for (const { writers, pool } of services) {
    await writers.close();
    await pool.end();
  }
  await database.drop();
});

const post = (service: number, book: string, key: string, request: Request) =>
  services[service]?.writers.post(new PostEntry(book, key, 'clerk-07', request));

const open = (id: string): Request => ({ kind: 'book', body: { id, name: '财政局', level: 'county' } });
const fund = (id: string): Request => ({
  kind: 'fund',
  body: { id, name: '资金', level: 'city', nature: 'special', fiscalYear: 2016, amount: '1.00' },
});

/** What waits for itself would wait for ever. */
function inTime<T>(work: Promise<T>): Promise<T | 'hangs'> {
  return Promise.race([work, sleep(60_000, 'hangs' as const, { ref: false })]);
}

it('at more books than there are connections leave some for what those who have one ask besides', async () => {
  const [service] = services;
  const turns = BOOKS.map((book) => service?.store.exclusively(book, () => service.store.revision(book)));
  expect(await inTime(Promise.all(turns))).toEqual(BOOKS.map(() => -1));
});

it('are taken by two services that write many books at once, each over two connections', async () => {
  for (const book of BOOKS) await post(0, book, 'open', open(book));
  const rounds = Array.from({ length: 5 }, (_, round) => round);
  for (const round of rounds) {
    const posted = BOOKS.flatMap((book) =>
      [0, 1].map((service) => post(service, book, `${round}-${service}`, fund(`F-${round}-${service}`))),
    );
    expect(await inTime(Promise.all(posted))).not.toBe('hangs');
  }
  for (const book of BOOKS) expect(await services[0]?.store.revision(book)).toBe(2 * rounds.length);
});

/** Two keys that the filter takes for the same. */
function alike(): [string, string] {
  const filter = new KeyFilter();
  for (let n = 0; ; n += 1) {
    const key = `k-${n}`;
    if (!filter.mayHold(key)) {
      filter.add(key);
      continue;
    }
    for (let before = 0; before < n; before += 1) {
      const one = new KeyFilter();
      one.add(`k-${before}`);
      if (one.mayHold(key)) return [`k-${before}`, key];
    }
  }
}

it('a key that looks like one in the book gives its first answer again, also where both requests came in one batch', async () => {
  const [book = ''] = BOOKS;
  const [known, other] = alike();
  await post(0, book, known, open(book));
  const answers = await Promise.all([post(0, book, other, fund('F-1')), post(0, book, other, fund('F-1'))]);
  expect(answers).toMatchObject([
    { id: 'F-1', seq: 1, replayed: false },
    { id: 'F-1', seq: 1, replayed: true },
  ]);
});
