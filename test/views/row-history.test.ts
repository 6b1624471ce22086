import type { BookEvent } from '../../src/domain/event.js';
import { VIEWS } from '../../src/views/all-views.js';
import type { Moment } from '../../src/views/engine/moment.js';
import { CHUNK, lastBoundary } from '../../src/views/engine/past/chunks.js';
import { datesViewOf } from '../../src/views/engine/past/dates.js';
import { rebuild } from '../../src/views/engine/rebuild/rebuild.js';
import { RowSet } from '../../src/views/engine/row-set.js';
import { FoldedRows, type Listing, type RowSource, type Value } from '../../src/views/engine/row-source.js';
import type { Table } from '../../src/views/engine/table.js';
import type { View } from '../../src/views/engine/view.js';
import { ViewFollower } from '../../src/views/engine/view-follower.js';
import type { ViewReader } from '../../src/views/engine/view-reader.js';
import { append, randomHistory } from '../support/recorded-history.js';
import { catchUp, readerOf, type ViewFixture, viewFixture } from '../support/view-fixture.js';

const BOOK = '640121';
const SPAN = 5;
const views = VIEWS.map((view) => (view.name === 'dates' ? datesViewOf(SPAN) : view));

type Asked = Listing<Record<string, Value>>;
type Row = Record<string, unknown>;

/** Every way in which the queries list a table; values of filters are taken from a row that the fold has. */
const LISTINGS: Record<string, (row: Row) => Asked[]> = {
  balances: ({ account, fund }) => [
    { where: { amountFen: { not: 0n } }, orderBy: ['account', 'fund'] },
    { where: { account: account as string, amountFen: { not: 0n } }, orderBy: ['account', 'fund'] },
    { where: { fund: fund as string }, orderBy: ['account', 'fund'] },
  ],
  funds: ({ id }) => [{ orderBy: ['id'] }, { where: { id: { in: [id as string, 'none'] } }, orderBy: ['id'] }],
  fund_places: ({ fund }) => [{ where: { fund: fund as string, amountFen: { not: 0n } }, orderBy: ['account'] }],
  fund_entries: ({ fund }) => [{ where: { fund: fund as string }, orderBy: ['chunk'] }],
  project_payments: () => [{ orderBy: ['project'] }],
  fund_flow_totals: ({ fund }) => [
    { where: { fund: fund as string, amountFen: { not: 0n } }, orderBy: ['fromAccount', 'toAccount'] },
  ],
  fund_dispatches: ({ fund }) => [{ where: { fund: fund as string }, orderBy: ['dispatch'] }],
  projects: ({ division, status }) => [
    { orderBy: ['id'] },
    { where: { division: { startsWith: `${division}`.slice(0, 6) }, status: status as string }, orderBy: ['id'] },
  ],
  payouts: ({ policy, period, beneficiary, status }) => [
    { orderBy: ['seq'] },
    { where: { policy: policy as string, period: period as string, status: status as string }, orderBy: ['seq'] },
    { where: { beneficiary: beneficiary as string }, orderBy: ['seq'] },
  ],
  payout_totals: () => [{ where: { payouts: { not: 0 } }, orderBy: ['policy', 'period'] }],
  beneficiaries: () => [{ orderBy: ['id'] }],
  assets: ({ class: assetClass, status }) => [
    { orderBy: ['id'] },
    { where: { class: assetClass as string, status: status as string }, orderBy: ['id'] },
  ],
  asset_sources: ({ asset }) => [{ where: { asset: asset as string, amountFen: { not: 0n } }, orderBy: ['fund'] }],
  divisions: ({ parent, code }) => [{ where: { parent: (parent ?? code) as string }, orderBy: ['code'] }],
  division_members: () => [{ orderBy: ['kind', 'id'] }],
  date_spans: () => [{ orderBy: ['firstSeq'] }],
  disclosure_lines: ({ kind, division, title, category, levels, owners, status, year, stage, terms }) => {
    const [level, owner] = [levels, owners].map((words) => `${words}`.split(',')[1] ?? '');
    const ofKind = { kind: kind as string };
    const filters: Asked['where'][] = [
      { division: { startsWith: `${division}`.slice(0, 9) } },
      { title: { contains: `${title}`.slice(0, 2) }, year: year as number, stage: stage as string },
      { category: category as string, status: status as string },
      { levels: { contains: `,${level},` }, owners: { contains: `,${owner},` } },
      { terms: { listsAll: `${terms}`.split('\n').slice(0, 2) } },
      { terms: { listsAny: ['none', ...`${terms}`.split('\n').slice(-1)] } },
    ];
    return [
      { where: ofKind, orderBy: ['effectiveDate', 'id'], isDescending: true },
      { where: ofKind, orderBy: ['amountFen', 'id'] },
      ...filters.map((where): Asked => ({ where: { ...ofKind, ...where }, orderBy: ['title', 'id'] })),
    ];
  },
  disclosure_members: () => [{ orderBy: ['kind', 'id'] }],
  disclosure_money: ({ parent, division }) =>
    [{ division: division as string }, { parent: (parent ?? division) as string }].map((where) => {
      return { where, orderBy: ['division', 'level', 'use', 'outcome', 'year'] };
    }),
  disclosure_received: () => [{ orderBy: ['fromBook', 'level', 'year'] }],
  disclosure_counts: ({ parent, division }) =>
    [{ division: division as string }, { parent: (parent ?? division) as string }].map((where) => {
      return { where, orderBy: ['division', 'kind', 'category'] };
    }),
};

function plain(table: Table<object>, row: object | undefined): object | undefined {
  return row && Object.fromEntries(table.columns.map(({ property }) => [property, Reflect.get(row, property) ?? null]));
}

/** All pages, some rows at a time, as a caller who goes on with the cursor sees them. */
async function listed(rows: RowSource, table: Table<object>, listing: Asked, limit?: number): Promise<unknown[]> {
  const found: unknown[] = [];
  for (let after: Value[] | undefined; ; ) {
    const page = await rows.list(table as Table<Record<string, Value>>, {
      ...listing,
      ...(limit !== undefined && { limit }),
      after,
    });
    found.push(...page.map((row) => plain(table, row)));
    const last = page.at(-1);
    if (limit === undefined || page.length < limit || last === undefined) return found;
    after = listing.orderBy.map((property) => last[property] as Value);
  }
}

/** Rows by their keys, and every listing, as the plain fold of those events has them. */
async function expectAsFolded(
  reader: ViewReader,
  view: View,
  moment: Moment,
  events: readonly BookEvent[],
  limit?: number,
) {
  const folded = new RowSet(BOOK, { isWhole: true, isLenient: moment.effectiveOn !== undefined });
  for (const event of events) folded.take(view, event);
  const oracle = new FoldedRows(folded);
  const asked = await reader.read(view, BOOK, moment, async (rows, seq) => {
    for (const table of view.tables) {
      const all = [...folded.all(table)];
      const sample = all.length === 0 ? [] : [all[0], all[(seq * 7) % all.length], all.at(-1)];
      for (const row of sample) {
        const key = table.keyOf(row as object);
        expect(plain(table, await rows.one(table, key))).toEqual(plain(table, row));
      }
      const noKey = table.key.map((property) => (/seq|chunk|year/i.test(property) ? 99_999 : 'none'));
      expect(await rows.one(table, noKey)).toBe(undefined);
      for (const listing of LISTINGS[table.name]?.((sample[1] ?? {}) as Row) ?? []) {
        const expected = await listed(oracle, table, listing);
        expect([table.name, seq, await listed(rows, table, listing, limit)]).toEqual([table.name, seq, expected]);
      }
    }
    return seq;
  });
  expect(asked).toBe(moment.atSeq ?? asked);
}

/** A follower that nobody started: what stands in the tables is what the test has put there. */
function resting({ pool, store }: ViewFixture): ViewFollower {
  return new ViewFollower(pool, store, { views, log: () => undefined });
}

describe.each([
  { seed: 20160713, chunk: 1, batch: 3, step: 5 },
  { seed: 19491001, chunk: 7, batch: 5, step: 1 },
  { seed: 20211231, chunk: 16, batch: 37, step: 3 },
])('with a chunk of $chunk entries, a random history', ({ seed, chunk, batch, step }) => {
  const events = randomHistory(seed, 3)
    .filter(({ book }) => book === BOOK)
    .slice(0, 90);
  let fixture: ViewFixture;
  let reader: ViewReader;
  beforeAll(async () => {
    fixture = await viewFixture();
    reader = readerOf(fixture, resting(fixture), chunk, SPAN);
    await append(fixture.store, events);
    await catchUp(fixture, BOOK, batch, views, chunk);
  });
  afterAll(() => fixture.close());

  it('is long enough, and some rows change often', async () => {
    expect(events.length).toBeGreaterThan(40);
    const { rows } = await fixture.pool.query('select count(*)::int as past from views.balances_past');
    expect(rows[0].past).toBeGreaterThan(10);
  });

  it.each(views)('is told at one entry after the other as the plain fold tells it: $name', async (view) => {
    for (let atSeq = 0; atSeq < events.length; atSeq += step) {
      await expectAsFolded(reader, view, { atSeq }, events.slice(0, atSeq + 1), 4 + (atSeq % 19));
    }
  });

  it.each(views)('is told on every effective date as the plain fold tells it: $name', async (view) => {
    const atSeq = Math.floor((events.length * 2) / 3);
    const days = [...new Set(events.map(({ effectiveDate }) => effectiveDate)), '2015-12-31', '2099-01-01'];
    for (const effectiveOn of days) {
      const counting = events.filter(({ effectiveDate }) => effectiveDate <= effectiveOn);
      await expectAsFolded(reader, view, { effectiveOn }, counting, 5);
      const early = counting.filter(({ seq }) => seq <= atSeq);
      await expectAsFolded(reader, view, { effectiveOn, atSeq }, early);
    }
  });

  it('is the same after every view was rebuilt, whatever was damaged before', async () => {
    const half = events.length >> 1;
    const [view] = views;
    if (view === undefined) throw new Error('no view');
    // A fold is kept of the damaged rows; the rebuild makes it worthless.
    await fixture.pool.query('update views.balances_past set amount_fen = amount_fen + 1');
    await reader.read(view, BOOK, { atSeq: half }, async () => undefined);
    await rebuild(fixture.pool, fixture.store, views, () => undefined, { chunk });
    for (const each of views) {
      for (const atSeq of [half, half + 1, events.length - 2]) {
        await expectAsFolded(reader, each, { atSeq }, events.slice(0, atSeq + 1), 3);
      }
    }
  });
});

it('answers about the past while the view is behind, as soon as it has come far enough', async () => {
  const events = randomHistory(20160713, 3).filter(({ book }) => book === BOOK);
  const fixture = await viewFixture();
  try {
    const chunk = 10;
    const follower = new ViewFollower(fixture.pool, fixture.store, { views, log: () => undefined, pollMs: 20, chunk });
    const reader = readerOf(fixture, follower, chunk, SPAN);
    await append(fixture.store, events.slice(0, 45));
    const [view] = views;
    if (view === undefined) throw new Error('no view');
    const waiting = expectAsFolded(reader, view, { atSeq: 43 }, events.slice(0, 44));
    follower.start();
    await waiting;
    await follower.stop();
  } finally {
    await fixture.close();
  }
});

it('ends a chunk with its last entry', () => {
  expect([0, 998, 999, 1_000, 1_999, 2_000].map((seq) => lastBoundary(seq, CHUNK))).toEqual([
    -1, -1, 999, 999, 1_999, 1_999,
  ]);
});
