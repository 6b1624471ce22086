import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresEventStore } from '../../src/event-store/postgres.js';
import { VIEWS } from '../../src/views/all-views.js';
import { balancesView } from '../../src/views/balances/balances.js';
import { PAGE } from '../../src/views/engine/event-pages.js';
import type { View } from '../../src/views/engine/view.js';
import { ViewFollower } from '../../src/views/engine/view-follower.js';
import { fundsView } from '../../src/views/funds/funds.js';
import { append, randomHistory } from '../support/recorded-history.js';
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

/** An event store that counts what is read of it. */
class CountedStore extends PostgresEventStore {
  events = 0;

  override async read(book: string, from: number, limit: number) {
    const events = await super.read(book, from, limit);
    this.events += events.length;
    return events;
  }
}

function follow(store = fixture.store, views: readonly View[] = VIEWS): ViewFollower {
  const follower = new ViewFollower(fixture.pool, store, { views, log: () => undefined, pollMs: 20 });
  followers.push(follower);
  return follower;
}

it('shares the books: four followers read hardly more than one would', async () => {
  await append(fixture.store, history);
  const stores = Array.from({ length: 4 }, () => new CountedStore(fixture.pool));
  for (const store of stores) follow(store).start();
  const took = new Map<string, number>();
  for (const follower of followers) {
    follower.subscribe((book, events) => took.set(book, (took.get(book) ?? 0) + events));
  }
  for (const book of books) {
    const revision = await fixture.store.revision(book);
    for (const view of VIEWS) await followers[0]?.waitFor(view, book, revision, 250_000);
    expect(took.get(book)).toBe((revision + 1) * VIEWS.length);
  }
  const read = stores.reduce((sum, { events }) => sum + events, 0);
  // Two that follow each other through the views of a book read a page of it each, now and then.
  expect(read).toBeLessThan(history.length * 2 + books.length * PAGE);
});

it('lets the others follow while one hangs in the middle of a transaction, and takes over what it held', async () => {
  const hung = await fixture.pool.connect();
  await hung.query("set idle_in_transaction_session_timeout = '300ms'");
  await append(fixture.store, history);
  const [book = '', ...others] = books;
  await hung.query('insert into views.checkpoints (view, book, seq) values ($1, $2, -1)', ['balances', book]);
  await hung.query('begin');
  await hung.query("select 1 from views.checkpoints where view = 'balances' and book = $1 for update", [book]);
  const follower = follow();
  follower.start();
  for (const other of others) {
    await follower.waitFor(balancesView, other, await fixture.store.revision(other), 250_000);
  }
  await follower.waitFor(balancesView, book, await fixture.store.revision(book), 250_000);
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
  const outdated = follow(fixture.store, [broken]);
  outdated.start();
  while (outdated.failures().length === 0) await sleep(10);
  const mended = follow(fixture.store, [fundsView]);
  mended.start();
  await mended.waitFor(fundsView, '640100', 59, 250_000);
  const deadline = Date.now() + 120_000;
  while (outdated.failures().length > 0) {
    expect(Date.now()).toBeLessThan(deadline);
    await sleep(20);
  }
});
