import { setTimeout as sleep } from 'node:timers/promises';
import fc, { type Arbitrary } from 'fast-check';
import type pg from 'pg';
import { openPool } from '../../src/database/pool.js';
import { parseEvent } from '../../src/event-store/event-store.js';
import { PostgresEventStore } from '../../src/event-store/postgres.js';
import { parseCheckpoint } from '../../src/log/checkpoint.js';
import { leafHash } from '../../src/log/hash.js';
import { parseVerifier } from '../../src/log/note.js';
import { TreeEdge } from '../../src/log/tree-edge.js';
import { faultOfReceipt } from '../../src/log/verify-receipt.js';
import type { BookWriters } from '../../src/posting/book-writers.js';
import { PostEntries } from '../../src/posting/post-entries.js';
import { PostEntry, type Posted, type Request } from '../../src/posting/post-entry.js';
import { turn } from '../../src/posting/turn.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { type Fault, FaultyEventStore } from '../support/faulty-event-store.js';
import { LOG_KEY, openWriters } from '../support/writers.js';

interface Keyed {
  key: string;
  request: Request;
}

let database: TestDatabase;
let pool: pg.Pool;
let plain: PostgresEventStore;
let calm: BookWriters;
let store: FaultyEventStore;
let writers: BookWriters;
let books = 0;

beforeAll(async () => {
  database = await cloneDatabase();
  pool = openPool(database.url, 10, () => undefined);
  plain = new PostgresEventStore(pool);
  calm = openWriters(plain, pool);
});

beforeEach(renewWriters);

afterAll(async () => {
  await Promise.all([calm.close(), writers.close()]);
  await pool.end();
  await database.drop();
});

function renewWriters(): void {
  store = new FaultyEventStore(pool);
  writers = openWriters(store, pool);
}

/** A new book with 100,000 yuan. */
async function openBook(): Promise<string> {
  books += 1;
  const book = String(640_000 + books);
  const facts = { level: 'city', nature: 'special', fiscalYear: 2016 } as const;
  await calm.post(new PostEntry(book, 'open', 'c', { kind: 'book', body: { id: book, name: '局', level: 'county' } }));
  const fund = { id: 'F-1', name: '资金', amount: '100000.00', ...facts };
  await calm.post(new PostEntry(book, 'fund', 'c', { kind: 'fund', body: fund }));
  return book;
}

const allocation = (amount: string): Request => ({ kind: 'allocation', body: { to: 'department:nmj', amount } });
const reversal = (seq: number): Request => ({ kind: 'reversal', body: { seq, reason: '误记' } });

/** What there is for large amounts; the small ones, and their reversals, make no difference to it. */
const LARGE_FEN = 9_950_000;

/**
 * Commands that stand on one another, some of which are refused. None is refused for want of what one after it brings: it would
 * not be where its batch had an unknown outcome and is decided again.
 */
const commands: Arbitrary<Keyed[]> = fc
  .array(
    fc.record({
      what: fc.oneof(
        { weight: 60, arbitrary: fc.constantFrom('small', 'large') },
        { weight: 1, arbitrary: fc.constantFrom('same', 'clash', 'reversal') },
      ),
      pick: fc.nat({ max: 10_000 }),
    }),
    { minLength: 200, maxLength: 260 },
  )
  .map((moves) => {
    const small: (Keyed & { seq: number })[] = [];
    let [seq, leftFen] = [2, LARGE_FEN];
    return moves.map(({ what, pick }, index): Keyed => {
      const key = `k-${index}`;
      const earlier = small[pick % small.length];
      if (earlier !== undefined && what === 'same') return earlier;
      if (earlier !== undefined && what === 'clash') return { ...earlier, request: allocation('900.00') };
      if (earlier !== undefined && what === 'reversal') {
        small.splice(small.indexOf(earlier), 1);
        seq += 1;
        return { key, request: reversal(earlier.seq) };
      }
      const amount = what !== 'large' ? '0.01' : pick % 2 === 0 ? '900.00' : '9000.00';
      const isSmall = amount === '0.01';
      const isGranted = isSmall || Number(amount) * 100 <= leftFen;
      const entry = { key, request: allocation(amount), seq };
      if (isSmall) small.push(entry);
      else if (isGranted) leftFen -= Number(amount) * 100;
      else entry.request = allocation('100000.00');
      if (isGranted) seq += 1;
      return entry;
    });
  });

/** Small enough for all of them. */
const plainCommands: Keyed[] = Array.from({ length: 200 }, (_, n) => ({ key: `k-${n}`, request: allocation('1.00') }));

/** Fewer than the writer gives up after. */
const faults = fc.array(fc.constantFrom<Fault>('none', 'none', 'lost before', 'lost after'), { maxLength: 7 });

/** As far as it is the same however often it is asked. */
async function outcomes(through: BookWriters, book: string, entries: Keyed[]): Promise<string[]> {
  const told = await through.postAll(new PostEntries(book, 'clerk-07', entries, false, false));
  return told.map((one) => {
    if ('recorded' in one) return `${one.recorded.seq}${one.recorded.replayed ? ' again' : ''}`;
    const { code, name } = one.error as { code?: string; name: string };
    return code ?? name;
  });
}

function holdAppends(): { release: () => void } {
  let release = (): void => undefined;
  store.until = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { release: () => release() };
}

/** Every checkpoint of the book is of the tree of the events before it, and follows the one before. */
async function expectWholeLog(book: string): Promise<void> {
  const events = await plain.read(book, 0, 10_000);
  const { rows } = await pool.query<{ size: string; previous: string; note: string }>(
    'select size, previous, note from log_checkpoints where book = $1 order by size',
    [book],
  );
  const edge = new TreeEdge();
  for (const { size, previous, note } of rows) {
    expect(Number(previous)).toBe(edge.size);
    for (const { canonical } of events.slice(edge.size, Number(size))) edge.append(leafHash(canonical));
    expect(parseCheckpoint(note).root.equals(edge.root())).toBe(true);
  }
  expect(edge.size).toBe(events.length);
}

test('makes the same entries as one after the other, wherever an append is lost', async () => {
  let ahead = 0;
  await fc.assert(
    fc.asyncProperty(commands, faults, async (given, befalling) => {
      renewWriters();
      const [one, other] = [await openBook(), await openBook()];
      const expected: string[] = [];
      for (const entry of given) expected.push(...(await outcomes(calm, one, [entry])));
      store.faults = befalling;
      const told = [outcomes(writers, other, given.slice(0, 40))];
      // The first batch is being made durable until the second has come, however busy the machine is.
      const hold = holdAppends();
      await Promise.race([store.begun, told[0]]);
      for (let from = 40; from < given.length; from += 40) {
        told.push(outcomes(writers, other, given.slice(from, from + 40)));
        // Each finds the one before it in the queue, or being made durable.
        await sleep(4);
        hold.release();
      }
      expect((await Promise.all(told)).flat()).toEqual(expected);
      const [ours, theirs] = [await plain.read(other, 0, 10_000), await plain.read(one, 0, 10_000)];
      expect(ours.map(parseEvent).map(({ command, seq }) => [command, seq])).toEqual(
        theirs.map(parseEvent).map(({ command, seq }) => [command, seq]),
      );
      await expectWholeLog(other);
      expect(store.overlapping).toBe(0);
      ahead += store.decidedAhead;
    }),
    { numRuns: 6, endOnFailure: true, examples: [[plainCommands, []]] },
  );
  expect(ahead).toBeGreaterThan(0);
});

test('acknowledges nothing that is not durable, whatever another process writes in between', async () => {
  const book = await openBook();
  let foreign = 0;
  store.faults = ['none', 'none', 'lost after', 'overtaken'];
  store.overtake = () => {
    foreign += 1;
    return calm.post(new PostEntry(book, `foreign-${foreign}`, 'c', allocation('1.00')));
  };
  const verifiers = [parseVerifier(LOG_KEY.vkey)];
  const posted: Promise<Posted>[] = [];
  // More than one batch holds is waiting when the first has been appended.
  const hold = holdAppends();
  const post = async () => {
    const one = await writers.post(new PostEntry(book, `k-${posted.length}`, 'clerk-07', allocation('1.00')));
    expect(one.seq).toBeLessThanOrEqual(store.lastDurable);
    return one;
  };
  for (let n = 0; n < 600; n += 1) {
    posted.push(post());
    if (n % 50 === 49) await sleep(5);
  }
  hold.release();
  // However they fell into batches, until each has befallen one.
  for (; store.faults.length > 0; await posted.at(-1)) posted.push(post());
  const events = await Promise.all(posted).then(async (answers) => {
    const recorded = await plain.read(book, 0, 10_000);
    for (const [n, { seq, receipt }] of answers.entries()) {
      expect(parseEvent(recorded[seq] ?? { canonical: '{}' }).command).toBe(`k-${n}`);
      expect(faultOfReceipt(JSON.parse(receipt), verifiers, recorded[seq]?.canonical)).toBeUndefined();
    }
    return recorded;
  });
  expect(events).toHaveLength(2 + posted.length + foreign);
  expect([foreign, store.overlapping]).toEqual([1, 0]);
  expect(store.decidedAhead).toBeGreaterThan(0);
  await expectWholeLog(book);
});

test('answers an inspection on what is durable, though many are waiting to be recorded', async () => {
  const book = await openBook();
  store.lastDurable = await plain.revision(book);
  const all = Array.from({ length: 5 }, async (_, chunk) => {
    await sleep(chunk * 4);
    const entries = Array.from({ length: 60 }, (_, n) => ({ key: `${chunk}-${n}`, request: allocation('1.00') }));
    return outcomes(writers, book, entries);
  });
  await sleep(10);
  const seen = await writers.inspect(book, (state) => [state.nextSeq - 1, store.lastDurable]);
  expect(seen[0]).toBe(seen[1]);
  await Promise.all(all);
  expect(store.lastDurable).toBe(301);
});

test('sends what was decided ahead before it answers the batch below it', async () => {
  const book = await openBook();
  const hold = holdAppends();
  const first = outcomes(writers, book, plainCommands.slice(0, 1)).then(() => store.onTheirWay);
  await store.begun;
  const second = outcomes(writers, book, plainCommands.slice(1, 60));
  await turn();
  hold.release();
  expect(await first).toBe(2);
  expect(await second).toHaveLength(59);
  expect(store.decidedAhead).toBe(59);
});
