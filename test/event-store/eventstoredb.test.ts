import { createServer, type Socket } from 'node:net';
import type pg from 'pg';
import { openPool } from '../../src/database/pool.js';
import { ImpossibleHistory } from '../../src/domain/evolve.js';
import { ClaimTaken, parseEvent, WrongRevision } from '../../src/event-store/event-store.js';
import { BookStreams } from '../../src/event-store/eventstoredb/book-streams.js';
import { EventStoreDBEventStore } from '../../src/event-store/eventstoredb/eventstoredb.js';
import { openEventStore } from '../../src/event-store/open-event-store.js';
import { LogStore } from '../../src/log/log-store.js';
import { PostEntry, type Request } from '../../src/posting/post-entry.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { EventStoreDBDouble } from '../support/eventstoredb/double.js';
import { LOG_KEY, openWriters } from '../support/writers.js';
import { arrival, Recorder, reversalOfArrival } from './contract.js';

const BOOK = '640121';
const STREAM = `book-${BOOK}`;

let database: TestDatabase;
let double: EventStoreDBDouble;
let processes: { store: EventStoreDBEventStore; pools: pg.Pool[] }[];

beforeEach(async () => {
  database = await cloneDatabase();
  double = new EventStoreDBDouble();
  await double.start();
  processes = [];
});

afterEach(async () => {
  for (const { store, pools } of processes) {
    await store.close();
    await Promise.all(pools.filter((pool) => !pool.ended).map((pool) => pool.end()));
  }
  double.stop();
  await database.drop();
});

/** The event store of one process. */
function open(answerWithinMs = 20_000) {
  const [pool, locks] = [openPool(database.url, 4, () => undefined), openPool(database.url, 2, () => undefined)];
  const store = new EventStoreDBEventStore({
    url: double.url,
    maxAppendBytes: 1024 * 1024,
    pool,
    locks,
    answerWithinMs,
    trusted: [LOG_KEY.vkey],
  });
  processes.push({ store, pools: [pool, locks] });
  return { store, pool, writers: openWriters(store, pool) };
}

const openBook: Request = { kind: 'book', body: { id: BOOK, name: '财政局', level: 'county' } };
const entry = (key: string, request: Request = openBook) => new PostEntry(BOOK, key, 'clerk-07', request);
const fund = (id: string): Request => ({
  kind: 'fund',
  body: { id, name: '资金', level: 'city', nature: 'special', fiscalYear: 2016, amount: '1.00' },
});

describe('an append whose connection breaks', () => {
  test.each(['lost', 'unheard'] as const)('is recorded once where it is %s', async (fate) => {
    const { store, writers } = open();
    await writers.post(entry('open'));
    double.fates = [fate];
    const posted = await writers.post(entry('fund', fund('F-1')));
    expect(posted).toMatchObject({ seq: 1, replayed: false });
    expect(await writers.post(entry('fund', fund('F-1')))).toEqual({ ...posted, replayed: true });
    expect((await store.read(BOOK, 0, 10)).map((stored) => parseEvent(stored).command)).toEqual(['open', 'fund']);
    expect(double.of(STREAM)).toHaveLength(2);
  });

  test.each(['unanswered', 'stuck'] as const)('is recorded once where it is %s', async (fate) => {
    const { writers } = open(400);
    await writers.post(entry('open'));
    double.fates = [fate];
    expect(await writers.post(entry('fund', fund('F-1')))).toMatchObject({ seq: 1, replayed: false });
    expect(double.of(STREAM)).toHaveLength(2);
  });

  test('is recorded once where the server goes away and comes back', async () => {
    const { writers } = open();
    await writers.post(entry('open'));
    double.stop();
    const posting = writers.post(entry('fund', fund('F-1')));
    setTimeout(() => void double.start(), 400);
    expect(await posting).toMatchObject({ seq: 1, replayed: false });
    expect(double.of(STREAM)).toHaveLength(2);
  });

  test('waits for slow answers', async () => {
    const { writers } = open();
    double.delayMs = 150;
    const posted = await Promise.all(
      ['a', 'b'].map(async (key) => {
        if (key === 'a') return writers.post(entry('open'));
        await new Promise((resolve) => setTimeout(resolve, 20));
        return writers.post(entry('fund', fund('F-1')));
      }),
    );
    expect(posted.map(({ seq }) => seq)).toEqual([0, 1]);
  });
});

test('a server that takes connections and never answers is given up in time', async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket));
  await new Promise<void>((bound) => silent.listen(0, '127.0.0.1', bound));
  const address = silent.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const streams = new BookStreams(`esdb://127.0.0.1:${port}?tls=false`, 300);
  expect(await streams.answers()).toBe(false);
  await expect(streams.append(BOOK, -1, [])).rejects.toThrow();
  await streams.close();
  for (const socket of sockets) socket.destroy();
  silent.close();
});

test('an append above the limit of the server names the setting that says otherwise', async () => {
  const { store } = open();
  double.maxAppendBytes = 1_000;
  const recorder = new Recorder(BOOK);
  await expect(recorder.append(store, recorder.events(10))).rejects.toThrow('EVENTSTORE_MAX_APPEND');
  expect(double.of(STREAM)).toHaveLength(0);
});

describe('a crash between the two stores', () => {
  /** A process that appends to the stream, and dies before PostgreSQL hears of it. */
  async function dieAfter(recorder: Recorder, count: number): Promise<void> {
    const { store, pool } = open();
    double.afterAppend = async () => {
      double.afterAppend = async () => undefined;
      await pool.end();
    };
    const events = recorder.events(count);
    await expect(store.append(recorder.book, recorder.next - 1, events, recorder.seal(events))).rejects.toThrow();
  }

  test('shows nothing of what is not sealed, and seals it with the very signature before anything else', async () => {
    const { store, pool } = open();
    const recorder = new Recorder(BOOK);
    await recorder.append(store, recorder.events(300));
    await dieAfter(recorder, 300);
    expect(await store.revision(BOOK)).toBe(299);
    expect(await store.read(BOOK, 290, 100)).toHaveLength(10);
    expect(double.of(STREAM)).toHaveLength(600);

    const other = recorder.event(300, { command: 'other' });
    await expect(store.append(BOOK, 299, [other], recorder.seal([other]))).rejects.toBeInstanceOf(WrongRevision);
    expect(await store.revision(BOOK)).toBe(599);
    const { rows } = await pool.query('select size, previous from log_checkpoints order by size');
    expect(rows).toEqual([
      { size: '300', previous: '0' },
      { size: '600', previous: '300' },
    ]);
    const tiles = await new LogStore(pool).tileHashes(BOOK, 1, 0, 10);
    expect(tiles).toHaveLength(2 * 32);
    expect((await store.findByCommands(BOOK, ['k-450'])).map(({ seq }) => seq)).toEqual([450]);
  });

  test('is mended at the start of a service, or when somebody asks for the key', async () => {
    const recorder = new Recorder(BOOK);
    await dieAfter(recorder, 3);
    const { store } = open();
    expect(await store.revisions()).toEqual(new Map());
    expect(await store.findByCommands(BOOK, ['k-1'])).toMatchObject([{ seq: 1, command: 'k-1' }]);
    expect(await store.mender.mendAll()).toEqual([]);
    expect(await store.revisions()).toEqual(new Map([[BOOK, 2]]));
  });

  test('is mended alike by several at once', async () => {
    const recorder = new Recorder(BOOK);
    await dieAfter(recorder, 600);
    const stores = [open().store, open().store, open().store];
    expect(await Promise.all(stores.map((store) => store.mender.mend(BOOK)))).toEqual([599, 599, 599]);
  });
});

test('a database put back to an earlier state gets what is missing out of the streams', async () => {
  const earlier = database;
  const recorder = new Recorder(BOOK);
  const { store, pool } = open();
  for (const count of [1, 300, 7]) await recorder.append(store, recorder.events(count));
  await recorder.append(store, [recorder.event(308, arrival('D-9'))]);
  const tables = ['streams', 'stream_index', 'log_checkpoints', 'log_tile_hashes', 'claims'];
  const rowsOf = async (from: pg.Pool) =>
    Promise.all(tables.map(async (table) => (await from.query(`select * from ${table} order by 1, 2`)).rows));
  const before = await rowsOf(pool);

  database = await cloneDatabase();
  const late = open();
  const again = recorder.event(0, { command: 'again' });
  await expect(late.store.append(BOOK, -1, [again], recorder.seal([again]))).rejects.toBeInstanceOf(WrongRevision);
  expect(await rowsOf(late.pool)).toEqual(before);
  await store.close();
  await Promise.all(processes[0]?.pools.map((one) => one.end()) ?? []);
  await earlier.drop();
});

describe('a stream that is not as it was signed', () => {
  test.each([
    ['is an event of another book', { book: '640122' }],
    ['has another seq', { seq: 7 }],
    ['was signed by nobody', {}],
  ])('is never sealed where what follows %s', async (_, more) => {
    const { store } = open();
    const recorder = new Recorder(BOOK);
    await recorder.append(store, recorder.events(2));
    const { canonical, requestHash } = recorder.event(2, more);
    put(canonical, { requestHash });
    await expect(store.mender.mend(BOOK)).rejects.toBeInstanceOf(ImpossibleHistory);
    expect(await store.revision(BOOK)).toBe(1);
    expect(await store.mender.mendAll()).toMatchObject([{ book: BOOK }]);
  });

  test('is never sealed where another key has signed, or something else', async () => {
    const { store } = open();
    const recorder = new Recorder(BOOK);
    await recorder.append(store, recorder.events(2));
    const event = recorder.event(2);
    const { size, note } = recorder.seal([recorder.event(2, { actor: 'clerk-08' })]);
    put(event.canonical, { requestHash: event.requestHash, seal: { size, note } });
    await expect(store.mender.mend(BOOK)).rejects.toThrow('is not what stands there');
    double.truncate(STREAM, 2);
    const forged = recorder.seal([event]).note.replace(/[A-Za-z0-9+/]{8}=*\n$/, 'AAAAAAA=\n');
    put(event.canonical, { requestHash: event.requestHash, seal: { size, note: forged } });
    await expect(store.mender.mend(BOOK)).rejects.toThrow('signed by no key');
  });

  test('is refused where it holds less than was sealed', async () => {
    const { store } = open();
    const recorder = new Recorder(BOOK);
    await recorder.append(store, recorder.events(5));
    double.truncate(STREAM, 3);
    await expect(store.mender.mend(BOOK)).rejects.toThrow('another server, or an earlier copy');
    await expect(store.read(BOOK, 0, 10)).rejects.toThrow('lacks event 3');
  });

  test('is refused where its first events expired, in whose place the server gives later ones', async () => {
    const { store } = open();
    const recorder = new Recorder(BOOK);
    await recorder.append(store, recorder.events(5));
    double.expire(STREAM, 2);
    await expect(store.read(BOOK, 0, 3)).rejects.toThrow('lacks event 0');
    expect((await store.read(BOOK, 2, 3)).map(({ seq }) => seq)).toEqual([2, 3, 4]);
  });

  function put(data: Buffer, metadata: object): void {
    const event = { id: 'x', type: 't', contentType: 'application/octet-stream' };
    double.put(STREAM, [{ ...event, data, metadata: Buffer.from(JSON.stringify(metadata)) }]);
  }
});

test('entries go to the leader of a cluster, also after another node has become it', async () => {
  const other = new EventStoreDBDouble();
  await other.start();
  try {
    double.leader = other;
    const { writers, store } = open();
    expect(await writers.post(entry('open'))).toMatchObject({ seq: 0, replayed: false });
    expect([double.of(STREAM).length, other.of(STREAM).length]).toEqual([0, 1]);
    double.put(STREAM, other.of(STREAM));
    [double.leader, other.leader] = [undefined, double];
    expect(await writers.post(entry('fund', fund('F-1')))).toMatchObject({ seq: 1, replayed: false });
    expect([double.of(STREAM).length, other.of(STREAM).length]).toEqual([2, 1]);
    expect((await store.read(BOOK, 0, 10)).map((stored) => parseEvent(stored).command)).toEqual(['open', 'fund']);
  } finally {
    other.stop();
  }
});

describe('a claim that was about to be taken when its process died', () => {
  const DISPATCH = 'D-1';
  const KEY = `dispatch:640100/${DISPATCH}`;

  async function dieTaking(fate: 'lost' | 'unheard'): Promise<void> {
    const { store, pool } = open();
    double.fates = [fate];
    const recorder = new Recorder(BOOK);
    const events = [recorder.event(0, arrival(DISPATCH))];
    await expect(store.append(BOOK, -1, events, recorder.seal(events))).rejects.toThrow();
    await pool.end();
  }

  test.each(['lost', 'unheard'] as const)('is brought to its end where its append was %s', async (fate) => {
    await dieTaking(fate);
    const { store, pool } = open();
    const rival = new Recorder('640122');
    await expect(rival.append(store, [rival.event(0, arrival(DISPATCH))])).rejects.toEqual(new ClaimTaken(KEY));
    expect(await store.findClaims([KEY])).toEqual([{ key: KEY, book: BOOK, seq: 0 }]);
    expect(await store.revision(BOOK)).toBe(0);
    expect((await pool.query('select from pending_appends')).rowCount).toBe(0);
  });

  test('is free where the book has moved on without it', async () => {
    await dieTaking('lost');
    const { store } = open();
    const recorder = new Recorder(BOOK);
    await recorder.append(store, recorder.events(1));
    const rival = new Recorder('640122');
    await rival.append(store, [rival.event(0, arrival(DISPATCH))]);
    expect(await store.findClaims([KEY])).toEqual([{ key: KEY, book: '640122', seq: 0 }]);
  });

  test('is free where it was written down only after the book had moved on', async () => {
    const { store } = open();
    const recorder = new Recorder(BOOK);
    await recorder.append(store, recorder.events(1));
    // By a process that had not seen that entry.
    const late = [recorder.event(0, { ...arrival(DISPATCH), command: 'late' })];
    await expect(store.append(BOOK, -1, late, recorder.seal(late))).rejects.toBeInstanceOf(WrongRevision);
    await recorder.append(store, [recorder.event(1, arrival(DISPATCH))]);
    expect(await store.findClaims([KEY])).toEqual([{ key: KEY, book: BOOK, seq: 1 }]);
  });

  test('can be given back and taken again in one batch', async () => {
    const { store } = open();
    const recorder = new Recorder(BOOK);
    await recorder.append(store, [recorder.event(0, arrival(DISPATCH))]);
    await recorder.append(store, [
      recorder.event(1, reversalOfArrival(DISPATCH)),
      recorder.event(2, arrival(DISPATCH)),
    ]);
    expect(await store.findClaims([KEY])).toEqual([{ key: KEY, book: BOOK, seq: 2 }]);
  });
});

test('an address that the client does not understand is named', async () => {
  const { pool } = open();
  const choice = {
    eventStore: 'eventstoredb',
    maxAppendBytes: 1024 * 1024,
    eventStoreUrl: 'esdb://a?tls=maybe',
  } as const;
  const opening = { databaseUrl: database.url, pool, log: () => undefined, choice };
  await expect(openEventStore(opening)).rejects.toThrow('EVENTSTORE_URL: Unexpected "maybe"');
});

test('a database whose books are in the other event store is refused', async () => {
  const { store, pool } = open();
  const recorder = new Recorder(BOOK);
  await recorder.append(store, recorder.events(1));
  const opening = { databaseUrl: database.url, pool, log: () => undefined };
  await expect(openEventStore({ ...opening, choice: { eventStore: 'postgres' } })).rejects.toThrow(
    'have their events in EventStoreDB',
  );
  const choice = { eventStore: 'eventstoredb', eventStoreUrl: double.url, maxAppendBytes: 1024 * 1024 } as const;
  const opened = await openEventStore({ ...opening, choice, trusted: [LOG_KEY.vkey] });
  await opened.prepare(() => undefined);
  double.truncate(STREAM, 0);
  await expect(opened.prepare(() => undefined)).rejects.toThrow('do not belong together');
  double.stop();
  await expect(opened.prepare(() => undefined)).rejects.toThrow('EventStoreDB cannot be reached');
  await opened.close();
});
