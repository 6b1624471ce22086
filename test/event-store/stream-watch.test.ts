import type pg from 'pg';
import { openPool } from '../../src/database/pool.js';
import { EventStoreDBEventStore } from '../../src/event-store/eventstoredb/eventstoredb.js';
import { StreamWatch } from '../../src/event-store/eventstoredb/stream-watch.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { EventStoreDBDouble } from '../support/eventstoredb/double.js';
import { until } from '../support/until.js';
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
  await until(() => advanced.length > 0);
  double.dropSubscriptions();
  const heard = advanced.length;
  await recorder.append(store, recorder.events(1));
  await until(() => advanced.length > heard);
  await until(() => logged.includes('the subscription to EventStoreDB ended; connecting again'));
  await until(() => double.subscriptions === 1);
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
  const looks = jest.spyOn(store.streams, 'after');
  await until(() => looks.mock.calls.length > 3);
  expect(logged).toEqual([]);
});
