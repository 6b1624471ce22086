import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { openPool } from '../../src/database/pool.js';
import { EventStoreDBEventStore } from '../../src/event-store/eventstoredb/eventstoredb.js';
import { StreamWatch } from '../../src/event-store/eventstoredb/stream-watch.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { EventStoreDBDouble } from '../support/eventstoredb/double.js';
import { LOG_KEY } from '../support/writers.js';
import { Recorder } from './contract.js';

const BOOK = '640121';

let database: TestDatabase;
let double: EventStoreDBDouble;
let pool: pg.Pool;
let store: EventStoreDBEventStore;
let watch: StreamWatch;
let advanced: string[];
let logged: string[];

beforeEach(async () => {
  database = await cloneDatabase();
  double = new EventStoreDBDouble();
  await double.start();
  pool = openPool(database.url, 4, () => undefined);
  store = open(pool);
  [advanced, logged] = [[], []];
  watch = new StreamWatch({
    streams: store.streams,
    mender: store.mender,
    revisions: () => store.revisions(),
    advanced: (book) => advanced.push(book),
    log: (message) => logged.push(message),
    checkEveryMs: 100,
    sealWithinMs: 300,
  });
  watch.start();
  await until(() => double.subscriptions === 1);
});

afterEach(async () => {
  await watch.stop();
  await store.close();
  await pool.end();
  double.stop();
  await database.drop();
});

function open(on: pg.Pool): EventStoreDBEventStore {
  const options = { url: double.url, maxAppendBytes: 1024 * 1024, answerWithinMs: 20_000, trusted: [LOG_KEY.vkey] };
  return new EventStoreDBEventStore({ ...options, pool: on, locks: on });
}

async function until(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 120_000; !isSo(); await sleep(10))
    if (Date.now() > end) throw new Error(`it never came; ${advanced.length} heard of; ${logged.join('; ')}`);
}

test('tells of a book once what came is sealed', async () => {
  await new Recorder(BOOK).append(store, new Recorder(BOOK).events(3));
  await until(() => advanced.includes(BOOK));
  expect(await store.revision(BOOK)).toBe(2);
});

test('seals what whoever appended did not', async () => {
  const dying = openPool(database.url, 2, () => undefined);
  const died = open(dying);
  double.afterAppend = () => dying.end();
  const recorder = new Recorder(BOOK);
  const events = recorder.events(3);
  await expect(died.append(BOOK, -1, events, recorder.seal(events))).rejects.toThrow();
  await died.close();
  await until(() => advanced.includes(BOOK));
  expect(await store.revision(BOOK)).toBe(2);
});

test('connects again where it is dropped, and from where it was', async () => {
  const recorder = new Recorder(BOOK);
  await recorder.append(store, recorder.events(1));
  await until(() => advanced.length === 1);
  double.dropSubscriptions();
  await recorder.append(store, recorder.events(1));
  await until(() => advanced.length === 2);
  expect(logged).toContain('the subscription to EventStoreDB ended; connecting again');
  expect(double.subscriptions).toBe(1);
});

test('notices that a subscription fell silent, and makes another', async () => {
  const recorder = new Recorder(BOOK);
  double.isMute = true;
  await recorder.append(store, recorder.events(1));
  await until(() => logged.includes('the subscription to EventStoreDB fell silent; connecting again'));
  await until(() => advanced.includes(BOOK));
  double.isMute = false;
  await until(() => double.subscriptions === 1);
  const heard = advanced.length;
  await recorder.append(store, recorder.events(1));
  await until(() => advanced.length > heard);
});

test('takes events of others for no sign of silence', async () => {
  const other = { id: 'o', type: '$stats', contentType: 'application/json', data: Buffer.from('{}') };
  double.isMute = true;
  double.put(
    '$stats-1',
    Array.from({ length: 1_200 }, () => ({ ...other, metadata: Buffer.alloc(0) })),
  );
  await sleep(500);
  expect(logged).toEqual([]);
});
