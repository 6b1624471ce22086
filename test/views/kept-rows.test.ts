import { VIEWS } from '../../src/views/all-views.js';
import { type AdvanceOptions, advance } from '../../src/views/engine/advance.js';
import { EventPages } from '../../src/views/engine/event-pages.js';
import { KeptRows } from '../../src/views/engine/kept-rows.js';
import { rebuild } from '../../src/views/engine/rebuild/rebuild.js';
import type { View } from '../../src/views/engine/view.js';
import { fold } from '../support/fold.js';
import { append, randomHistory } from '../support/recorded-history.js';
import { foldedRows, storedRows, type ViewFixture, viewFixture } from '../support/view-fixture.js';

const history = randomHistory(20250101, 2);
const books = [...new Set(history.map(({ book }) => book))];
const CHUNK = 7;

let fixture: ViewFixture;
beforeEach(async () => {
  fixture = await viewFixture();
});
afterEach(() => fixture.close());

/** So often they do not fail yet; then they do, after they have changed their rows. */
let untilFailure = Number.POSITIVE_INFINITY;
const views = VIEWS.map((view): View => {
  return {
    ...view,
    evolve(rows, event) {
      view.evolve(rows, event);
      if (untilFailure <= 0) throw new Error('failed on purpose');
      untilFailure -= 1;
    },
  };
});

/** A worker with rows of its own in memory. */
function workerOf(kept: KeptRows, more: Partial<AdvanceOptions> = {}) {
  const pages = new EventPages(fixture.store);
  return (limit: number, of: readonly string[] = books, rounds = 1) =>
    advance(
      fixture.pool,
      pages,
      of.map((book) => ({ book, views, limit })),
      { kept, chunk: CHUNK, rounds, ...more },
    );
}

async function expectTablesToEqualFolds(): Promise<void> {
  for (const book of books) {
    for (const view of VIEWS) {
      const folded = await fold(fixture.store, view, book, await fixture.store.revision(book));
      expect(await storedRows(fixture.pool, view, book)).toEqual(foldedRows(folded, view));
    }
  }
}

it.each([50_000, 40])(
  'follow alike in two workers that take turns, fail and meet a rebuild, with %i rows kept',
  async (most) => {
    await append(fixture.store, history);
    const spare = { loaders: fixture.readers, writers: fixture.pool };
    const workers = [workerOf(new KeptRows(most)), workerOf(new KeptRows(most), { spare, isFar: true })];
    let isMore = true;
    for (let turn = 0; isMore; turn += 1) {
      // Several turns of the same, so that what it kept counts.
      const work = workers[(turn >> 2) % 2];
      if (work === undefined) throw new Error('no worker');
      if (turn % 5 === 3) {
        // In the first, the second or the third round of a transaction.
        untilFailure = turn < 11 ? (turn % 3) * VIEWS.length * books.length : 0;
        await expect(work(1, books, 4)).rejects.toThrow('failed on purpose');
        untilFailure = Number.POSITIVE_INFINITY;
      }
      if (turn === 11) {
        await fixture.pool.query('update views.balances set amount_fen = amount_fen + 100');
        await fixture.pool.query(`update views.projects set name = 'damaged'`);
        await rebuild(fixture.pool, fixture.store, [VIEWS[0] as View], () => undefined, { chunk: CHUNK });
        await fixture.pool.query('update views.checkpoints set seqs = seqs - $1::text', ['balances']);
        await fixture.pool.query('truncate views.balances, views.balances_past');
        await rebuild(fixture.pool, fixture.store, [VIEWS[2] as View], () => undefined, { chunk: CHUNK });
      }
      isMore = (await work(1 + (turn % 2), books, 1 + (turn % 3))).some(({ events }) => events > 0);
    }
    await expectTablesToEqualFolds();
  },
);

it('are written as they are known, and read again where another worker has moved the book', async () => {
  await append(fixture.store, history);
  const [book = ''] = books;
  const [one, other] = [workerOf(new KeptRows()), workerOf(new KeptRows())];
  const latest = async () => {
    const text = 'select max(latest)::text as latest from views.date_spans where book = $1';
    return (await fixture.pool.query<{ latest: string }>(text, [book])).rows[0]?.latest;
  };
  const damage = () => fixture.pool.query(`update views.date_spans set latest = '2099-12-31'`);
  await one(5, [book]);
  const known = await latest();
  await damage();
  await one(1, [book]);
  expect(await latest()).toBe(known);
  await damage();
  await other(1, [book]);
  expect(await latest()).toBe('2099-12-31');
  await one(1, [book]);
  expect(await latest()).toBe('2099-12-31');
});
