import { VIEWS } from '../../src/views/all-views.js';
import { balancesView } from '../../src/views/balances/balances.js';
import { advance } from '../../src/views/engine/advance.js';
import { EventPages } from '../../src/views/engine/event-pages.js';
import { lockCheckpoints } from '../../src/views/engine/locked-checkpoints.js';
import type { View } from '../../src/views/engine/view.js';
import { ViewFollower } from '../../src/views/engine/view-follower.js';
import { fundsView } from '../../src/views/funds/funds.js';
import { PATIENT_MS } from '../support/patient.js';
import { append, randomHistory } from '../support/recorded-history.js';
import { until } from '../support/until.js';
import { type ViewFixture, viewFixture } from '../support/view-fixture.js';

const history = randomHistory(20160713, 2);
const books = [...new Set(history.map(({ book }) => book))];

let fixture: ViewFixture;
let followers: ViewFollower[];
beforeEach(async () => {
  fixture = await viewFixture();
  followers = [];
});
afterEach(async () => {
  await Promise.all(followers.map((follower) => follower.stop()));
  await fixture.close();
});

function follow(views: readonly View[] = VIEWS): ViewFollower {
  const follower = new ViewFollower(fixture.pool, fixture.store, { views, log: () => undefined, pollMs: 20 });
  followers.push(follower);
  return follower;
}

it('shares the books: of four followers one takes in each event of each view', async () => {
  await append(fixture.store, history);
  const took = new Map<string, number>();
  for (const follower of [follow(), follow(), follow(), follow()]) {
    follower.subscribe((book, events) => took.set(book, (took.get(book) ?? 0) + events));
    follower.start();
  }
  for (const book of books) {
    const revision = await fixture.store.revision(book);
    for (const view of VIEWS) await followers[0]?.waitFor(view, book, revision, PATIENT_MS);
  }
  // What one has taken in is seen in the tables a moment before it hears that it has.
  await Promise.all(followers.map((follower) => follower.stop()));
  for (const book of books) expect(took.get(book)).toBe(((await fixture.store.revision(book)) + 1) * VIEWS.length);
});

it('reads nothing of a book that another follower is at', async () => {
  await append(fixture.store, history);
  const [book = ''] = books;
  const work = [{ book, views: VIEWS, limit: 1 }];
  await advance(fixture.pool, new EventPages(fixture.store), work);
  const reads = jest.spyOn(fixture.store, 'readEach');
  const other = await fixture.pool.connect();
  await other.query('begin');
  expect(await lockCheckpoints(other, work)).not.toEqual([]);
  expect(await advance(fixture.pool, new EventPages(fixture.store), work)).toEqual([]);
  expect(reads.mock.calls.flatMap(([places]) => places)).toEqual([]);
  await other.query('commit');
  other.release();
  expect(await advance(fixture.pool, new EventPages(fixture.store), work)).toHaveLength(VIEWS.length);
  expect(reads.mock.calls.flatMap(([places]) => places)).toEqual([{ book, from: 1, limit: 1 }]);
});

it('lets the others follow while one hangs in the middle of a transaction, and takes over what it held', async () => {
  const hung = await fixture.pool.connect();
  await hung.query("set idle_in_transaction_session_timeout = '300ms'");
  await append(fixture.store, history);
  const [book = '', ...others] = books;
  await hung.query(`insert into views.checkpoints (book, seqs) values ($1, '{}')`, [book]);
  // In one go, since it may not rest in between.
  await hung.query(`begin; select 1 from views.checkpoints where book = '${book}' for update`);
  const follower = follow();
  follower.start();
  for (const other of others) {
    await follower.waitFor(balancesView, other, await fixture.store.revision(other), PATIENT_MS);
  }
  await follower.waitFor(balancesView, book, await fixture.store.revision(book), PATIENT_MS);
  await expect(hung.query('commit')).rejects.toThrow();
  hung.release(true);
});

it('forgets a failure once another process has taken in the event', async () => {
  const broken: View = {
    ...fundsView,
    evolve(rows, event) {
      if (event.seq === 33) throw new Error('no such thing');
      fundsView.evolve(rows, event);
    },
  };
  const city = history.filter(({ book }) => book === '640100').slice(0, 60);
  await append(fixture.store, city);
  const outdated = follow([broken]);
  outdated.start();
  await until(() => outdated.failures().length > 0);
  const mended = follow([fundsView]);
  mended.start();
  await mended.waitFor(fundsView, '640100', 59, PATIENT_MS);
  await until(() => outdated.failures().length === 0);
});
