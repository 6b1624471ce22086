import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { openPool } from '../../src/database/pool.js';
import { PostgresEventStore } from '../../src/event-store/postgres.js';
import type { BookWriters } from '../../src/posting/book-writers.js';
import { PostEntry } from '../../src/posting/post-entry.js';
import { VaultDamaged } from '../../src/vault/cipher.js';
import { EnrollPerson, EnrollPersonHandler } from '../../src/vault/enroll-person.js';
import { deriveKeys } from '../../src/vault/master-key.js';
import { VaultNames } from '../../src/vault/names.js';
import type { Personal } from '../../src/vault/personal.js';
import { Vault } from '../../src/vault/vault.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { openWriters } from '../support/writers.js';

const BOOK = '640121';
const ZHANG: Personal = { name: '张巧玲', idNumber: '640121197803154524' };
const LI: Personal = { name: '李长贵', idNumber: '640121196511021514' };

let database: TestDatabase;
let pool: Pool;
let writers: BookWriters;
let vault: Vault;
let names: VaultNames;
let handler: EnrollPersonHandler;

beforeEach(async () => {
  database = await cloneDatabase();
  pool = openPool(database.url, 8, () => undefined);
  const store = new PostgresEventStore(pool);
  const keys = deriveKeys(randomBytes(32));
  writers = openWriters(store, pool);
  vault = new Vault(pool, keys, store);
  names = new VaultNames(pool, pool, keys, vault);
  handler = new EnrollPersonHandler(vault, writers);
  const open = { kind: 'book', body: { id: BOOK, name: '永宁县财政局', level: 'county' } } as const;
  await writers.post(new PostEntry(BOOK, 'open', 'clerk-07', open));
});

afterEach(async () => {
  await writers.close();
  await pool.end();
  await database.drop();
});

async function enroll(key: string, personal: Personal): Promise<string> {
  const body = { ...personal, division: '640121100201', categories: ['脱贫户'] };
  return (await handler.execute(new EnrollPerson(BOOK, key, 'clerk-07', body))).id;
}

it('finds those who are called so in the book, by the whole name, however wide it is written', async () => {
  const zhang = await enroll('k-1', ZHANG);
  const other = await enroll('k-2', { ...LI, name: ZHANG.name });
  for (const name of [ZHANG.name, '张 巧玲', '张　巧玲 '])
    expect((await names.named(BOOK, name)).sort()).toEqual([zhang, other].sort());
  expect(await names.named(BOOK, '张巧')).toEqual([]);
  expect(await names.named('640100', ZHANG.name)).toEqual([]);
  await vault.erase(BOOK, zhang, 'admin-1');
  expect(await names.named(BOOK, ZHANG.name)).toEqual([other]);
});

it('finds whoever was enrolled before names were searched, though the data of another is damaged', async () => {
  const zhang = await enroll('k-1', ZHANG);
  const li = await enroll('k-2', LI);
  const erased = await enroll('k-3', { name: '王秀兰', idNumber: '11010519491231002X' });
  await vault.erase(BOOK, erased, 'admin-1');
  await pool.query('update vault_seals set name_index = null');
  expect(await names.named(BOOK, ZHANG.name)).toEqual([]);
  await pool.query('update vault_people set wrapped_key = $1 where beneficiary = $2', [randomBytes(60), li]);
  await expect(names.addMissing(() => true)).rejects.toThrow(VaultDamaged);
  expect(await names.named(BOOK, ZHANG.name)).toEqual([zhang]);
  expect(await names.named(BOOK, '王秀兰')).toEqual([]);
  expect(await names.addMissing(() => false)).toBe(0);
});

it('gives each enrolment the name that it holds itself, though an older process sealed it and has not recorded it yet', async () => {
  const zhang = await enroll('k-1', ZHANG);
  const renamed = { ...ZHANG, name: '张秀玲' };
  await vault.seal(BOOK, 'k-2', renamed);
  const indexes = async () =>
    (await pool.query<{ name_index: Buffer }>('select name_index from vault_seals order by command')).rows;
  const asSealed = await indexes();
  await pool.query('update vault_seals set name_index = null');
  expect(await names.addMissing(() => true)).toBe(2);
  expect(await indexes()).toEqual(asSealed);
  expect(await names.named(BOOK, ZHANG.name)).toEqual([zhang]);
  expect(await names.named(BOOK, renamed.name)).toEqual([]);
});

it('leaves names to the one process that is adding them already', async () => {
  await enroll('k-1', ZHANG);
  await enroll('k-2', LI);
  await pool.query('update vault_seals set name_index = null');
  let other: Promise<number> | undefined;
  const added = await names.addMissing(() => {
    other ??= names.addMissing(() => true);
    return true;
  });
  expect([added, await other].sort()).toEqual([0, 2]);
});
