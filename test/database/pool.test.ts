import { randomBytes } from 'node:crypto';
import { createConnection, createServer } from 'node:net';
import { pipeline } from 'node:stream';
import pg from 'pg';
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

it('refuses a database that cannot keep Chinese', async () => {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const name = `latin_${randomBytes(6).toString('hex')}`;
  await client.query(`create database ${name} template template0 encoding 'LATIN1' locale_provider libc locale 'C'`);
  const latin = new URL(database.url);
  latin.pathname = `/${name}`;
  const pool = openPool(latin.href, 1, () => undefined);
  await expect(checkServer(pool)).rejects.toThrow('keeps its texts in LATIN1; 可用 allowed: ');
  await pool.end();
  await client.query(`drop database ${name} with (force)`);
  await client.end();
});

/** In front of the server of the tests; says to the first so many who connect that the server is starting. */
async function startingServer(refusals: number) {
  const { hostname, username, pathname } = new URL(database.url);
  const folder = decodeURIComponent(hostname);
  let left = refusals;
  const front = createServer((socket) => {
    if (left === 0) {
      const server = createConnection(`${folder}/.s.PGSQL.5432`);
      pipeline(socket, server, socket, () => undefined);
      return;
    }
    left -= 1;
    const fields = ['SFATAL', 'VFATAL', 'C57P03', 'Mthe database system is starting up', ''].join('\0');
    const head = Buffer.from('E\0\0\0\0');
    head.writeInt32BE(4 + fields.length + 1, 1);
    socket.once('data', () => socket.end(Buffer.concat([head, Buffer.from(`${fields}\0`)])));
  });
  await new Promise<void>((listening) => front.listen(0, '127.0.0.1', listening));
  const address = front.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on a port');
  const url = `postgresql://${username}@127.0.0.1:${address.port}${pathname}`;
  return { url, refusalsLeft: () => left, close: () => front.close() };
}

it('waits for a server that is starting', async () => {
  const server = await startingServer(3);
  const pool = openPool(server.url, 1, () => undefined);
  await expect(checkServer(pool)).resolves.toBeUndefined();
  expect(server.refusalsLeft()).toBe(0);
  await pool.end();
  server.close();
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
