import { deserialize } from 'node:v8';
import fc from 'fast-check';
import { openPool } from '../../../src/database/pool.js';
import { decide, evolve, initialState } from '../../../src/domain/book.js';
import type { BookEvent } from '../../../src/domain/event.js';
import { parseEvent } from '../../../src/event-store/event-store.js';
import { PostgresEventStore } from '../../../src/event-store/postgres.js';
import { BookLog } from '../../../src/log/book-log.js';
import { leafHash } from '../../../src/log/hash.js';
import { LogStore } from '../../../src/log/log-store.js';
import { generateKey, parseSigner } from '../../../src/log/note.js';
import { LoadedBook } from '../../../src/posting/loaded-book.js';
import { PostEntry } from '../../../src/posting/post-entry.js';
import { addBytes, type BookMemory, bytesOf, emptyMemory } from '../../../src/posting/snapshots/book-parts.js';
import { SnapshotStore } from '../../../src/posting/snapshots/snapshot-store.js';
import { Snapshots } from '../../../src/posting/snapshots/snapshots.js';
import { cloneDatabase, type TestDatabase } from '../../support/database.js';
import { proofAtEdge } from '../../support/proof-at-edge.js';
import { append, randomHistory } from '../../support/recorded-history.js';
import { moves, World } from '../../support/world.js';
import { LOG_KEY, openWriters } from '../../support/writers.js';

function takeIn(memory: BookMemory, events: readonly BookEvent[]): BookMemory {
  for (const event of events) {
    evolve(memory.state, event);
    memory.keys.add(event.command);
    memory.edge.append(leafHash(JSON.stringify(event)));
  }
  return memory;
}

function restored(memory: BookMemory): BookMemory {
  const copy = emptyMemory();
  for (const bytes of bytesOf(memory)) addBytes(copy, bytes);
  return copy;
}

/** To the byte: every field of the state in its order, the filter and the edge. */
function expectSame(a: BookMemory, b: BookMemory): void {
  const [ours, theirs] = [[...bytesOf(a)], [...bytesOf(b)]];
  expect(ours.length).toBe(theirs.length);
  for (const [index, bytes] of ours.entries()) {
    // Told in words where they differ, which bytes do not.
    if (!bytes.equals(theirs[index] ?? Buffer.alloc(0)))
      expect(deserialize(bytes)).toEqual(deserialize(theirs[index] ?? Buffer.alloc(0)));
  }
}

describe('what a snapshot gives back', () => {
  it('is, with the events after it, what all events make, for any history', () => {
    fc.assert(
      fc.property(moves(120), fc.double({ min: 0, max: 1, noNaN: true }), (script, share) => {
        const world = new World();
        for (const move of script) world.play(move);
        for (const { events } of world.books) {
          const cut = Math.round(events.length * share);
          const whole = takeIn(emptyMemory(), events);
          const resumed = takeIn(restored(takeIn(emptyMemory(), events.slice(0, cut))), events.slice(cut));
          expect(resumed.edge.root()).toEqual(whole.edge.root());
          expectSame(resumed, whole);
          for (const { command } of events) expect(resumed.keys.mayHold(command)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('decides whatever comes next as the state of all events does', () => {
    fc.assert(
      fc.property(moves(60), moves(30), (script, next) => {
        const [world, again] = [new World(), new World()];
        for (const move of script) {
          world.play(move);
          again.play(move);
        }
        for (const book of again.books)
          Object.assign(book.state, restored({ ...emptyMemory(), state: book.state }).state);
        for (const move of next) expect(again.play(move)).toEqual(world.play(move));
      }),
      { numRuns: 300 },
    );
  });

  it('holds for a book of many parts', () => {
    const memory = emptyMemory();
    for (const event of manyEvents(70_000)) {
      evolve(memory.state, event);
      memory.keys.add(event.command);
      memory.edge.append(leafHash(event.command));
    }
    const copy = restored(memory);
    expectSame(copy, memory);
    expect(proofAtEdge(copy.edge, 69_990)).toEqual(proofAtEdge(memory.edge, 69_990));
  });
});

function* manyEvents(count: number): Generator<BookEvent> {
  const state = initialState();
  const fund = {
    name: '专项资金',
    level: 'county',
    nature: 'special',
    fiscalYear: 2016,
    amount: '900000000.00',
  } as const;
  for (let seq = 0; seq < count; seq += 1) {
    const recordedAt = new Date(1_468_371_600_000 + seq).toISOString();
    const circumstances = {
      book: '640121',
      key: `k-${seq}`,
      actor: 'c',
      eventId: `e-${seq}`,
      newId: `e-${seq}`,
      recordedAt,
      today: '2016-07-13',
    };
    const event =
      seq === 0
        ? decide(state, { kind: 'book', body: { id: '640121', name: '财政局', level: 'county' } }, circumstances)
        : seq < 6_000
          ? decide(state, { kind: 'fund', body: { id: `F-${seq}`, ...fund } }, circumstances)
          : decide(
              state,
              {
                kind: 'allocation',
                body: { to: 'department:x', lines: [{ fund: `F-${1 + (seq % 5_000)}`, amount: '1.00' }] },
              },
              circumstances,
            );
    evolve(state, event);
    yield event;
  }
}

describe('a snapshot of a book', () => {
  const BOOK = '640100';
  let database: TestDatabase;
  let pool: ReturnType<typeof openPool>;
  let store: PostgresEventStore;
  let warnings: unknown[];

  beforeEach(async () => {
    database = await cloneDatabase();
    pool = openPool(database.url, 4, () => undefined);
    store = new PostgresEventStore(pool);
    warnings = [];
  });

  afterEach(async () => {
    await pool.end();
    await database.drop();
  });

  const log = () => new BookLog(LOG_KEY, store, new LogStore(pool));
  const snapshots = (key = LOG_KEY) =>
    new Snapshots(new SnapshotStore(pool), log(), key, (_message, { reason }) => warnings.push(reason));

  async function bookWithSnapshot(): Promise<void> {
    const writers = openWriters(store, pool);
    const post = (key: string, request: PostEntry['request']) =>
      writers.post(new PostEntry(BOOK, key, 'clerk-07', request));
    await post('open', { kind: 'book', body: { id: BOOK, name: '财政局', level: 'city' } });
    const fund = { name: '专项', level: 'city', nature: 'special', fiscalYear: 2016, amount: '100000.00' } as const;
    await post('fund', { kind: 'fund', body: { id: 'F-1', ...fund } });
    await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        post(`k-${n}`, { kind: 'allocation', body: { to: `department:${n}`, amount: '1.00' } }),
      ),
    );
    const loaded = new LoadedBook(BOOK, log());
    await loaded.catchUp(store);
    expect(await snapshots().take(BOOK, loaded)).toBe(true);
    await post('after', { kind: 'allocation', body: { to: 'department:x', amount: '1.00' } });
    await writers.close();
  }

  async function load(from = snapshots()): Promise<LoadedBook> {
    const loaded = new LoadedBook(BOOK, log(), from);
    await loaded.catchUp(store);
    return loaded;
  }

  /** As of all events, without a snapshot. */
  async function replayed(): Promise<BookMemory> {
    const memory = emptyMemory();
    for (const { canonical } of await store.read(BOOK, 0, 10_000)) {
      const event = parseEvent({ canonical });
      evolve(memory.state, event);
      memory.keys.add(event.command);
      memory.edge.append(leafHash(canonical));
    }
    return memory;
  }

  async function expectWholeReplay(reason: string): Promise<void> {
    const loaded = await load();
    expect(warnings).toEqual([expect.stringContaining(reason)]);
    expect(loaded.fromSnapshot).toBe(0);
    expectSame(loaded, await replayed());
  }

  it('spares a start the events before it', async () => {
    await bookWithSnapshot();
    const loaded = await load();
    expect(loaded.fromSnapshot).toBe(42);
    expectSame(loaded, await replayed());
    expect(warnings).toEqual([]);
  });

  it('is taken once at each size, and only the last two are kept', async () => {
    await bookWithSnapshot();
    const writers = openWriters(store, pool);
    for (const n of [1, 2]) {
      await writers.post(
        new PostEntry(BOOK, `more-${n}`, 'clerk-07', {
          kind: 'allocation',
          body: { to: 'department:x', amount: '1.00' },
        }),
      );
      const loaded = await load();
      expect(await snapshots().take(BOOK, loaded)).toBe(true);
      expect(await snapshots().take(BOOK, loaded)).toBe(false);
    }
    await writers.close();
    const { rows } = await pool.query('select size from book_snapshots order by size');
    expect(rows).toEqual([{ size: '44' }, { size: '45' }]);
    const { rows: parts } = await pool.query('select distinct size from book_snapshot_parts order by size');
    expect(parts).toEqual([{ size: '44' }, { size: '45' }]);
  });

  test.each([
    [
      'a byte of a part',
      `update book_snapshot_parts set bytes = set_byte(bytes, 40, get_byte(bytes, 40) # 1) where part = 5`,
    ],
    ['a part that is gone', 'delete from book_snapshot_parts where part = 3'],
    [
      'parts that are swapped',
      'update book_snapshot_parts set part = case part when 3 then 104 else 103 end where part in (3, 4); update book_snapshot_parts set part = part - 100 where part > 100',
    ],
    ['another size in the note', `update book_snapshots set note = replace(note, E'\\n42\\n', E'\\n41\\n')`],
    ['a snapshot that is no note', `update book_snapshots set note = 'nothing'`],
  ])('is not used where %s differs', async (_, change) => {
    await bookWithSnapshot();
    await pool.query(change);
    await expectWholeReplay('');
  });

  it('is not used where another key signed it', async () => {
    await bookWithSnapshot();
    await load(snapshots(parseSigner(generateKey(LOG_KEY.name))));
    expect(warnings).toEqual(['the present key of the log did not sign it']);
  });

  it('is not used where other rules made it', async () => {
    await bookWithSnapshot();
    const { rows } = await pool.query<{ note: string }>('select note from book_snapshots');
    const text = (rows[0]?.note ?? '').split('\n\n')[0] ?? '';
    const forged = LOG_KEY.sign(`${text.replace(/\n[0-9a-f]{32}\n/, `\n${'0'.repeat(32)}\n`)}\n`);
    await pool.query('update book_snapshots set note = $1', [forged]);
    await expectWholeReplay('other rules made it');
  });

  it('is not used where its tree is not the one that was signed', async () => {
    await bookWithSnapshot();
    await pool.query('delete from book_snapshots');
    const loaded = await load();
    const size = loaded.edge.size;
    loaded.edge.append(leafHash('never happened'));
    await snapshots().take(BOOK, loaded);
    expect(size).toBe(43);
    await expectWholeReplay('its tree is not the one that the log has signed');
  });
});

it('gives back books that settled dispatches and arrivals', async () => {
  const database = await cloneDatabase();
  const pool = openPool(database.url, 2, () => undefined);
  const store = new PostgresEventStore(pool);
  const history = randomHistory(20160713, 1);
  await append(store, history);
  for (const book of new Set(history.map((event) => event.book))) {
    const memory = takeIn(
      emptyMemory(),
      history.filter((event) => event.book === book),
    );
    expectSame(restored(memory), memory);
  }
  await pool.end();
  await database.drop();
});
