import { openPool } from '../../src/database/pool.js';
import { PostgresEventStore } from '../../src/event-store/postgres.js';
import { PostEntry, type Posted } from '../../src/posting/post-entry.js';
import { cloneDatabase } from '../support/database.js';
import { openWriters } from '../support/writers.js';

const BOOK = '640121';

it('an entry of more than 65,535 bytes is refused alone, and one of exactly so many is recorded', async () => {
  const database = await cloneDatabase();
  const pool = openPool(database.url, 2, () => undefined);
  const store = new PostgresEventStore(pool);
  const writers = openWriters(store, pool);
  const body = {
    name: '村组道路',
    category: '基础设施',
    division: BOOK,
    responsibleUnit: '交通局',
    plannedAmount: '1.00',
  };
  const post = (key: string, note: string): Promise<Posted> =>
    writers.post(new PostEntry(BOOK, key, 'clerk-07', { kind: 'project', body: { ...body, id: key, note } }));
  try {
    const open = { id: BOOK, name: '永宁县财政局', level: 'county' } as const;
    await writers.post(new PostEntry(BOOK, 'open', 'admin-01', { kind: 'book', body: open }));
    await post('k-1', '');
    const [plain] = await store.read(BOOK, 1, 1);
    // Chinese characters are three bytes each: what counts is bytes, not characters.
    const roomBytes = 65_535 - Buffer.byteLength(plain?.canonical ?? '');
    const longest = '路'.repeat(Math.floor(roomBytes / 3)) + '.'.repeat(roomBytes % 3);
    const outcomes = await Promise.allSettled([post('k-2', '.'), post('k-3', `${longest}.`), post('k-4', longest)]);
    expect(outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : outcome.value.id))).toEqual(
      ['k-2', 'event_too_large', 'k-4'],
    );
    const [recorded] = await store.read(BOOK, 3, 1);
    expect(Buffer.byteLength(recorded?.canonical ?? '')).toBe(65_535);
  } finally {
    await writers.close();
    await pool.end();
    await database.drop();
  }
});
