import type pg from 'pg';
import { openPool } from '../../src/database/pool.js';
import { money } from '../../src/views/disclosure/disclosure-tables.js';
import { BEGIN } from '../../src/views/engine/advance.js';
import { renewPlans } from '../../src/views/engine/renew-plans.js';
import { loadRows } from '../../src/views/engine/stored-rows.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';

const BOOK = '640121';
const ROWS = 20_000;

let database: TestDatabase;
let pool: pg.Pool;
let client: pg.PoolClient;

beforeAll(async () => {
  database = await cloneDatabase();
  pool = openPool(database.url, 1, () => undefined);
  client = await pool.connect();
});

afterAll(async () => {
  client.release();
  await pool.end();
  await database.drop();
});

/** Rows of the table and entries of its indexes that were read so far. */
async function read(): Promise<number> {
  await client.query('select pg_stat_force_next_flush()');
  const { rows } = await client.query<{ read: number }>(
    `select (select seq_tup_read from pg_stat_user_tables where relid = 'views.disclosure_money'::regclass)::int
      + (select sum(idx_tup_read) from pg_stat_user_indexes where relid = 'views.disclosure_money'::regclass)::int as read`,
  );
  return rows[0]?.read ?? Number.NaN;
}

test('finds rows by their keys in a table that has grown since it was first asked and of which nothing is known yet', async () => {
  await client.query('alter table views.disclosure_money set (autovacuum_enabled = false)');
  const names = Array.from({ length: 50 }, (_, n) => ({
    book: BOOK,
    key: [BOOK, 'county', `policy ${n}`, 'held', 2016],
  }));
  const readByLoading = async () => {
    const before = await read();
    await client.query(BEGIN);
    expect(await loadRows(client, 'views', money, names)).toHaveLength(names.length);
    await client.query('commit');
    return (await read()) - before;
  };
  await client.query(BEGIN);
  expect(await loadRows(client, 'views', money, names)).toEqual([]);
  await client.query('commit');
  await client.query(
    `insert into views.disclosure_money (book, division, level, use, outcome, year, amount_fen, changed_seq)
      select $1::bigint, $1::text, 'county', 'policy ' || n, 'held', 2016, n, n from generate_series(1, $2) as n`,
    [BOOK, ROWS],
  );
  await client.query(`update views.disclosure_money set use = 'policy 0' where use = 'policy ${ROWS}'`);
  await client.query(BEGIN);
  for (let n = 0; n < ROWS; n += 100) await renewPlans(client, 100);
  await client.query('commit');
  expect(await readByLoading()).toBeLessThan(ROWS / 10);
});
