import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { openPool } from '../../src/database/pool.js';
import { KeyTaken } from '../../src/event-store/event-store.js';
import { PostgresEventStore } from '../../src/event-store/postgres.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { append, asNew, randomHistory } from '../support/recorded-history.js';

const FOLDER = join(import.meta.dirname, '../../migrations');
const PARTITIONS = Array.from({ length: 16 }, (_, n) => `events_${String(n).padStart(2, '0')}`);

let database: TestDatabase;
let pool: pg.Pool;

beforeEach(async () => {
  database = await cloneDatabase();
  pool = openPool(database.url, 2, () => undefined);
});

afterEach(async () => {
  await pool.end();
  await database.drop();
});

const history = randomHistory(5, 1);
const COLUMNS = 'book, seq, id, type, command, request_hash, recorded_at, effective_date, canonical';

async function rows(table: string): Promise<object[]> {
  return (await pool.query<object>(`select ${COLUMNS} from ${table} order by book, seq`)).rows;
}

async function runMigrations(isWanted: (name: string) => boolean): Promise<void> {
  const names = readdirSync(FOLDER).filter((name) => /^\d{4}_.*\.sql$/.test(name) && isWanted(name));
  for (const name of names.sort()) await pool.query(readFileSync(join(FOLDER, name), 'utf8'));
}

it('carries over the events of a database that had them in one table', async () => {
  await append(new PostgresEventStore(pool), history);
  const before = await rows('events');
  await pool.query(`create table kept as select * from events; create table kept_streams as select * from streams`);
  await pool.query('drop table events, streams, claims; drop function refuse_change_of_events cascade');
  await runMigrations((name) => name.startsWith('0001'));
  await pool.query(`insert into events (${COLUMNS}) select ${COLUMNS} from kept`);
  await runMigrations((name) => name.startsWith('0008'));
  expect(before.length).toBe(history.length);
  expect(await rows('events')).toEqual(before);
});

it('spreads books, and keeps each whole in one partition', async () => {
  const codes = Array.from({ length: 64 }, (_, n) => String(640_200 + n));
  const [opening] = history;
  if (opening === undefined) throw new Error('there is no event');
  const store = new PostgresEventStore(pool);
  await append(
    store,
    codes.map((book) => ({ ...opening, book })),
  );
  const { rows: found } = await pool.query<{ partition: string; books: string }>(
    'select tableoid::regclass::text as partition, count(*) as books from events group by 1',
  );
  expect(found.length).toBeGreaterThan(10);
  expect(found.reduce((sum, { books }) => sum + Number(books), 0)).toBe(64);
});

it('refuses to change, delete or truncate events, in the table and in each partition', async () => {
  await append(new PostgresEventStore(pool), history);
  const { rows: filled } = await pool.query<{ name: string }>(
    'select distinct tableoid::regclass::text as name from events',
  );
  for (const table of ['events', ...filled.map(({ name }) => name)]) {
    await expect(pool.query(`update ${table} set canonical = '{}'`)).rejects.toMatchObject({ code: '23001' });
    await expect(pool.query(`delete from ${table}`)).rejects.toMatchObject({ code: '23001' });
  }
  for (const table of ['events', ...PARTITIONS])
    await expect(pool.query(`truncate ${table}`)).rejects.toMatchObject({ code: '23001' });
  const { rows: triggers } = await pool.query<{ name: string; count: string }>(
    `select tgrelid::regclass::text as name, count(*) from pg_trigger
      where tgname like '%_are_never_%' and tgrelid::regclass::text ~ '^events_' and tgenabled = 'O' group by 1 order by 1`,
  );
  expect(triggers).toEqual(PARTITIONS.map((name) => ({ name, count: '2' })));
});

it('refuses a second entry under a key of the same book, by its name', async () => {
  const store = new PostgresEventStore(pool);
  const [opening] = history;
  if (opening === undefined) throw new Error('there is no event');
  await append(store, [opening]);
  const again = asNew({ ...opening, seq: 1, id: 'e3b0c442-98fc-7c14-89af-bf4c8996fb92' });
  const seal = { size: 2, note: 'not signed', tileHashes: [] };
  await expect(store.append(opening.book, 0, [again], seal)).rejects.toBeInstanceOf(KeyTaken);
});
