import type pg from 'pg';
import { openPool } from '../../src/database/pool.js';
import { type Append, appendStatement } from '../../src/event-store/append-statement.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { until } from '../support/until.js';
import { Recorder } from './contract.js';

const FIRST = '640104';
const LAST = '640121';

let database: TestDatabase;
let pool: pg.Pool;

beforeEach(async () => {
  database = await cloneDatabase();
  pool = openPool(database.url, 4, () => undefined);
  await pool.query('insert into streams (book, revision) select unnest($1::text[]), -1', [[FIRST, LAST]]);
});

afterEach(async () => {
  await pool.end();
  await database.drop();
});

function append(book: string, expectedRevision = -1): Append {
  const recorder = new Recorder(book);
  const events = recorder.events(2);
  return { book, expectedRevision, events, seal: recorder.seal(events) };
}

async function books(of: 'events' | 'log_checkpoints'): Promise<string[]> {
  const { rows } = await pool.query<{ book: string }>(`select distinct book from ${of} order by book`);
  return rows.map(({ book }) => book);
}

it('records the books that stand where they were expected, and nothing of one that has moved on', async () => {
  const { rows } = await pool.query(appendStatement([append(LAST), append(FIRST, 4)]));
  expect(rows).toEqual([{ book: LAST }]);
  expect([await books('events'), await books('log_checkpoints')]).toEqual([[LAST], [LAST]]);
  const { rows: streams } = await pool.query('select book, revision from streams order by book');
  expect(streams).toEqual([
    { book: FIRST, revision: '-1' },
    { book: LAST, revision: '1' },
  ]);
});

it.each([
  [FIRST, LAST, false],
  [LAST, FIRST, true],
])('waits for book %s with %s locked or not, always in one order', async (held, other, isLocked) => {
  const [holder, writer, looker] = [await pool.connect(), await pool.connect(), await pool.connect()];
  try {
    const { rows: pids } = await writer.query<{ pid: number }>('select pg_backend_pid() as pid');
    await holder.query('begin');
    await holder.query('select from streams where book = $1 for update', [held]);
    const appended = writer.query(appendStatement([append(LAST), append(FIRST)]));
    await until(async () => {
      const waiting = `select from pg_stat_activity where pid = $1 and wait_event_type = 'Lock'`;
      return (await looker.query(waiting, [pids[0]?.pid])).rowCount === 1;
    });
    const taking = looker.query('select from streams where book = $1 for update nowait', [other]);
    if (isLocked) await expect(taking).rejects.toMatchObject({ code: '55P03' });
    else expect((await taking).rowCount).toBe(1);
    await holder.query('commit');
    expect((await appended).rowCount).toBe(2);
  } finally {
    for (const client of [holder, writer, looker]) client.release();
  }
});

it('records nothing of a book that another moved while it waited for it', async () => {
  const [other, writer] = [await pool.connect(), await pool.connect()];
  try {
    const { rows: pids } = await writer.query<{ pid: number }>('select pg_backend_pid() as pid');
    await other.query('begin');
    await other.query(appendStatement([append(FIRST)]));
    const appended = writer.query(appendStatement([append(LAST), append(FIRST)]));
    await until(async () => {
      const waiting = `select from pg_stat_activity where pid = $1 and wait_event_type = 'Lock'`;
      return (await pool.query(waiting, [pids[0]?.pid])).rowCount === 1;
    });
    await other.query('commit');
    expect((await appended).rows).toEqual([{ book: LAST }]);
  } finally {
    for (const client of [other, writer]) client.release();
  }
});
