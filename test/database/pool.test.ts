import { checkServer, openPool, openReadersPool } from '../../src/database/pool.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.drop());

it('accepts the server that comes with us', async () => {
  const pool = openPool(database.url, 2, () => undefined);
  await expect(checkServer(pool)).resolves.toBeUndefined();
  await pool.end();
});

it('says plainly that a server cannot be reached', async () => {
  const pool = openPool('postgresql://nobody@127.0.0.1:1/none', 1, () => undefined);
  await expect(checkServer(pool)).rejects.toThrow(/The database cannot be reached: .*ECONNREFUSED/);
  await pool.end();
});

it('answers readers in order, each of several questions on its own', async () => {
  const pool = openReadersPool(database.url, 1, () => undefined);
  const client = await pool.connect();
  const asked = [1, 0, 3].map((n) => client.query({ name: 'reckon', text: 'select 12 / $1::int as n', values: [n] }));
  const [first, second, third] = await Promise.allSettled(asked);
  expect(first).toMatchObject({ value: { rows: [{ n: 12 }] } });
  expect(second).toMatchObject({ reason: { message: 'division by zero' } });
  expect(third).toMatchObject({ value: { rows: [{ n: 4 }] } });
  client.release();
  expect((await pool.query('select 6 as n')).rows).toEqual([{ n: 6 }]);
  await pool.end();
});
