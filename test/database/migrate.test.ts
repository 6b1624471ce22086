import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { joinDatabase, openDatabase } from '../../src/database/database.js';
import { migrate } from '../../src/database/migrate.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let client: pg.Client;

beforeEach(async () => {
  database = await cloneDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});

afterEach(async () => {
  await client.end();
  await database.drop();
});

async function makeEmpty(): Promise<void> {
  const { rows } = await client.query(
    `select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'`,
  );
  for (const { nspname } of rows) await client.query(`drop schema ${nspname} cascade`);
  await client.query('create schema public');
}

it('runs every file once, in order', async () => {
  await makeEmpty();
  const names = await migrate(database.url);
  expect(names[0]).toBe('0001_events.sql');
  expect(names).toEqual([...names].sort());
  expect(await migrate(database.url)).toEqual([]);
  const { rows } = await client.query('select name from migrations order by id');
  expect(rows.map(({ name }) => name)).toEqual(names);
});

it('runs each file once for services that start together', async () => {
  await makeEmpty();
  const results = await Promise.all([migrate(database.url), migrate(database.url), migrate(database.url)]);
  expect(results.filter((names) => names.length > 0)).toHaveLength(1);
});

it('leaves a database alone that a later release brought to its schema', async () => {
  await client.query(`insert into migrations (name) values ('9999_of_a_later_release.sql')`);
  await expect(migrate(database.url)).rejects.toThrow(
    'brought the database to 9999_of_a_later_release.sql; this one knows',
  );
});

it('joins an outside database by its URL and leaves it running', async () => {
  const joined = await joinDatabase({ databaseUrl: database.url, dataDir: '/nonexistent', log: () => undefined });
  expect(joined.url).toBe(database.url);
  await joined.close();
  expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});

it('says in words that an account may not prepare the database', async () => {
  await makeEmpty();
  const name = `weak_${new URL(database.url).pathname.slice(1)}`;
  await client.query(`create role ${name} login`);
  const url = new URL(database.url);
  url.username = name;
  await expect(openDatabase({ databaseUrl: url.href, dataDir: '/nonexistent', log: () => undefined })).rejects.toThrow(
    /^DATABASE_URL 的账户无权建表 .*: permission denied for /,
  );
  await client.query(`drop role ${name}`);
});

it('keeps how far each view has come where there was a row for each, also of views that stood still alone', async () => {
  await client.query(`
    drop table views.checkpoints;
    create table views.checkpoints (
      view text collate "C" not null,
      book text collate "C" not null,
      seq integer not null,
      primary key (view, book)
    );
    insert into views.checkpoints values ('balances', '640100', 7), ('funds', '640100', 3), ('balances', '640121', -1)`);
  await client.query(
    await readFile(new URL('../../migrations/0022_one_checkpoint_a_book.sql', import.meta.url), 'utf8'),
  );
  expect((await client.query('select * from views.checkpoints order by book')).rows).toEqual([
    { book: '640100', seqs: { balances: 7, funds: 3 } },
    { book: '640121', seqs: { balances: -1 } },
  ]);
});

it('gives what was shared out of income an id that no income received has, also in its history', async () => {
  await client.query(`
    insert into views.disclosure_lines (book, kind, id, division, title, category, stage, levels, owners, year, effective_date, recorded_at,
      amount_fen, documents, facts, seq, status, terms, changed_seq)
    select 640121, kind, id, '640121', '', category, '', '', '', 2016, '2016-07-13', now(), 1, '[]', '{}', 17, 'standing', '', 17
    from (values ('income', '17.F-1.1', 'shared'), ('income', '4.F-1', 'received'), ('allocation', '17.F-1.1', 'central'))
      as made (kind, id, category);
    insert into views.disclosure_lines_past select *, 20 from views.disclosure_lines`);
  await client.query(
    await readFile(new URL('../../migrations/0027_ids_of_shared_income.sql', import.meta.url), 'utf8'),
  );
  for (const table of ['disclosure_lines', 'disclosure_lines_past']) {
    const { rows } = await client.query(`select kind, id from views.${table} order by kind, id`);
    expect(rows).toEqual([
      { kind: 'allocation', id: '17.F-1.1' },
      { kind: 'income', id: '17~F-1.1' },
      { kind: 'income', id: '4.F-1' },
    ]);
  }
});

it('has what is disclosed made again where notices tell of projects, and leaves other books alone', async () => {
  await client.query(`
    insert into views.disclosure_lines (book, kind, id, division, title, category, stage, levels, owners, year, effective_date, recorded_at,
      amount_fen, documents, facts, seq, status, terms, changed_seq)
    select book, 'notice', 'N-1', book, '', category, '', '', '', 2016, '2016-07-13', now(), 0, '[]', '{}', 2, 'standing', '', 2
    from (values (640121, 'project_after'), (640122, 'loans')) as made (book, category);
    insert into views.disclosure_counts (book, division, kind, category, count, changed_seq)
    select book, book, 'payout', '', 1, 2 from views.disclosure_lines;
    insert into views.checkpoints (book, seqs) select distinct book, '{"disclosure": 2, "funds": 2}'::jsonb from views.disclosure_lines`);
  await client.query(
    await readFile(new URL('../../migrations/0028_notices_of_a_project.sql', import.meta.url), 'utf8'),
  );
  for (const table of ['disclosure_lines', 'disclosure_counts'])
    expect((await client.query(`select book::text from views.${table}`)).rows).toEqual([{ book: '640122' }]);
  expect((await client.query('select * from views.checkpoints order by book')).rows).toEqual([
    { book: '640121', seqs: { funds: 2 } },
    { book: '640122', seqs: { disclosure: 2, funds: 2 } },
  ]);
});

it.each([`'{"balances": -2}'`, `'{"balances": "7"}'`, `'[1]'`])('refuses a checkpoint of %s', async (seqs) => {
  const text = `insert into views.checkpoints (book, seqs) values ('640100', ${seqs})`;
  await expect(client.query(text)).rejects.toThrow(/checkpoints_/);
});
