import { createHash, randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BookEvent } from '../../src/domain/event.js';
import { canonicalBytes } from '../../src/event-store/canonical.js';
import {
  ClaimTaken,
  type EventStore,
  KeyTaken,
  type NewEvent,
  type Seal,
  WrongRevision,
  weightOf,
} from '../../src/event-store/event-store.js';
import { checkpointText } from '../../src/log/checkpoint.js';
import { leafHash } from '../../src/log/hash.js';
import { TreeEdge } from '../../src/log/tree-edge.js';
import { LOG_KEY } from '../support/writers.js';

const FIRST_INSTANT = Date.parse('2016-07-13T01:00:00.000Z');

/** Events of a book that follow one another, each batch signed as a writer signs it. */
export class Recorder {
  private readonly appended: NewEvent[] = [];

  constructor(readonly book: string) {}

  get next(): number {
    return this.appended.length;
  }

  event(seq: number, more: Partial<BookEvent> | object = {}): NewEvent {
    const event = {
      actor: 'clerk-07',
      book: this.book,
      command: `k-${seq}`,
      data: {},
      documents: ['宁财农〔2016〕12号'],
      effectiveDate: '2016-07-13',
      id: randomUUID(),
      postings: [],
      recordedAt: new Date(FIRST_INSTANT + seq * 1_000).toISOString(),
      seq,
      type: 'funds.allocated',
      version: 1,
      ...more,
    } as unknown as BookEvent;
    const requestHash = createHash('sha256').update(event.command).digest('base64');
    return { seq, canonical: canonicalBytes(event), requestHash, event };
  }

  events(count: number): NewEvent[] {
    return Array.from({ length: count }, (_, index) => this.event(this.next + index));
  }

  seal(events: readonly NewEvent[]): Seal {
    const edge = new TreeEdge();
    for (const { canonical } of this.appended) edge.append(leafHash(canonical));
    const tileHashes = events.flatMap(({ canonical }) => edge.append(leafHash(canonical)));
    const { size } = edge;
    const text = checkpointText({ origin: `${LOG_KEY.name}/${this.book}`, size, root: edge.root() });
    return { size, note: LOG_KEY.sign(text), tileHashes };
  }

  async append(store: EventStore, events: NewEvent[]): Promise<void> {
    await store.append(this.book, this.next - 1, events, this.seal(events));
    this.appended.push(...events);
  }
}

export function arrival(dispatch: string): object {
  return { type: 'funds.received', data: { fromBook: '640100', dispatch } };
}

export function reversalOfArrival(dispatch: string): object {
  return { type: 'entry.reversed', data: { type: 'funds.received', of: { fromBook: '640100', dispatch } } };
}

export interface ContractFixture {
  store: EventStore;
  /** Another process on the same books. */
  other: EventStore;
  close(): Promise<void>;
}

/** What every event store does. Codes of books are the test's own, as a server may hold those of earlier runs. */
export function eventStoreContract(name: string, open: () => Promise<ContractFixture>): void {
  describe(`${name} as an event store`, () => {
    let fixture: ContractFixture;
    let store: EventStore;

    beforeAll(async () => {
      fixture = await open();
      store = fixture.store;
    });

    afterAll(() => fixture.close());

    const book = () => new Recorder(String(randomInt(1e11, 1e12 - 1)));

    test('gives back the very bytes, in order, from any place and as many as asked', async () => {
      const recorder = book();
      const events = recorder.events(7);
      const unusual = { note: ' \u2028 "\\/\b 𠮷 é é \u007f 明账', n: 1e21, list: [[], {}] };
      events[3] = recorder.event(3, { data: unusual });
      await recorder.append(store, events.slice(0, 5));
      await recorder.append(store, events.slice(5));
      const expected = events.map(({ seq, canonical, requestHash }) => ({
        seq,
        canonical: canonical.toString(),
        requestHash,
      }));
      expect(await store.read(recorder.book, 0, 100)).toEqual(expected);
      expect(await store.read(recorder.book, 2, 3)).toEqual(expected.slice(2, 5));
      expect(await store.read(recorder.book, 6, 10)).toEqual(expected.slice(6));
      expect(await store.read(recorder.book, 7, 10)).toEqual([]);
      expect(await fixture.other.read(recorder.book, 0, 100)).toEqual(expected);
      const leaves = events.map(({ canonical }) => leafHash(canonical));
      expect(await store.leafHashes(recorder.book, 0, 100)).toEqual(Buffer.concat(leaves));
      expect(await store.leafHashes(recorder.book, 2, 3)).toEqual(Buffer.concat(leaves.slice(2, 5)));
      expect(await store.leafHashes(recorder.book, 7, 10)).toEqual(Buffer.alloc(0));
    });

    test('gives the entries that are asked for, in order and parsed, and passes over those that are not there', async () => {
      const recorder = book();
      const events = recorder.events(7);
      await recorder.append(store, events);
      const expected = [0, 3, 6].map((seq) => JSON.parse(events[seq]?.canonical.toString() ?? ''));
      expect(await store.readAt(recorder.book, [0, 3, 6, 9, 4_000])).toEqual(expected);
      expect(await store.readAt(recorder.book, [])).toEqual([]);
    });

    test('knows no unknown book', async () => {
      const { book: unknown } = book();
      expect(await store.revision(unknown)).toBe(-1);
      expect(await store.read(unknown, 0, 10)).toEqual([]);
      expect(await store.findByCommands(unknown, ['k-0'])).toEqual([]);
      expect(await store.revisionAsOf(unknown, new Date())).toBe(-1);
      expect((await store.revisions()).has(unknown)).toBe(false);
    });

    test('takes an event of the largest size', async () => {
      const recorder = book();
      const empty = recorder.event(0, { data: { note: '' } });
      const note = '明'.repeat(Math.floor((65_535 - empty.canonical.length) / 3));
      await recorder.append(store, [recorder.event(0, { data: { note } })]);
      const [stored] = await store.read(recorder.book, 0, 1);
      expect(Buffer.byteLength(stored?.canonical ?? '')).toBeGreaterThan(65_532);
    });

    test('takes as much at once as it says', async () => {
      const recorder = book();
      const most = Math.min(store.maxBatchBytes, 4_000_000);
      const events: NewEvent[] = [];
      for (let bytes = 0; ; ) {
        const event = recorder.event(events.length, { data: { note: 'x'.repeat(20_000) } });
        bytes += weightOf(event.canonical);
        if (bytes > most) break;
        events.push(event);
      }
      await recorder.append(store, events);
      expect(await store.revision(recorder.book)).toBe(events.length - 1);
    });

    test('refuses a batch that does not follow the last entry, whole', async () => {
      const recorder = book();
      await recorder.append(store, recorder.events(3));
      const events = [recorder.event(2, { command: 'a' }), recorder.event(3, { command: 'b' })];
      await expect(store.append(recorder.book, 1, events, recorder.seal(events))).rejects.toBeInstanceOf(WrongRevision);
      const early = [recorder.event(0, { command: 'c' })];
      await expect(store.append(recorder.book, -1, early, recorder.seal(early))).rejects.toBeInstanceOf(WrongRevision);
      const late = [recorder.event(5, { command: 'd' })];
      await expect(store.append(recorder.book, 4, late, recorder.seal(late))).rejects.toBeInstanceOf(WrongRevision);
      expect(await store.revision(recorder.book)).toBe(2);
    });

    test('lets one of several that append at once through', async () => {
      const recorder = book();
      await recorder.append(store, recorder.events(2));
      const tries = Array.from({ length: 6 }, (_, n) => {
        const events = [recorder.event(2, { command: `try-${n}` })];
        return (n % 2 === 0 ? store : fixture.other).append(recorder.book, 1, events, recorder.seal(events));
      });
      const outcomes = await Promise.allSettled(tries);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(WrongRevision);
      expect(await store.revision(recorder.book)).toBe(2);
    });

    test('refuses a second entry under one key', async () => {
      const recorder = book();
      await recorder.append(store, recorder.events(2));
      const again = [recorder.event(2), recorder.event(3, { command: 'k-1' })];
      await expect(recorder.append(store, again)).rejects.toBeInstanceOf(KeyTaken);
      const twice = [recorder.event(2, { command: 'same' }), recorder.event(3, { command: 'same' })];
      await expect(recorder.append(store, twice)).rejects.toBeInstanceOf(KeyTaken);
      await recorder.append(store, recorder.events(1));
      expect(await store.revision(recorder.book)).toBe(2);
    });

    test('finds entries by their keys', async () => {
      const recorder = book();
      await recorder.append(store, recorder.events(10));
      const found = await store.findByCommands(recorder.book, ['k-7', 'nothing', 'k-2']);
      expect(found.map(({ command, seq }) => [command, seq]).sort()).toEqual([
        ['k-2', 2],
        ['k-7', 7],
      ]);
      const [second] = await store.read(recorder.book, 2, 1);
      expect(found.find(({ seq }) => seq === 2)).toEqual({ ...second, command: 'k-2' });
    });

    test('grants a claim once, over all books, and again once it is given back', async () => {
      const [one, other] = [book(), book()];
      const dispatch = randomUUID();
      const key = `dispatch:640100/${dispatch}`;
      await one.append(store, [one.event(0), one.event(1, arrival(dispatch))]);
      expect(await store.findClaims([key, 'no'])).toEqual([{ key, book: one.book, seq: 1 }]);
      await expect(other.append(store, [other.event(0, arrival(dispatch))])).rejects.toEqual(new ClaimTaken(key));
      expect(await store.revision(other.book)).toBe(-1);
      await one.append(store, [one.event(2, reversalOfArrival(dispatch))]);
      expect(await store.findClaims([key])).toEqual([]);
      await other.append(store, [other.event(0, arrival(dispatch))]);
      expect(await store.findClaims([key])).toEqual([{ key, book: other.book, seq: 0 }]);
    });

    test('grants a claim to one of two books that want it at the same moment', async () => {
      for (let round = 0; round < 10; round += 1) {
        const dispatch = randomUUID();
        const rivals = [book(), book(), book()];
        const outcomes = await Promise.allSettled(
          rivals.map((rival, n) => rival.append(n === 1 ? fixture.other : store, [rival.event(0, arrival(dispatch))])),
        );
        const [winner] = rivals.filter((_, n) => outcomes[n]?.status === 'fulfilled');
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        for (const outcome of outcomes)
          if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(ClaimTaken);
        expect(await store.findClaims([`dispatch:640100/${dispatch}`])).toMatchObject([{ book: winner?.book }]);
      }
    });

    test('knows the last entry at an instant', async () => {
      const recorder = book();
      await recorder.append(store, recorder.events(20));
      const asOf = (ms: number) => store.revisionAsOf(recorder.book, new Date(FIRST_INSTANT + ms));
      expect(await Promise.all([asOf(-1), asOf(0), asOf(7_999), asOf(8_000), asOf(1e9)])).toEqual([-1, 0, 7, 8, 19]);
    });

    test('counts the entries of all books, by their codes', async () => {
      const recorders = [book(), book()];
      for (const [n, recorder] of recorders.entries()) await recorder.append(store, recorder.events(n + 1));
      const revisions = await fixture.other.revisions();
      expect(recorders.map((recorder) => revisions.get(recorder.book))).toEqual([0, 1]);
      expect([...revisions.keys()]).toEqual([...revisions.keys()].sort());
    });

    test('lets one at a time work on a book that asks to be alone', async () => {
      const recorder = book();
      await recorder.append(store, recorder.events(1));
      const order: string[] = [];
      const work = (name: string) => async (inside: EventStore) => {
        order.push(`${name} begins`);
        await sleep(30);
        expect(await inside.revision(recorder.book)).toBe(recorder.next - 1);
        await recorder.append(inside, recorder.events(1));
        order.push(`${name} ends`);
        return name;
      };
      const stores = [store, fixture.other, store];
      const names = await Promise.all(stores.map((one, n) => one.exclusively(recorder.book, work(String(n)))));
      expect(names).toEqual(['0', '1', '2']);
      expect(order.every((line, n) => line.endsWith(n % 2 === 0 ? 'begins' : 'ends'))).toBe(true);
      expect(await store.revision(recorder.book)).toBe(3);
    });

    test('fails as the work that was to be done alone, and lets the next one in', async () => {
      const { book: code } = book();
      await expect(
        store.exclusively(code, async () => {
          throw new RangeError('no');
        }),
      ).rejects.toThrow(RangeError);
      expect(await fixture.other.exclusively(code, async () => 'in')).toBe('in');
    });
  });
}
