import type pg from 'pg';
import { openPool } from '../../src/database/pool.js';
import { PostgresEventStore } from '../../src/event-store/postgres.js';
import type { BookWriters } from '../../src/posting/book-writers.js';
import { PostEntries } from '../../src/posting/post-entries.js';
import { PostEntry, type Request } from '../../src/posting/post-entry.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { openWriters } from '../support/writers.js';

let database: TestDatabase;
let pool: pg.Pool;
let store: PostgresEventStore;
let writers: BookWriters;

const city = '640100';
const county = '640121';

beforeEach(async () => {
  database = await cloneDatabase();
  pool = openPool(database.url, 10, () => undefined);
  store = new PostgresEventStore(pool);
  writers = openWriters(store, pool);
  const fund = {
    id: 'F-1',
    name: '资金',
    level: 'city',
    nature: 'special',
    fiscalYear: 2016,
    amount: '100.00',
  } as const;
  await all(city, [
    { kind: 'book', body: { id: city, name: '财政局', level: 'city' } },
    { kind: 'fund', body: fund },
  ]);
  await all(county, [{ kind: 'book', body: { id: county, name: '财政局', level: 'county' } }]);
  await all(city, [{ kind: 'dispatch', body: { id: 'D-1', toBook: county, amount: '5.00' } }]);
});

afterEach(async () => {
  await writers.close();
  await pool.end();
  await database.drop();
});

let keys = 0;

/** The code of each, or `ok`. */
async function all(book: string, requests: Request[], isAtomic = false): Promise<unknown[]> {
  const entries = requests.map((request) => ({ key: `k-${++keys}`, request }));
  const outcomes = await writers.postAll(new PostEntries(book, 'clerk-07', entries, isAtomic, false));
  return outcomes.map((outcome) => ('error' in outcome ? (outcome.error as { code?: string }).code : 'ok'));
}

const arrival = (id: string): Request => ({ kind: 'arrival', body: { id, fromBook: city, dispatch: 'D-1' } });
const reversal = (seq: number): Request => ({ kind: 'reversal', body: { seq, reason: '误记' } });

describe('commands that are posted together', () => {
  test('may reverse what one of them made', async () => {
    const dispatch: Request = { kind: 'dispatch', body: { id: 'D-2', toBook: county, amount: '1.00' } };
    expect(await all(city, [dispatch, reversal(3), reversal(3), reversal(9)])).toEqual([
      'ok',
      'ok',
      'entry_already_reversed',
      'entry_unknown',
    ]);
    expect(await all(county, [{ kind: 'arrival', body: { fromBook: city, dispatch: 'D-2' } }])).toEqual([
      'dispatch_settled',
    ]);
  });

  test('settle a dispatch, give it back and settle it again as if each came by itself', async () => {
    // County: 0 opened, 1 arrived, 2 reversed, 3 arrived, 4 refused, 4 reversed.
    const together = [arrival('R-1'), reversal(1), arrival('R-2'), arrival('R-3'), reversal(3)];
    expect(await all(county, together)).toEqual(['ok', 'ok', 'ok', 'dispatch_settled', 'ok']);
    expect(await store.findClaims([`dispatch:${city}/D-1`])).toEqual([]);
    expect(await all(city, [reversal(2)])).toEqual(['ok']);
    expect(await all(county, [arrival('R-4')])).toEqual(['dispatch_settled']);
  });

  test('cannot settle a dispatch twice in one append, and then none is recorded', async () => {
    await expect(all(county, [arrival('R-1'), reversal(1)], true)).rejects.toMatchObject({ name: 'NotInOneAppend' });
    expect(await store.revision(county)).toBe(0);
    expect(await all(county, [arrival('R-1')], true)).toEqual(['ok']);
  });

  test('that are to be recorded all or none leave the book as it was where one is refused', async () => {
    const allocation = (amount: string): Request => ({ kind: 'allocation', body: { to: 'department:x', amount } });
    const single = writers.post(new PostEntry(city, 'single', 'clerk-07', allocation('1.00')));
    await expect(all(city, [allocation('90.00'), allocation('90.00')], true)).rejects.toMatchObject({
      name: 'GroupRefused',
      index: 1,
      cause: { code: 'insufficient_total' },
    });
    expect((await single).seq).toBe(3);
    expect(await all(city, [allocation('90.00'), allocation('4.00')], true)).toEqual(['ok', 'ok']);
  });
});
