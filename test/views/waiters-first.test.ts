import { VIEWS } from '../../src/views/all-views.js';
import { readCheckpoints } from '../../src/views/engine/checkpoint.js';
import { ViewFollower } from '../../src/views/engine/view-follower.js';
import { PATIENT_MS } from '../support/patient.js';
import { append, randomHistory } from '../support/recorded-history.js';
import { until } from '../support/until.js';
import { type ViewFixture, viewFixture } from '../support/view-fixture.js';

const books = Array.from({ length: 60 }, (_, n) => `${640_300 + n}`);
const opening = randomHistory(20160713, 1).slice(0, 1);

let fixture: ViewFixture;
let follower: ViewFollower;
beforeEach(async () => {
  fixture = await viewFixture();
  follower = new ViewFollower(fixture.pool, fixture.store, { views: VIEWS, log: () => undefined });
  for (const book of books) {
    await append(
      fixture.store,
      opening.map((event) => ({ ...event, book })),
    );
  }
});
afterEach(async () => {
  await follower.stop();
  await fixture.close();
});

it('takes in the book that somebody begins to wait for before the rest of a long pass', async () => {
  const { store } = fixture;
  const [readEach, revision] = [store.readEach.bind(store), store.revision.bind(store)];
  const taken: string[][] = [];
  const [inPass, isWaiting] = [Promise.withResolvers<string>(), Promise.withResolvers<void>()];
  store.readEach = async (places, limit) => {
    taken.push(places.map(({ book }) => book));
    if (taken.length === 1) {
      const first = new Set(taken[0]);
      // Wherever the pass began: the book before is the last of it.
      inPass.resolve(books.at(books.findIndex((book) => first.has(book) && !first.has(before(book))) - 1) ?? '');
      await isWaiting.promise;
    }
    return readEach(places, limit);
  };
  follower.start();
  const last = await inPass.promise;
  store.revision = async (book) => {
    const found = await revision(book);
    // Whoever asked goes on first.
    setImmediate(isWaiting.resolve);
    return found;
  };
  for (const view of VIEWS) await follower.waitFor(view, last, 0, PATIENT_MS);
  expect(taken[1]).toContain(last);
  await until(async () => (await readCheckpoints(fixture.pool)).length === books.length * VIEWS.length);
  // The others were not forgotten.
  expect([...new Set(taken.flat())].toSorted()).toEqual(books);
});

function before(book: string): string {
  return books.at(books.indexOf(book) - 1) ?? '';
}
