import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { EventStoreDBDouble } from '../support/eventstoredb/double.js';
import { ServiceProcess } from '../support/service-process.js';
import { until } from '../support/until.js';

const run = promisify(execFile);
const CLI = join(import.meta.dirname, '../../dist/cli.js');
const [CITY, COUNTY] = ['640100', '640121'];

interface Posted {
  seq: number;
  receipt: object;
}

let dataDir: string;
let database: TestDatabase;
let double: EventStoreDBDouble;
let environment: NodeJS.ProcessEnv;
let service: ServiceProcess;
let other: ServiceProcess;
let clerk: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'mingzhang-esdb-'));
  database = await cloneDatabase();
  double = new EventStoreDBDouble();
  await double.start();
  environment = {
    DATA_DIR: dataDir,
    DATABASE_URL: database.url,
    EVENT_STORE: 'eventstoredb',
    EVENTSTORE_URL: double.url,
    PUBLIC_URL: 'https://ledger.example',
  };
  service = await ServiceProcess.on(dataDir, environment);
  await service.start();
  other = await ServiceProcess.on(dataDir, environment);
  clerk = service.token('clerk', '64');
  const admin = service.token('admin', '64');
  for (const [id, level] of [
    [CITY, 'city'],
    [COUNTY, 'county'],
  ]) {
    await post('/v1/books', `open-${id}`, { id, name: '财政局', level }, service, admin);
    await post(`/v1/books/${id}/funds`, 'fund', fund());
  }
});

afterAll(async () => {
  await Promise.all([service.stop(), other.stop()]);
  double.stop();
  await database.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

function fund() {
  return { id: 'F-1', name: '资金', level: 'city', nature: 'special', fiscalYear: 2016, amount: '90000.00' };
}

/** Again under the same key while nobody answers, as a bureau's program does. */
async function post(path: string, key: string, body: object, at = service, token = clerk): Promise<Posted> {
  for (;;) {
    const answer = await fetch(at.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    }).then(
      async (response) => ({ status: response.status, text: await response.text() }),
      () => undefined,
    );
    if (answer?.status === 201) return JSON.parse(answer.text) as Posted;
    if (answer !== undefined && answer.status !== 503) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    await sleep(50);
  }
}

const allocate = (key: string, at = service) =>
  post(`/v1/books/${CITY}/allocations`, key, { to: 'department:nmj', amount: '1.00' }, at);

/** Again while a view is behind, as it may be for long on a busy machine. */
async function get(path: string, at = service): Promise<Response> {
  for (;;) {
    const response = await fetch(at.url + path, { headers: { authorization: `Bearer ${clerk}` } });
    if (response.ok) return response;
    const text = await response.text();
    if (response.status !== 503) throw new Error(`${path}: ${response.status} ${text}`);
  }
}

/** A command beside the services; answers what it printed. */
async function command(...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [CLI, ...args], { env: { ...process.env, ...environment } });
  return stdout;
}

async function verified(receipt: object): Promise<string> {
  const file = join(dataDir, 'receipt.json');
  writeFileSync(file, JSON.stringify({ receipt }));
  const keys = (await (await get('/log/keys')).text()).trim().split('\n');
  return command('verify-receipt', file, ...keys.flatMap((key) => ['--key', key]));
}

test('a posting is in its stream and has a receipt that verifies', async () => {
  const posted = await allocate('first');
  const stream = double.of(`book-${CITY}`);
  const lines = (await (await get(`/v1/books/${CITY}/events`)).text()).trimEnd().split('\n');
  expect(stream.map(({ data }) => Buffer.from(data).toString())).toEqual(lines);
  expect(await verified(posted.receipt)).toContain(CITY);
  expect(await allocate('first')).toMatchObject({ seq: posted.seq, receipt: posted.receipt });
});

test('a service killed between the two stores heals when it starts, and the poster gets his receipt', async () => {
  const killed = new Promise<void>((resolve) => {
    double.afterAppend = async () => {
      double.afterAppend = async () => undefined;
      await service.kill();
      resolve();
    };
  });
  const posting = allocate('killed');
  await killed;
  expect(double.of(`book-${CITY}`).some(({ data }) => Buffer.from(data).includes('"killed"'))).toBe(true);
  const before = double.of(`book-${CITY}`).length;
  await service.start();
  const posted = await posting;
  expect(posted.seq).toBe(before - 1);
  expect(double.of(`book-${CITY}`)).toHaveLength(before);
  expect(await verified(posted.receipt)).toContain(CITY);
});

test('two services write and follow the same streams', async () => {
  await other.start();
  const keys = Array.from({ length: 200 }, (_, n) => `both-${n}`);
  const posted = await Promise.all(keys.map((key, n) => allocate(key, n % 2 === 0 ? service : other)));
  expect(new Set(posted.map(({ seq }) => seq)).size).toBe(200);
  const last = Math.max(...posted.map(({ seq }) => seq));
  const balances = await Promise.all(
    [service, other].map(async (at) => (await get(`/v1/books/${CITY}/balances?minSeq=${last}`, at)).json()),
  );
  expect(balances[0]).toEqual(balances[1]);
});

test('of two arrivals of one dispatch in two services one is recorded', async () => {
  const dispatch = { toBook: COUNTY, from: 'bureau', amount: '5.00', id: 'D-1' };
  await post(`/v1/books/${CITY}/dispatches`, 'dispatch', dispatch);
  const arrive = (key: string, at: ServiceProcess) =>
    post(`/v1/books/${COUNTY}/arrivals`, key, { fromBook: CITY, dispatch: 'D-1' }, at);
  const outcomes = await Promise.allSettled([arrive('a', service), arrive('b', other)]);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('replay, bundle and verifier agree with what the services show, and every view can be made again', async () => {
  const { revision } = (await (await get(`/v1/books/${CITY}`)).json()) as { revision: number };
  for (const view of ['balances', 'assets']) await get(`/v1/books/${CITY}/${view}?minSeq=${revision}`);
  expect(await command('replay', '--book', CITY)).toContain('nothing differs');
  const bundle = join(dataDir, 'book.bundle');
  await command('export', 'bundle', '--book', CITY, '-o', bundle);
  await command('verify', bundle);
  await command('verify', service.url, '--book', CITY);
  await command('views', 'rebuild', 'all');
  expect(await command('replay', '--book', CITY)).toContain('nothing differs');
  expect(await command('export', 'journal', '--format', 'ledger', '--book', CITY)).toContain('funds.dispatched D-1');
});

test('health tells of EventStoreDB', async () => {
  const ready = async () => {
    const answer = await fetch(`${service.url}/health/ready`);
    const { status, database: ofDatabase, eventStore } = (await answer.json()) as Record<string, string>;
    return [answer.status, status, ofDatabase, eventStore].join(' ');
  };
  await until(async () => (await ready()) === '200 up up up');
  double.stop();
  await until(async () => (await ready()) === '503 down up down');
  await double.start();
  await until(async () => (await ready()) === '200 up up up');
});

test('the services follow on after the server was away', async () => {
  double.stop();
  const posting = allocate('away');
  await sleep(500);
  await double.start();
  const { seq } = await posting;
  for (const at of [service, other]) await get(`/v1/books/${CITY}/balances?minSeq=${seq}`, at);
});

test('a service on the other event store refuses these books', async () => {
  const wrong = await ServiceProcess.on(dataDir, { ...environment, EVENT_STORE: 'postgres' });
  await expect(wrong.start()).rejects.toThrow('have their events in EventStoreDB');
});
