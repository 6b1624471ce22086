import { VIEWS } from '../../src/views/all-views.js';
import { replay } from '../../src/views/replay/replay.js';
import { append, randomHistory } from '../support/recorded-history.js';
import { catchUp, type ViewFixture, viewFixture } from '../support/view-fixture.js';

const history = randomHistory(20160713);
const BOOK = '640121';
const books = [...new Set(history.map(({ book }) => book))];
const last = history.filter(({ book }) => book === BOOK).length - 1;

let fixture: ViewFixture;
beforeAll(async () => {
  fixture = await viewFixture();
  await append(fixture.store, history);
  for (const book of books) await catchUp(fixture, book);
});
afterAll(() => fixture.close());

/** Changes something, replays, and changes it back. */
async function replayAfter(change: string, undo: string, until?: number) {
  const { pool } = fixture;
  const client = await pool.connect();
  try {
    // As somebody with the database in his hands would.
    await client.query('set session_replication_role = replica');
    await client.query(change);
    return await replay(pool, BOOK, until === undefined ? {} : { until });
  } finally {
    await client.query(undo);
    client.release(true);
  }
}

it.each(books)('finds nothing in book %s, whose views follow its events', async (book) => {
  const steps: number[][] = [];
  const replayed = await replay(fixture.pool, book, { onProgress: (...step) => steps.push(step) });
  const size = (await fixture.store.revision(book)) + 1;
  expect(replayed).toMatchObject({ book, until: size - 1, later: [] });
  expect(replayed.difference).toBeUndefined();
  expect(replayed.compared.map(({ view }) => view).sort()).toEqual(VIEWS.map(({ name }) => name).sort());
  for (const { atSeq, rows } of replayed.compared) expect([atSeq, rows > 0]).toEqual([size - 1, true]);
  const all = size + replayed.compared.reduce((sum, { rows }) => sum + rows, 0);
  expect(steps.at(-1)).toEqual([all, all]);
});

it('replays an earlier moment, where the tables stand later', async () => {
  const replayed = await replay(fixture.pool, BOOK, { until: 40 });
  expect(replayed).toMatchObject({ until: 40, compared: [] });
  expect(replayed.later).toHaveLength(VIEWS.length);
  expect(replayed.difference).toBeUndefined();
});

it('compares a view that lags at the entry where it stands', async () => {
  const other = await viewFixture();
  try {
    const ofBook = history.filter(({ book }) => book === '640100');
    const first = ofBook.slice(0, 20);
    await append(other.store, first);
    await catchUp(other, '640100');
    await append(other.store, ofBook.slice(20, 30));
    const replayed = await replay(other.pool, '640100');
    expect(replayed.difference).toBeUndefined();
    expect([replayed.until, ...replayed.compared.map(({ atSeq }) => atSeq)]).toEqual([29, ...VIEWS.map(() => 19)]);
  } finally {
    await other.close();
  }
});

describe('names the first difference', () => {
  const tables = VIEWS.flatMap((view) =>
    view.tables.map((table) => ({ view: view.name, table: table.name, columns: table.columns, key: table.key })),
  );

  it.each(tables)('in the table $table of the view $view, in every column', async ({ view, table, columns, key }) => {
    const kept = `create table kept_${table} as select * from views.${table} where book = '${BOOK}'`;
    await fixture.pool.query(kept);
    const { rows: types } = await fixture.pool.query<{ column_name: string; data_type: string }>(
      `select column_name, data_type from information_schema.columns where table_schema = 'views' and table_name = $1`,
      [table],
    );
    const checks = await fixture.pool.query<{ conname: string; definition: string }>(
      `select conname, pg_get_constraintdef(oid) as definition from pg_constraint
        where conrelid = 'views.${table}'::regclass and contype in ('c', 'u')`,
    );
    for (const { conname } of checks.rows)
      await fixture.pool.query(`alter table views.${table} drop constraint ${conname}`);
    const restore = `delete from views.${table} where book = '${BOOK}'; insert into views.${table} select * from kept_${table}`;
    const one = `ctid = (select min(ctid) from views.${table} where book = '${BOOK}')`;
    for (const { property, name } of [...columns, { property: 'changedSeq', name: 'changed_seq' }]) {
      if (name === 'book' || key.includes(property)) continue;
      const type = types.find(({ column_name }) => column_name === name)?.data_type ?? '';
      const changed = CHANGES[type];
      if (changed === undefined) throw new Error(`no change for ${type}`);
      const value = changed(name);
      const { difference } = await replayAfter(`update views.${table} set ${name} = ${value} where ${one}`, restore);
      expect([property, difference?.where.startsWith(`${view}: ${table} `), difference?.field]).toEqual([
        property,
        true,
        property,
      ]);
    }
    const removed = await replayAfter(`delete from views.${table} where ${one}`, restore);
    expect(removed.difference).toMatchObject({ field: 'row', expected: 'a row', found: 'nothing' });
    for (const { conname, definition } of checks.rows)
      await fixture.pool.query(`alter table views.${table} add constraint ${conname} ${definition}`);
  });

  const CHANGES: Record<string, (name: string) => string> = {
    text: (name) => `coalesce(${name}, '') || 'x'`,
    integer: (name) => `coalesce(${name}, 0) + 1`,
    bigint: (name) => `${name} + 1`,
    date: (name) => `coalesce(${name}, '2016-01-01') + 1`,
    boolean: (name) => `not ${name}`,
    'timestamp with time zone': (name) => `${name} + interval '1 millisecond'`,
    jsonb: () => `'["x"]'`,
    json: () => `'["x"]'`,
    ARRAY: () => `array['x']`,
  };

  it('where a row was added', async () => {
    const row = `'${BOOK}', 'bureau', 'F-none', 1, 0`;
    const { difference } = await replayAfter(
      `insert into views.balances (book, account, fund, amount_fen, changed_seq) values (${row})`,
      `delete from views.balances where fund = 'F-none'`,
    );
    expect(difference).toEqual({
      book: BOOK,
      where: 'balances: balances bureau, F-none',
      field: 'row',
      expected: 'nothing',
      found: 'a row',
    });
  });

  it('where an event was changed, also at an earlier moment', async () => {
    const { rows } = await fixture.pool.query<{ seq: string; canonical: string }>(
      `select seq, canonical from events where book = $1 and type = 'fund.registered' order by seq limit 1`,
      [BOOK],
    );
    const { seq = '', canonical = '' } = rows[0] ?? {};
    const spoilt = canonical.replace(/"amount":"(\d+)\.(\d\d)","fund"/, '"amount":"1$1.$2","fund"');
    const set = (text: string) =>
      `update events set canonical = $event$${text}$event$ where book = '${BOOK}' and seq = ${seq}`;
    for (const until of [undefined, 40]) {
      const { difference } = await replayAfter(set(spoilt), set(canonical), until);
      expect(difference).toMatchObject({ book: BOOK, seq: Number(seq), where: 'history', field: 'entry' });
      expect(difference?.found).toContain('do not sum to zero');
    }
  });

  it('where the last event is gone', async () => {
    const { difference } = await replayAfter(
      `create table kept_events as select * from events where book = '${BOOK}' and seq = ${last};
       delete from events where book = '${BOOK}' and seq = ${last};
       update streams set revision = ${last - 1} where book = '${BOOK}'`,
      `insert into events select * from kept_events; update streams set revision = ${last} where book = '${BOOK}'`,
    );
    expect(difference).toMatchObject({
      book: BOOK,
      seq: last,
      where: 'history',
      field: 'last entry',
      found: `${last - 1}`,
    });
  });

  it('where the last event is gone and still counted, or is no JSON', async () => {
    const gone = await replayAfter(
      `create table kept_last as select * from events where book = '${BOOK}' and seq = ${last};
       delete from events where book = '${BOOK}' and seq = ${last}`,
      'insert into events select * from kept_last',
    );
    expect(gone.difference).toMatchObject({ seq: last, where: 'history', field: 'entry' });
    const { rows } = await fixture.pool.query<{ canonical: string }>(
      'select canonical from events where book = $1 and seq = 3',
      [BOOK],
    );
    const set = (text = '') => `update events set canonical = $event$${text}$event$ where book = '${BOOK}' and seq = 3`;
    const spoilt = await replayAfter(set('{'), set(rows[0]?.canonical));
    expect(spoilt.difference).toMatchObject({ seq: 3, where: 'history', field: 'entry' });
  });

  it('where an event in the middle is gone', async () => {
    const { difference } = await replayAfter(
      `create table kept_middle as select * from events where book = '${BOOK}' and seq = 30;
       delete from events where book = '${BOOK}' and seq = 30`,
      'insert into events select * from kept_middle',
    );
    expect(difference).toMatchObject({ book: BOOK, seq: 30, where: 'history', field: 'entry' });
  });
});
