import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import pg from 'pg';
import { isAway } from '../../src/database/is-away.js';
import { checkServer, openPool, openReadersPool, openServicePool } from '../../src/database/pool.js';
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

/** In front of the server of the tests, as a host with a port. */
async function inFront(connected: (client: Socket, toServer: () => Socket) => void) {
  const { hostname, username, pathname } = new URL(database.url);
  const folder = decodeURIComponent(hostname);
  const front = createServer((client) => connected(client, () => createConnection(`${folder}/.s.PGSQL.5432`)));
  await new Promise<void>((listening) => front.listen(0, '127.0.0.1', listening));
  const address = front.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on a port');
  const url = `postgresql://${username}@127.0.0.1:${address.port}${pathname}`;
  return { url, port: address.port, close: () => front.close() };
}

/** Says to the first so many who connect that the server is starting. */
async function startingServer(refusals: number) {
  let left = refusals;
  const front = await inFront((client, toServer) => {
    if (left === 0) {
      pipeline(client, toServer(), client, () => undefined);
      return;
    }
    left -= 1;
    const fields = ['SFATAL', 'VFATAL', 'C57P03', 'Mthe database system is starting up', ''].join('\0');
    const head = Buffer.from('E\0\0\0\0');
    head.writeInt32BE(4 + fields.length + 1, 1);
    client.once('data', () => client.end(Buffer.concat([head, Buffer.from(`${fields}\0`)])));
  });
  return { ...front, refusalsLeft: () => left };
}

/** Passes on what is said until it vanishes; those who connect then reach another host in its place. */
async function vanishingServer() {
  const reached: { client: Socket; server: Socket }[] = [];
  const front = await inFront((client, toServer) => {
    const server = toServer();
    reached.push({ client, server });
    pipeline(client, server, client, () => undefined);
  });
  const vanish = () => {
    for (const { client, server } of reached) {
      client.unpipe(server);
      client.resume();
    }
  };
  return { ...front, vanish };
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

it.each([
  ['the service', openServicePool],
  ['readers', openReadersPool],
])('does not wait for ever for a host that has vanished, for %s', async (_, open) => {
  const server = await vanishingServer();
  const pool = open(server.url, 1, () => undefined, 2_000);
  expect((await pool.query('select 6 as n')).rows).toEqual([{ n: 6 }]);
  server.vanish();
  const error = await pool.query('select 7 as n').catch((one: unknown) => one);
  expect(isAway(error)).toBe(true);
  // By another connection, in place of that one.
  expect((await pool.query('select 8 as n')).rows).toEqual([{ n: 8 }]);
  await pool.end();
  server.close();
});

it('has the system ask whether the host of a quiet connection is still there', async () => {
  const server = await vanishingServer();
  const pool = openPool(server.url, 1, () => undefined);
  await pool.query('select 1');
  const port = server.port.toString(16).toUpperCase().padStart(4, '0');
  // Of the columns the third is the other end's address, the sixth the timer that runs: 02 is that of keep-alive, in hundredths of a second.
  const rows = readFileSync('/proc/net/tcp', 'utf8').split('\n');
  const timers = rows.map((row) => row.trim().split(/\s+/)).filter(([, , other]) => other === `0100007F:${port}`);
  const [[kind, left]] = timers.map((row) => (row[5] ?? '').split(':')) as [[string, string]];
  expect(kind).toBe('02');
  expect(Number.parseInt(left, 16)).toBeLessThanOrEqual(1_000);
  await pool.end();
  server.close();
});
