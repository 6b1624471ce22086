import { VIEWS } from '../../src/views/all-views.js';
import { fold } from '../support/fold.js';
import { append, randomHistory } from '../support/recorded-history.js';
import { catchUp, foldedRows, storedRows, type ViewFixture, viewFixture } from '../support/view-fixture.js';

const history = randomHistory(20160713);
const books = [...new Set(history.map(({ book }) => book))];

let fixture: ViewFixture;
beforeAll(async () => {
  fixture = await viewFixture();
  await append(fixture.store, history);
  for (const book of books) await catchUp(fixture, book);
});
afterAll(() => fixture.close());

it('has a history with every type of event, and with reversals of most', () => {
  const types = new Set(history.map(({ type }) => type));
  const reversed = new Set(history.flatMap((event) => (event.type === 'entry.reversed' ? [event.data.type] : [])));
  expect(types.size).toBe(22);
  expect(reversed.size).toBeGreaterThanOrEqual(11);
});

describe.each(VIEWS)('the view $name', (view) => {
  it.each(books)('of book %s has in its tables what a fold of all events makes', async (book) => {
    const stored = await storedRows(fixture.pool, view, book);
    const folded = await fold(fixture.store, view, book, await fixture.store.revision(book));
    expect(stored).toEqual(foldedRows(folded, view));
    expect(Object.values(stored).flat().length).toBeGreaterThan(0);
  });
});
