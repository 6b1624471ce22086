import { checkServer, openPool } from '../../src/database/pool.js';
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
  await expect(checkServer(pool)).rejects.toThrow(/^The database cannot be reached: .*ECONNREFUSED/);
  await pool.end();
});
