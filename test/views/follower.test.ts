import { setTimeout as sleep } from 'node:timers/promises';
import { openLoadersPool, openPool } from '../../src/database/pool.js';
import { VIEWS } from '../../src/views/all-views.js';
import { balancesView } from '../../src/views/balances/balances.js';
import { readCheckpoints } from '../../src/views/engine/checkpoint.js';
import type { View } from '../../src/views/engine/view.js';
import { ViewBehind } from '../../src/views/engine/view-behind.js';
import { type FollowerOptions, ViewFollower } from '../../src/views/engine/view-follower.js';
import { fundsView } from '../../src/views/funds/funds.js';
import { fold } from '../support/fold.js';
import { PATIENT_MS } from '../support/patient.js';
import { append, randomHistory } from '../support/recorded-history.js';
import { until } from '../support/until.js';
import { foldedRows, storedRows, type ViewFixture, viewFixture } from '../support/view-fixture.js';

const history = randomHistory(20160713, 3);
const city = history.filter(({ book }) => book === '640100');
const books = [...new Set(history.map(({ book }) => book))];

let fixture: ViewFixture;
let followers: ViewFollower[];
let logged: object[];
beforeEach(async () => {
  fixture = await viewFixture();
  followers = [];
  logged = [];
});
afterEach(async () => {
  await Promise.all(followers.map((follower) => follower.stop()));
  await fixture.close();
});

function startFollower(options: Partial<FollowerOptions> = {}, pool = fixture.pool): ViewFollower {
  const log = (message: string, facts: object) => void logged.push({ message, ...facts });
  const follower = new ViewFollower(pool, fixture.store, { views: VIEWS, log, pollMs: 20, ...options });
  followers.push(follower);
  follower.start();
  return follower;
}

async function caughtUp(follower: ViewFollower, views: readonly View[] = VIEWS): Promise<void> {
  for (const [book, revision] of await fixture.store.revisions()) {
    for (const view of views) await follower.waitFor(view, book, revision, PATIENT_MS);
  }
}

async function expectTablesToEqualFolds(): Promise<void> {
  for (const book of books) {
    for (const view of VIEWS) {
      const folded = await fold(fixture.store, view, book, await fixture.store.revision(book));
      expect(await storedRows(fixture.pool, view, book)).toEqual(foldedRows(folded, view));
    }
  }
}

it('follows two processes at once, each event once', async () => {
  const [one] = [startFollower(), startFollower(), startFollower()];
  await append(fixture.store, history);
  if (one !== undefined) await caughtUp(one);
  await expectTablesToEqualFolds();
  expect(logged).toEqual([]);
});

it('neither loses nor doubles an event where its connections are killed again and again', async () => {
  const pool = openPool(fixture.url, 2, () => undefined);
  // One waits in the middle of its transaction, so that at least one is killed on any machine.
  const holder = await fixture.pool.connect();
  await holder.query('begin; lock table views.balances in access exclusive mode');
  const loaders = openLoadersPool(fixture.url, () => undefined);
  const follower = startFollower({ spare: { loaders, writers: fixture.pool } }, pool);
  await append(fixture.store, history.slice(0, 1));
  await until(async () => (await killFollowing()) > 0);
  await holder.query('commit');
  holder.release();
  let isDone = false;
  const killing = (async () => {
    for (let killed = 0; !isDone && killed < 25; await sleep(3)) killed += await killFollowing();
  })();
  for (let from = 1; from < history.length; from += 200) {
    await append(fixture.store, history.slice(from, from + 200)).catch(() => undefined);
    await sleep(20);
  }
  isDone = true;
  await killing;
  await append(fixture.store, await notAppended());
  await caughtUp(follower);
  await follower.stop();
  await Promise.all([pool.end(), loaders.end()]);
  expect(follower.failures()).toEqual([]);
  await expectTablesToEqualFolds();
});

/** Kills whoever is in the middle of a transaction of the views; answers how many. */
async function killFollowing(): Promise<number> {
  const { rowCount } = await fixture.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null
        and (query like '%views.%' or query = 'commit')
        and query not like 'begin; lock table%'`,
  );
  return rowCount ?? 0;
}

async function notAppended() {
  const revisions = await fixture.store.revisions();
  return history.filter(({ book, seq }) => seq > (revisions.get(book) ?? -1));
}

it('names the event that a view cannot take in, and lets the other views go on', async () => {
  let isBroken = true;
  const broken: View = {
    ...fundsView,
    evolve(rows, event) {
      if (isBroken && event.seq === 33) throw new Error('no such thing');
      fundsView.evolve(rows, event);
    },
  };
  await append(fixture.store, city.slice(0, 60));
  const follower = startFollower({ views: [broken, balancesView] });
  await caughtUp(follower, [balancesView]);
  await follower.waitFor(broken, '640100', 32, PATIENT_MS);
  await until(() => follower.failures().length > 0);
  expect(follower.failures()).toEqual([
    {
      view: 'funds',
      book: '640100',
      seq: 33,
      type: city[33]?.type,
      message: 'no such thing',
      retryAt: expect.any(Date),
    },
  ]);
  // Told at each try.
  for (const line of logged)
    expect(line).toMatchObject({ message: 'a view stands still', view: 'funds', book: '640100', seq: 33 });
  expect(logged.length).toBeGreaterThan(0);
  expect(await readCheckpoints(fixture.pool)).toEqual([
    { view: 'balances', book: '640100', seq: 59 },
    { view: 'funds', book: '640100', seq: 32 },
  ]);
  isBroken = false;
  await caughtUp(follower, [broken]);
  expect(follower.failures()).toEqual([]);
});

it('takes in every other view and book where one view of one book cannot go on', async () => {
  const broken: View = {
    ...fundsView,
    evolve(rows, event) {
      if (event.book === '640121' && event.seq === 33) throw new Error('no such thing');
      fundsView.evolve(rows, event);
    },
  };
  const views = VIEWS.map((view) => (view.name === 'funds' ? broken : view));
  await append(fixture.store, history);
  const follower = startFollower({ views });
  await caughtUp(
    follower,
    views.filter((view) => view !== broken),
  );
  for (const book of books.filter((other) => other !== '640121')) {
    await follower.waitFor(broken, book, await fixture.store.revision(book), PATIENT_MS);
  }
  await until(() => follower.failures().length > 0);
  expect(follower.failures()).toMatchObject([{ view: 'funds', book: '640121', seq: 33, message: 'no such thing' }]);
  expect(
    (await readCheckpoints(fixture.pool)).find(({ view, book }) => view === 'funds' && book === '640121')?.seq,
  ).toBe(32);
});

it('names the event whose rows the database refuses', async () => {
  await append(fixture.store, city.slice(0, 60));
  await fixture.pool.query(`alter table views.balances add constraint broken check (account not like 'project:%')`);
  const follower = startFollower({ views: [balancesView] });
  await until(() => follower.failures().length > 0);
  const culprit = city.find(({ postings }) => postings.some(({ account }) => account.startsWith('project:')));
  expect(follower.failures()).toMatchObject([{ view: 'balances', seq: culprit?.seq, type: culprit?.type }]);
  await fixture.pool.query('alter table views.balances drop constraint broken');
  await caughtUp(follower, [balancesView]);
});

it('hears of events at once from those who append in the same process', async () => {
  const follower = startFollower({ pollMs: 3_600_000 });
  await append(fixture.store, city.slice(0, 1));
  follower.bookAdvanced('640100');
  const reached = async (last: number) =>
    (await readCheckpoints(fixture.pool)).filter(({ seq }) => seq === last).length === VIEWS.length;
  await until(() => reached(0));
  // It has asked once, at its start, and asks by itself no more.
  await append(fixture.store, city.slice(1, 5));
  follower.bookAdvanced('640100');
  await until(() => reached(4));
});

describe('while others append more and more', () => {
  /** It fades within minutes. */
  const MANY = 1e300;
  const [held = '', awaited = ''] = books;
  const seqsOf = async (book: string) => {
    const checkpoints = await readCheckpoints(fixture.pool);
    return [...new Set(checkpoints.filter((one) => one.book === book).map(({ seq }) => seq))];
  };

  async function startWithBurst(options: Partial<FollowerOptions>): Promise<ViewFollower> {
    await append(
      fixture.store,
      history.filter(({ seq }) => seq === 0),
    );
    const follower = startFollower(options);
    await caughtUp(follower);
    // It has asked once since then, and knows that nothing is missing.
    const polls = jest.spyOn(fixture.store, 'revisions');
    await until(() => polls.mock.calls.length >= 2);
    follower.bookAdvanced(held, MANY);
    await append(
      fixture.store,
      history.filter(({ seq }) => seq > 0),
    );
    follower.bookAdvanced(held);
    return follower;
  }

  it('takes in the book that somebody waits for, and leaves the others for later', async () => {
    const follower = await startWithBurst({ mostHeldMs: Number.MAX_SAFE_INTEGER });
    const revision = await fixture.store.revision(awaited);
    for (const view of VIEWS) await follower.waitFor(view, awaited, revision, PATIENT_MS);
    expect(await seqsOf(held)).toEqual([0]);
  });

  it('takes in all of them once they have waited for too long', async () => {
    await startWithBurst({ mostHeldMs: 300 });
    const revisions = await fixture.store.revisions();
    for (const [book, revision] of revisions)
      await until(async () => (await seqsOf(book)).every((seq) => seq === revision));
    await expectTablesToEqualFolds();
  });

  it('holds nothing back where a view stands still, whose book would seem to wait for ever', async () => {
    const broken: View = {
      ...fundsView,
      evolve(rows, event) {
        if (event.book === held) throw new Error('no such thing');
        fundsView.evolve(rows, event);
      },
    };
    await append(
      fixture.store,
      history.filter(({ book, seq }) => book === held && seq === 0),
    );
    const follower = startFollower({ views: [broken, balancesView], mostHeldMs: Number.MAX_SAFE_INTEGER });
    await until(() => follower.failures().length > 0);
    const polls = jest.spyOn(fixture.store, 'revisions');
    await until(() => polls.mock.calls.length >= 2);
    follower.bookAdvanced(held, MANY);
    await append(fixture.store, await notAppended());
    await until(async () => {
      const checkpoints = await readCheckpoints(fixture.pool);
      const reached = checkpoints.find((one) => one.book === held && one.view === 'balances');
      return reached?.seq === (await fixture.store.revision(held));
    });
  });
});

it('says that a view is behind once the time to wait is over', async () => {
  await append(fixture.store, city.slice(0, 5));
  const follower = startFollower();
  await expect(follower.waitFor(balancesView, '640100', 5, 150)).rejects.toThrow(ViewBehind);
  await follower.waitFor(balancesView, '640100', 4, PATIENT_MS);
});

it('goes on by itself after the database was away', async () => {
  await append(fixture.store, city.slice(0, 20));
  const follower = startFollower();
  await caughtUp(follower);
  await fixture.pool.query('alter schema views rename to away');
  await append(fixture.store, city.slice(20, 40));
  await until(() => logged.length > 0);
  await fixture.pool.query('alter schema away rename to views');
  await caughtUp(follower);
  expect(follower.failures()).toEqual([]);
});
