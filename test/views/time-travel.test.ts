import type { BookEvent } from '../../src/domain/event.js';
import { Refusal } from '../../src/domain/refusal.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { VIEWS } from '../../src/views/all-views.js';
import { balances, balancesView } from '../../src/views/balances/balances.js';
import { BalancesHandler, BalancesQuery } from '../../src/views/balances/balances-query.js';
import { InvalidQuery } from '../../src/views/engine/invalid-query.js';
import type { Moment } from '../../src/views/engine/moment.js';
import type { RowSource } from '../../src/views/engine/row-source.js';
import { ViewFollower } from '../../src/views/engine/view-follower.js';
import type { ViewReader } from '../../src/views/engine/view-reader.js';
import { fundDispatches, fundEntries, fundFlowTotals, fundPlaces, funds } from '../../src/views/funds/fund-tables.js';
import { fundsView } from '../../src/views/funds/funds.js';
import { fold } from '../support/fold.js';
import { append, randomHistory } from '../support/recorded-history.js';
import { catchUp, foldedRows, readerOf, storedRows, type ViewFixture, viewFixture } from '../support/view-fixture.js';

const book = '640121';
const history = randomHistory(20211231, 4);
const events = history.filter((event) => event.book === book);
const last = events.length - 1;

let fixture: ViewFixture;
let reader: ViewReader;
beforeAll(async () => {
  fixture = await viewFixture();
  const follower = new ViewFollower(fixture.pool, fixture.store, { views: VIEWS, log: () => undefined });
  reader = readerOf(fixture, follower);
});
afterAll(() => fixture.close());

/** Balances by adding up postings, apart from all that the views do. */
function added(some: readonly BookEvent[]): string[] {
  const balances = new Map<string, bigint>();
  for (const { account, fund, amount } of some.flatMap(({ postings }) => postings)) {
    const key = `${account} ${fund}`;
    balances.set(key, (balances.get(key) ?? 0n) + BigInt(amount.replace('.', '')));
  }
  return [...balances].flatMap(([key, fen]) => (fen === 0n ? [] : [`${key} ${fen}`])).sort();
}

async function balancesAt(moment: Moment): Promise<{ balances: string[]; seq: number }> {
  const { items, seq } = await new BalancesHandler(reader).execute(
    new BalancesQuery(book, {}, moment, { limit: 100_000 }),
  );
  const balances = items.map(
    ({ account, fund, amount }) => `${account} ${fund} ${amount.replace('.', '').replace(/^(-?)0+(?=\d)/, '$1')}`,
  );
  return { balances: balances.sort(), seq };
}

it('answers at any entry what the tables said when it was the last', async () => {
  const stops = [1, 40, 77, Math.floor(last / 2), last];
  const then = new Map<number, Record<string, object[]>[]>();
  const others = history.filter((event) => event.book !== book);
  let from = 0;
  for (const stop of stops) {
    const part = events.slice(from, stop + 1);
    // Arrivals need no dispatch in the store: the claim is all that is kept of it.
    await append(fixture.store, part);
    await catchUp(fixture, book, 11);
    then.set(stop, await Promise.all(VIEWS.map((view) => storedRows(fixture.pool, view, book))));
    from = stop + 1;
  }
  expect(others.length).toBeGreaterThan(0);
  for (const [stop, tables] of then) {
    for (const [index, view] of VIEWS.entries()) {
      expect(foldedRows(await fold(fixture.store, view, book, stop), view)).toEqual(tables[index]);
    }
  }
});

it('answers at an entry, from tables and from a fold alike', async () => {
  expect(await balancesAt({})).toEqual({ balances: added(events), seq: last });
  expect(await balancesAt({ atSeq: last })).toEqual(await balancesAt({}));
  expect(await balancesAt({ atSeq: 50 })).toEqual({ balances: added(events.slice(0, 51)), seq: 50 });
});

it('answers as of an instant what the book knew then', async () => {
  const asOf = new Date(Date.parse(events[60]?.recordedAt ?? '') + 999);
  expect(await balancesAt({ asOf })).toEqual({ balances: added(events.slice(0, 61)), seq: 60 });
  expect((await balancesAt({ asOf: new Date('2100-01-01') })).seq).toBe(last);
});

it('answers on an effective date without the entries that count from later', async () => {
  const days = [...new Set(events.map(({ effectiveDate }) => effectiveDate))].sort();
  expect(days.length).toBeGreaterThan(3);
  for (const effectiveOn of days) {
    const counted = events.filter(({ effectiveDate }) => effectiveDate <= effectiveOn);
    expect(await balancesAt({ effectiveOn })).toEqual({ balances: added(counted), seq: last });
    for (const view of VIEWS) await reader.read(view, book, { effectiveOn }, async (_, seq) => seq);
  }
  const { balances } = await balancesAt({ effectiveOn: '2016-05-01', atSeq: 90 });
  expect(balances).toEqual(
    added(events.filter(({ seq, effectiveDate }) => seq <= 90 && effectiveDate <= '2016-05-01')),
  );
});

it('refuses an entry that is not there, and knows no book before its opening', async () => {
  await expect(balancesAt({ atSeq: last + 1 })).rejects.toThrow(InvalidQuery);
  await expect(balancesAt({ asOf: new Date('2016-01-01') })).rejects.toThrow(Refusal);
});

it('tells of one fund what it tells of it among all', async () => {
  const chunk = 20;
  const other = await viewFixture();
  try {
    await append(other.store, events);
    await catchUp(other, book, 11, VIEWS, chunk);
    const follower = new ViewFollower(other.pool, other.store, { views: VIEWS, log: () => undefined });
    const travels = readerOf(other, follower, chunk, 10);
    const ids = [...new Set(events.flatMap(({ postings }) => postings.map(({ fund }) => fund)))];
    for (const fund of ids.filter((_, index) => index % 3 === 0)) {
      const own = events.filter((event) => JSON.stringify(event).includes(`"${fund}"`));
      const told = [...own.slice(0, 2), ...own.slice(-2), ...own.filter(({ type }) => type === 'entry.reversed')];
      const rowsOf = async (rows: RowSource) => ({
        own: await rows.one(funds, [fund]),
        lists: [
          await rows.list(fundPlaces, { where: { fund }, orderBy: ['account'] }),
          await rows.list(fundEntries, { where: { fund }, orderBy: ['chunk'] }),
          await rows.list(fundFlowTotals, { where: { fund }, orderBy: ['fromAccount', 'toAccount'] }),
          await rows.list(fundDispatches, { where: { fund }, orderBy: ['dispatch'] }),
        ],
      });
      for (const atSeq of new Set(told.map(({ seq }) => seq))) {
        const day = events[(atSeq * 7) % last]?.effectiveDate;
        for (const moment of [{ atSeq }, { atSeq, effectiveOn: day }]) {
          const among = await travels.read(fundsView, book, moment, rowsOf);
          expect(await travels.read(fundsView, book, moment, rowsOf, fund)).toEqual(among);
        }
      }
    }
  } finally {
    await other.close();
  }
});

it('gives each of many callers the answer for the moment asked', async () => {
  const seqs = Array.from({ length: 12 }, (_, index) => index * 10);
  const answers = await Promise.all([...seqs, ...seqs].map((atSeq) => balancesAt({ atSeq })));
  expect(answers.map(({ seq }) => seq)).toEqual([...seqs, ...seqs]);
  for (const [index, seq] of seqs.entries()) expect(answers[index]?.balances).toEqual(added(events.slice(0, seq + 1)));
});

it.each([7, 1_000])('makes the fold of several pages once (chunks of %i)', async (chunk) => {
  let reads = 0;
  const { store } = fixture;
  const counting: EventStore = Object.create(store, {
    read: {
      value: (...range: Parameters<EventStore['read']>) => {
        reads += 1;
        return store.read(...range);
      },
    },
  });
  const other = await viewFixture();
  try {
    await append(other.store, events);
    await catchUp(other, book, 11, VIEWS, chunk);
    const following = new ViewFollower(other.pool, counting, { views: VIEWS, log: () => undefined });
    const pages = readerOf({ ...other, store: counting as ViewFixture['store'] }, following, chunk);
    const ask = (atSeq: number) =>
      pages.read(balancesView, book, { atSeq }, (rows) => rows.list(balances, { orderBy: ['account', 'fund'] }));
    const [one, same] = await Promise.all([ask(70), ask(70)]);
    expect(same).toEqual(one);
    expect(await ask(70)).toEqual(one);
    expect(reads).toBe(1);
    for (let atSeq = 0; atSeq < 20; atSeq += 1) await ask(atSeq);
    reads = 0;
    await ask(70);
    await ask(19);
    expect(reads).toBe(1);
  } finally {
    await other.close();
  }
});
