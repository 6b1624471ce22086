import { createHash, randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { openPool } from '../../src/database/pool.js';
import { PhotoStore } from '../../src/disclosure/photos/photo-store.js';
import { PostgresEventStore } from '../../src/event-store/postgres.js';
import { IdempotencyKeyReused } from '../../src/posting/failures.js';
import { deriveKeys } from '../../src/vault/master-key.js';
import { ObjectionVault } from '../../src/vault/objections/objection-vault.js';
import { Vault } from '../../src/vault/vault.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { until } from '../support/until.js';

const BOOK = '640121';
const KEY = 'k-1';

let database: TestDatabase;
let pool: Pool;
let keepers: Record<string, { keep(content: string): Promise<unknown>; forgetRefused(): Promise<number> }>;

beforeAll(async () => {
  database = await cloneDatabase();
  pool = openPool(database.url, 8, () => undefined);
  const store = new PostgresEventStore(pool);
  const keys = deriveKeys(randomBytes(32));
  const vault = new Vault(pool, keys, store);
  const objections = new ObjectionVault(pool, keys, store, vault);
  const photos = new PhotoStore(pool, store);
  const photo = (text: string) => {
    const bytes = Buffer.from(text);
    return { mediaType: 'image/png', bytes, sha256: createHash('sha256').update(bytes).digest('hex') } as const;
  };
  keepers = {
    vault_seals: {
      keep: (name) => vault.seal(BOOK, KEY, { name, idNumber: '640121197803154524' }),
      forgetRefused: () => vault.forgetRefused(),
    },
    vault_objections: {
      keep: (text) => objections.seal(BOOK, KEY, { text }),
      forgetRefused: () => objections.forgetRefused(),
    },
    notice_photos: { keep: (text) => photos.keep(BOOK, KEY, photo(text)), forgetRefused: () => photos.forgetRefused() },
  };
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

describe.each(['vault_seals', 'vault_objections', 'notice_photos'])('what is kept in %s for a posting', (table) => {
  const keeper = () => keepers[table] as (typeof keepers)[string];
  const age = (time: string) => pool.query(`update ${table} set created_at = now() - interval '${time}'`);
  const count = async () => (await pool.query(`select from ${table}`)).rowCount;

  afterEach(() => pool.query(`delete from ${table}`));

  it('is forgotten an hour after it was asked for last', async () => {
    const first = await keeper().keep('one');
    await age('59 minutes');
    expect(await keeper().forgetRefused()).toBe(0);
    await age('61 minutes');
    // Tried again: its entry may be about to stand.
    expect(await keeper().keep('one')).toEqual(first);
    expect(await keeper().forgetRefused()).toBe(0);
    await age('61 minutes');
    expect(await keeper().forgetRefused()).toBe(1);
    expect(await count()).toBe(0);
  });

  it('stays where it is asked for again while the sweep is at it', async () => {
    await keeper().keep('one');
    await age('61 minutes');
    const client = await pool.connect();
    try {
      await client.query('begin');
      await client.query(`update ${table} set created_at = now()`);
      const forgotten = keeper().forgetRefused();
      await until(async () => {
        const waiting = "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
        return (await pool.query(waiting)).rowCount === 1;
      });
      await client.query('commit');
      expect(await forgotten).toBe(0);
    } finally {
      client.release();
    }
    expect(await count()).toBe(1);
  });

  it('is not replaced under its key before its posting has had its time', async () => {
    await keeper().keep('one');
    await age('50 seconds');
    await expect(keeper().keep('another')).rejects.toBeInstanceOf(IdempotencyKeyReused);
    await age('61 seconds');
    await keeper().keep('one');
    await expect(keeper().keep('another')).rejects.toBeInstanceOf(IdempotencyKeyReused);
    await age('61 seconds');
    await keeper().keep('another');
    expect(await count()).toBe(1);
  });
});
