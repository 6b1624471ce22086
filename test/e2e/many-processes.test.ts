import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { BookEvent } from '../../src/domain/event.js';
import type { Receipt } from '../../src/log/book-log.js';
import { parseCheckpoint } from '../../src/log/checkpoint.js';
import { parseVerifier } from '../../src/log/note.js';
import { isConsistent } from '../../src/log/verify-proof.js';
import { faultOfReceipt } from '../../src/log/verify-receipt.js';
import { type KnownProcess, SILENT_AFTER_SECONDS } from '../../src/processes/process-registry.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { ServiceProcess } from '../support/service-process.js';
import { until } from '../support/until.js';
import { ViewWorkerProcess } from '../support/view-worker-process.js';

const BOOKS = ['640100', '640104', '640121'];
const CLIENTS = 16;
const ALLOCATIONS = 3_000;
const KILLS = 6;

interface Acknowledged {
  service: number;
  seq: number;
  receipt: Receipt;
}

let dataDir: string;
let database: TestDatabase;
let environment: NodeJS.ProcessEnv;
let services: ServiceProcess[];
let workers: ViewWorkerProcess[];
let clerk: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'mingzhang-many-'));
  database = await cloneDatabase();
  environment = { ...process.env, NODE_OPTIONS: '', DATA_DIR: dataDir, DATABASE_URL: database.url, LOG_LEVEL: 'error' };
  const settings = { DATABASE_URL: database.url, PUBLIC_URL: 'https://ledger.example' };
  services = [await ServiceProcess.on(dataDir, settings), await ServiceProcess.on(dataDir, settings)];
  workers = [new ViewWorkerProcess(environment), new ViewWorkerProcess(environment)];
  // Both make the key files where there are none; one of them does.
  await Promise.all([...services, ...workers].map((one) => one.start()));
  clerk = serviceAt(0).token('clerk', '64');
  const admin = serviceAt(0).token('admin', '64');
  const fund = { name: '专项资金', level: 'city', nature: 'special', fiscalYear: 2016, amount: '50000000.00' };
  for (const id of BOOKS) {
    const level = id.endsWith('00') ? 'city' : 'county';
    await insist('/v1/books', 'open', { id, name: '财政局', level }, 0, admin);
    await insist(`/v1/books/${id}/funds`, 'fund', { id: 'F-1', ...fund }, 1, clerk);
  }
});

afterAll(async () => {
  await Promise.all([...services, ...workers].map((one) => one.stop()));
  await database.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

function serviceAt(number: number): ServiceProcess {
  const service = services[number % services.length];
  if (service === undefined) throw new Error('no service');
  return service;
}

/** As a bureau's program does: the same request under the same key, at the other service after each failure. */
async function insist(path: string, key: string, body: object, first: number, token: string): Promise<Acknowledged> {
  for (let attempt = 0; ; attempt += 1) {
    const service = (first + attempt) % services.length;
    const answer = await fetch(serviceAt(service).url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    }).then(
      async (response) => ({ status: response.status, text: await response.text() }),
      () => undefined,
    );
    if (answer?.status === 201) return { service, ...JSON.parse(answer.text) };
    if (answer !== undefined && answer.status !== 503) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    await sleep(20);
  }
}

async function ask(service: number, path: string): Promise<string> {
  const headers = { authorization: `Bearer ${clerk}` };
  for (;;) {
    const response = await fetch(serviceAt(service).url + path, { headers });
    if (response.ok) return response.text();
    // A view that has not caught up in five seconds on a busy machine.
    if (response.status !== 503) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  }
}

/** Ends with an error where the program's exit status is not 0. */
async function mingzhang(...args: string[]): Promise<string> {
  const program = join(import.meta.dirname, '../../dist/cli.js');
  const run = promisify(execFile)(process.execPath, [program, ...args], { env: environment });
  return (await run).stdout;
}

test('2 services and 2 view workers, any of them killed while clients post to both: each acknowledged entry once, one log, views as the events say', async () => {
  const acknowledged = new Map<string, Acknowledged>();
  let next = 0;
  const client = async () => {
    for (;;) {
      const n = next;
      next += 1;
      if (n >= ALLOCATIONS) return;
      const book = BOOKS[n % BOOKS.length] ?? '';
      const body = { to: `department:d${n % 5}`, amount: '1.00' };
      acknowledged.set(`${book} k-${n}`, await insist(`/v1/books/${book}/allocations`, `k-${n}`, body, n >> 1, clerk));
    }
  };
  const killer = async () => {
    const processes = [...services, ...workers];
    for (let kill = 1; kill <= KILLS; kill += 1) {
      while (acknowledged.size < (ALLOCATIONS * kill) / (KILLS + 1)) await sleep(5);
      const victim = processes[(kill + Math.floor(Math.random() * 2) * 2) % processes.length];
      await victim?.kill();
      await sleep(Math.random() * 300);
      await victim?.start();
    }
  };
  await Promise.all([killer(), ...Array.from({ length: CLIENTS }, client)]);

  const verifiers = (await ask(0, '/log/keys')).trimEnd().split('\n').map(parseVerifier);
  expect(verifiers).toHaveLength(1);
  for (const book of BOOKS) {
    const lines = (await ask(1, `/v1/books/${book}/events?from=0&limit=1000000`)).trimEnd().split('\n');
    const events = lines.map((line) => JSON.parse(line) as BookEvent);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index));
    const ofBook = [...acknowledged].filter(([name]) => name.startsWith(book));
    const recorded = new Map(events.slice(2).map(({ command, seq }) => [`${book} ${command}`, seq]));
    expect(Object.fromEntries(recorded)).toEqual(Object.fromEntries(ofBook.map(([name, { seq }]) => [name, seq])));
    for (const [, { seq, receipt }] of ofBook) expect(faultOfReceipt(receipt, verifiers, lines[seq])).toBeUndefined();

    // What both services signed is one log: each later checkpoint holds all of the one before it.
    const sample = ofBook
      .filter((_, index) => index % 50 === 0)
      .map(([, { receipt }]) => parseCheckpoint(receipt.checkpoint));
    const checkpoints = sample.sort((a, b) => a.size - b.size);
    for (const [index, later] of checkpoints.entries()) {
      const earlier = checkpoints[index - 1] ?? later;
      const path = `/v1/books/${book}/consistency?from=${earlier.size}&to=${later.size}`;
      const proof = (JSON.parse(await ask(index, path)).proof as string[]).map((hash) => Buffer.from(hash, 'base64'));
      expect(isConsistent(earlier.size, later.size, proof, earlier.root, later.root)).toBe(true);
    }
    for (const view of ['balances', 'funds', 'projects', 'payouts', 'assets', `divisions/${book}`]) {
      await ask(0, `/v1/books/${book}/${view}?minSeq=${events.length - 1}`);
    }
    expect(await mingzhang('replay', '--book', book)).toContain('nothing differs');
    expect(await mingzhang('verify', serviceAt(0).url, '--book', book, '--json')).toContain('"whole":true');
  }
  expect(new Set([...acknowledged.values()].map(({ service }) => service)).size).toBe(2);

  const processes = async () => JSON.parse(await mingzhang('processes', '--json')) as KnownProcess[];
  const speaking = async (role: string) =>
    (await processes()).filter((one) => one.role === role && one.silentSeconds < SILENT_AFTER_SECONDS).length;
  // On a busy machine one that is well can be late.
  await until(async () => (await speaking('service')) >= 2);
  await until(async () => (await speaking('view worker')) >= 2);
  expect(await processes()).toHaveLength(services.length + workers.length + KILLS);
});
