import pg from 'pg';
import { joinDatabase } from '../../src/database/database.js';
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

it('joins an outside database by its URL and leaves it running', async () => {
  const joined = await joinDatabase({ databaseUrl: database.url, dataDir: '/nonexistent', log: () => undefined });
  expect(joined.url).toBe(database.url);
  await joined.close();
  expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});
