import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '../../src/create-app.js';
import { readOrMakeTokenKey, signToken } from '../../src/http/access/token-key.js';
import { parseCheckpoint } from '../../src/log/checkpoint.js';
import { parseCosignatureVerifier, parseCosigner } from '../../src/log/cosignature.js';
import { generateKey, parseNote, parseVerifier } from '../../src/log/note.js';
import { readSettings } from '../../src/settings.js';
import { LogReader } from '../../src/witness/log-reader.js';
import { Witness } from '../../src/witness/witness.js';
import { witnessServer } from '../../src/witness/witness-server.js';
import { type Evidence, WitnessState } from '../../src/witness/witness-state.js';
import { cloneDatabase, copyDatabase, type TestDatabase } from '../support/database.js';

// Four services and a courier, on a machine that may do other things.

const BOOK = '640121';
const cosigner = parseCosigner(generateKey('witness.example/w1'));
const verifier = parseCosignatureVerifier(cosigner.vkey);

let folder: string;
let app: NestFastifyApplication | undefined;
let url: string;
let server: Server;
let witness: Witness | undefined;
let alarms: Evidence[];
let databases: TestDatabase[];
let witnesses: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mingzhang-witnessed-'));
  alarms = [];
  databases = [await cloneDatabase()];
  // It listens before the service, which must have its address, and answers once the log's key is known.
  const forward = { addCheckpoint: (text: string) => witness?.addCheckpoint(text) ?? { status: 404, body: '\n' } };
  server = witnessServer(forward as Witness, (message) => {
    throw new Error(message);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  witnesses = `${cosigner.vkey} http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await app?.close();
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  for (const database of databases) await database.drop();
  rmSync(folder, { recursive: true, force: true });
  app = undefined;
  witness = undefined;
});

const settings = () =>
  readSettings({
    DATA_DIR: folder,
    LOG_LEVEL: 'silent',
    POOL_SIZE: '3',
    WITNESSES: witnesses,
    PUBLIC_URL: 'https://l.example',
  });

/** The service on one of the databases, with the keys of its folder. */
async function startService(database: TestDatabase): Promise<void> {
  await app?.close();
  app = await createApp({ ...settings(), databaseUrl: database.url });
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
  witness = new Witness({
    cosigner,
    state: await WitnessState.in(join(folder, 'witness')),
    log: new LogReader(url),
    logKeys: (await new LogReader(url).keys()).map(parseVerifier),
    alarm: (evidence) => alarms.push(evidence),
    doubt: () => undefined,
  });
}

async function post(path: string, role: 'admin' | 'clerk', body: object, key: string): Promise<number> {
  const token = await signToken(readOrMakeTokenKey(settings().tokenKeyFile), {
    role,
    divisions: ['6401'],
    subject: `${role}-1`,
    expires: '1h',
  });
  const { status } = await fetch(`${url}/v1/books${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  });
  return status;
}

const openBook = () => post('', 'admin', { id: BOOK, name: '永宁县财政局', level: 'county' }, 'open');

async function registerFunds(...keys: string[]): Promise<void> {
  const fund = { name: '资金', level: 'county', nature: 'special', fiscalYear: 2016, amount: '1.00' };
  for (const key of keys) expect(await post(`/${BOOK}/funds`, 'clerk', fund, key)).toBe(201);
}

const textOf = async (path: string) => (await fetch(`${url}${path}`)).text();

async function cosignedSize(size: number): Promise<string> {
  for (;;) {
    const note = await textOf(`/log/${BOOK}/checkpoint`);
    if (parseCheckpoint(note).size === size && verifier.cosignedAt(parseNote(note)) !== undefined) return note;
    await sleep(50);
  }
}

test('a service has its checkpoints cosigned and shows them, with a gap between that is proven', async () => {
  const [database] = databases;
  if (database === undefined) throw new Error('there is a database');
  await startService(database);
  expect(await openBook()).toBe(201);
  const first = await cosignedSize(1);
  expect(await textOf(`/log/${BOOK}/cosigned-checkpoint`)).toBe(first);
  await registerFunds('a', 'b', 'c', 'd', 'e');
  const second = await cosignedSize(6);
  const logKey = parseVerifier((await textOf('/log/keys')).trim());
  expect(logKey.accepts(parseNote(second))).toBe(true);
  expect(await textOf(`/log/${BOOK}/proof/3.tlog-proof`)).toContain(second);
  const { checkpoint } = JSON.parse(await textOf(`/v1/books/${BOOK}/events/0/proof`)) as { checkpoint: string };
  expect(checkpoint).toBe(second);
  expect(await witness?.look(BOOK)).toBe('known');
  await startService(database);
  await registerFunds('f');
  await cosignedSize(7);
  expect(alarms).toEqual([]);
});

test('a witness that is away keeps nobody waiting', async () => {
  const [database] = databases;
  if (database === undefined) throw new Error('there is a database');
  await startService(database);
  witness = undefined;
  expect(await openBook()).toBe(201);
  await registerFunds('a');
  await sleep(500);
  expect(parseNote(await textOf(`/log/${BOOK}/checkpoint`)).signatures).toHaveLength(1);
  expect((await fetch(`${url}/log/${BOOK}/cosigned-checkpoint`)).status).toBe(404);
  expect(await textOf('/metrics')).toContain('mingzhang_witness_lag_entries{witness="witness.example/w1"} 2\n');
  // What it missed it is brought at the next start, if not before.
  await startService(database);
  await cosignedSize(2);
  expect(await textOf('/metrics')).toContain('mingzhang_witness_books_behind{witness="witness.example/w1"} 0\n');
});

test('a database that was rolled back to an earlier copy is caught, before and after it has grown again', async () => {
  const [database] = databases;
  if (database === undefined) throw new Error('there is a database');
  await startService(database);
  await openBook();
  await registerFunds('a', 'b');
  await cosignedSize(3);
  await app?.close();
  app = undefined;
  const earlier = await copyDatabase(database);
  databases.push(earlier);

  await startService(database);
  await registerFunds('c', 'd');
  await cosignedSize(5);

  await startService(earlier);
  expect(await witness?.look(BOOK)).toBe('refused');
  expect(alarms.at(-1)?.reason).toContain('3 entries and has signed 5');
  await registerFunds('x', 'y', 'z');
  expect(await witness?.look(BOOK)).toBe('refused');
  expect(alarms.at(-1)?.reason).toContain('does not begin');
  // The witness answers the service's own submissions no better.
  await sleep(500);
  expect(verifier.cosignedAt(parseNote(await textOf(`/log/${BOOK}/checkpoint`)))).toBeUndefined();
  expect(parseCheckpoint(readFileSync(join(folder, 'witness', `${BOOK}.checkpoint`), 'utf8')).size).toBe(5);
  expect(parseCheckpoint(await textOf(`/log/${BOOK}/cosigned-checkpoint`)).size).toBe(3);
});
