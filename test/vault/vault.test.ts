import { createHash, randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { openPool } from '../../src/database/pool.js';
import { Refusal } from '../../src/domain/refusal.js';
import { isEnrolled } from '../../src/domain/state.js';
import { canonical } from '../../src/event-store/canonical.js';
import { PostgresEventStore } from '../../src/event-store/postgres.js';
import type { BookWriters } from '../../src/posting/book-writers.js';
import { IdempotencyKeyReused } from '../../src/posting/failures.js';
import { PostEntry, type Posted, type Request } from '../../src/posting/post-entry.js';
import { VaultDamaged } from '../../src/vault/cipher.js';
import { EnrollPerson, type EnrollPersonBody, EnrollPersonHandler } from '../../src/vault/enroll-person.js';
import { deriveKeys } from '../../src/vault/master-key.js';
import type { Personal } from '../../src/vault/personal.js';
import { PersonalDataErased } from '../../src/vault/personal-data-erased.js';
import { Vault } from '../../src/vault/vault.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { openWriters } from '../support/writers.js';

const BOOK = '640121';
const ZHANG: Personal = { name: '张巧玲', idNumber: '640121197803154524', bankAccount: '6217001234567890123' };
const LI: Personal = { name: '李长贵', idNumber: '640121196511021514' };
const MASTER_KEY = randomBytes(32);

let database: TestDatabase;
let pool: Pool;
let store: PostgresEventStore;
let writers: BookWriters;
let vault: Vault;
let handler: EnrollPersonHandler;

beforeEach(async () => {
  database = await cloneDatabase();
  pool = openPool(database.url, 8, () => undefined);
  store = new PostgresEventStore(pool);
  writers = openWriters(store, pool);
  vault = new Vault(pool, deriveKeys(MASTER_KEY), store);
  handler = new EnrollPersonHandler(vault, writers);
  await post('open', { kind: 'book', body: { id: BOOK, name: '永宁县财政局', level: 'county' } });
});

afterEach(async () => {
  await writers.close();
  await pool.end();
  await database.drop();
});

function post(key: string, request: Request): Promise<Posted> {
  return writers.post(new PostEntry(BOOK, key, 'clerk-07', request));
}

function enroll(key: string, personal: Personal, more: Partial<EnrollPersonBody> = {}): Promise<Posted> {
  const body = { ...personal, division: '640121100201', categories: ['脱贫户'], ...more };
  return handler.execute(new EnrollPerson(BOOK, key, 'clerk-07', body));
}

async function codeOf(act: Promise<unknown>): Promise<string> {
  const error = await act.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Refusal)) throw error ?? new Error('nothing was refused');
  return error.code;
}

/** Every row of every table of the database as text, bytes in hex. */
async function dump(): Promise<string> {
  const { rows } = await pool.query<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
  );
  const tables = rows.map(({ name }) =>
    pool.query<{ content: string }>(`select coalesce(string_agg(t::text, ' '), '') as content from ${name} t`),
  );
  return (await Promise.all(tables)).map(({ rows: [row] }) => row?.content ?? '').join('\n');
}

function traces({ name, idNumber, bankAccount }: Personal): string[] {
  const texts = [name, idNumber, ...(bankAccount === undefined ? [] : [bankAccount])];
  return texts.flatMap((text) => [
    text,
    Buffer.from(text).toString('hex'),
    Buffer.from(text).toString('base64').slice(0, -4),
  ]);
}

describe('a person who is enrolled', () => {
  it('stands in the book by an opaque id, and can be read by who may', async () => {
    const { id } = await enroll('k-1', ZHANG);
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    await expect(vault.read(BOOK, id)).resolves.toEqual(ZHANG);
    const { id: other } = await enroll('k-2', LI);
    expect(other).not.toBe(id);
    await expect(vault.read(BOOK, other)).resolves.toEqual(LI);
  });

  it('is nowhere in the database in words, nor in an error', async () => {
    await enroll('k-1', ZHANG);
    const failed = await enroll('k-2', ZHANG).catch((error: Refusal) =>
      JSON.stringify([error, error.message, error.stack]),
    );
    const everything = (await dump()) + failed;
    for (const trace of traces(ZHANG)) expect(everything).not.toContain(trace);
  });

  it('is committed to by a salted hash that the event carries', async () => {
    const { seq } = await enroll('k-1', ZHANG);
    const [event] = await store.read(BOOK, seq, 1);
    const { data } = JSON.parse(event?.canonical ?? '') as { data: { commitment: string } };
    expect(data.commitment).toMatch(/^[0-9a-f]{64}$/);
    // Nobody who knows the data can find them in the log without the salt.
    expect(data.commitment).not.toBe(createHash('sha256').update(canonical(ZHANG)).digest('hex'));
  });

  it('is known again under another key, and by id', async () => {
    const { id } = await enroll('k-1', ZHANG);
    for (const again of [ZHANG, { ...ZHANG, name: '张巧灵' }]) {
      const refusal = await enroll('k-2', again).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: 'beneficiary_exists', facts: { beneficiary: id } });
      await pool.query("update vault_seals set created_at = now() - interval '2 minutes' where command = 'k-2'");
    }
    await expect(vault.read(BOOK, id)).resolves.toEqual(ZHANG);
  });

  it('has one id where many enrol the same person at once, and another in another book', async () => {
    const results = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => enroll(`k-${index}`, ZHANG)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const { rows } = await pool.query('select beneficiary from vault_people');
    expect(rows).toHaveLength(1);
    const elsewhere = await vault.seal('640122', 'k-1', ZHANG);
    expect(elsewhere.id).not.toBe((rows[0] as { beneficiary: string }).beneficiary);
  });

  it('can be enrolled again with corrected data after a reversal, under the same id', async () => {
    const { id, seq } = await enroll('k-1', ZHANG);
    await post('r-1', { kind: 'reversal', body: { seq, reason: '账号有误' } });
    const corrected = { ...ZHANG, bankAccount: '6217001234567890999' };
    expect((await enroll('k-2', corrected)).id).toBe(id);
    await expect(vault.read(BOOK, id)).resolves.toEqual(corrected);
  });
});

describe('an idempotency key', () => {
  it('gives the first answer again for the same request', async () => {
    const first = await enroll('k-1', ZHANG);
    expect(first.replayed).toBe(false);
    expect(await enroll('k-1', ZHANG)).toEqual({ ...first, replayed: true });
    const many = await Promise.all(Array.from({ length: 10 }, () => enroll('k-2', LI)));
    expect(new Set(many.map(({ id, seq }) => `${id} ${seq}`)).size).toBe(1);
  });

  it('is refused for another person, other data or another division', async () => {
    await enroll('k-1', ZHANG);
    await expect(enroll('k-1', LI)).rejects.toBeInstanceOf(IdempotencyKeyReused);
    await expect(enroll('k-1', { ...ZHANG, name: '张巧灵' })).rejects.toBeInstanceOf(IdempotencyKeyReused);
    await expect(enroll('k-1', ZHANG, { division: '640121100202' })).rejects.toBeInstanceOf(IdempotencyKeyReused);
  });

  it('whose enrolment was refused can carry other data once it cannot be under way any more', async () => {
    expect(await codeOf(enroll('k-1', ZHANG, { division: '640122100201' }))).toBe('division_outside_book');
    expect((await enroll('k-1', ZHANG)).replayed).toBe(false);
    expect(await codeOf(enroll('k-2', { ...LI, name: '李常贵' }, { division: '640122100201' }))).toBe(
      'division_outside_book',
    );
    await expect(enroll('k-2', LI)).rejects.toBeInstanceOf(IdempotencyKeyReused);
    await pool.query("update vault_seals set created_at = now() - interval '2 minutes'");
    const { id } = await enroll('k-2', LI);
    await expect(vault.read(BOOK, id)).resolves.toEqual(LI);
  });
});

describe('erasure', () => {
  it('leaves nothing to read, and the books as they were', async () => {
    await post('f', {
      kind: 'fund',
      body: { id: 'F', name: '光伏', level: 'city', nature: 'special', fiscalYear: 2016, amount: '10.00' },
    });
    const { id } = await enroll('k-1', ZHANG);
    const payout = { policy: '光伏补贴', period: '2016', beneficiary: id, amount: '5.00' };
    await post('p', { kind: 'payout', body: payout });
    const events = await store.read(BOOK, 0, 100);
    const erasedAt = await vault.erase(BOOK, id, 'admin-01');
    await expect(vault.read(BOOK, id)).rejects.toBeInstanceOf(PersonalDataErased);
    expect(await store.read(BOOK, 0, 100)).toEqual(events);
    expect(await writers.inspect(BOOK, (state) => isEnrolled(state, id))).toBe(true);
    expect(await post('p-2', { kind: 'payout', body: { ...payout, period: '2017' } }).then(({ seq }) => seq)).toBe(4);
    expect(await vault.erase(BOOK, id, 'admin-02')).toEqual(erasedAt);
    const { rows } = await pool.query(
      'select wrapped_key, id_number_index, ciphertext, erased_by from vault_people join vault_seals using (book, beneficiary)',
    );
    expect(rows).toEqual([{ wrapped_key: null, id_number_index: null, ciphertext: null, erased_by: 'admin-01' }]);
  });

  it('lets the key of the enrolment give its first answer for ever', async () => {
    const first = await enroll('k-1', ZHANG);
    await vault.erase(BOOK, first.id, 'admin-01');
    expect(await enroll('k-1', ZHANG)).toEqual({ ...first, replayed: true });
    await expect(vault.read(BOOK, first.id)).rejects.toBeInstanceOf(PersonalDataErased);
  });

  it('forgets the person, so that a later enrolment makes another id', async () => {
    const { id } = await enroll('k-1', ZHANG);
    await vault.erase(BOOK, id, 'admin-01');
    const { id: later } = await enroll('k-2', ZHANG);
    expect(later).not.toBe(id);
    await expect(vault.read(BOOK, later)).resolves.toEqual(ZHANG);
  });

  it('and reading are refused for an id that the book does not know', async () => {
    expect(await codeOf(vault.erase(BOOK, 'nobody', 'admin-01'))).toBe('beneficiary_unknown');
    expect(await codeOf(vault.read(BOOK, 'nobody'))).toBe('beneficiary_unknown');
  });

  it('of a person who is being enrolled leaves either data that can be read or none', async () => {
    const { id } = await enroll('k-1', ZHANG);
    await post('r-1', { kind: 'reversal', body: { seq: 1, reason: '误' } });
    const [again] = await Promise.all([enroll('k-2', ZHANG), vault.erase(BOOK, id, 'admin-01')]);
    if (again.id === id) await expect(vault.read(BOOK, id)).rejects.toBeInstanceOf(PersonalDataErased);
    else await expect(vault.read(BOOK, again.id)).resolves.toEqual(ZHANG);
  });
});

describe('what was refused', () => {
  it('is no beneficiary, and is forgotten after an hour', async () => {
    await codeOf(enroll('k-1', ZHANG, { division: '640122100201' }));
    const { rows } = await pool.query<{ beneficiary: string }>('select beneficiary from vault_people');
    expect(await codeOf(vault.read(BOOK, rows[0]?.beneficiary ?? ''))).toBe('beneficiary_unknown');
    expect(await vault.forgetRefused()).toBe(0);
    await enroll('k-2', LI);
    // As after a crash between the event and the note that it stands.
    await pool.query("update vault_seals set created_at = now() - interval '61 minutes', enrolled_at = null");
    expect(await vault.forgetRefused()).toBe(1);
    const { rows: seals } = await pool.query('select command, enrolled_at is not null as enrolled from vault_seals');
    expect(seals).toEqual([{ command: 'k-2', enrolled: true }]);
    expect((await pool.query('select from vault_people')).rowCount).toBe(1);
  });
});

describe('the rows of the vault', () => {
  it('do not open under another master key, and nothing is sealed under it', async () => {
    const { id } = await enroll('k-1', ZHANG);
    const other = new Vault(pool, deriveKeys(randomBytes(32)), store);
    await expect(other.read(BOOK, id)).rejects.toThrow(/VAULT_KEY/);
    await expect(other.seal(BOOK, 'k-2', LI)).rejects.toThrow(/VAULT_KEY/);
    await pool.query('delete from vault_master_keys');
    await expect(other.read(BOOK, id)).rejects.toBeInstanceOf(VaultDamaged);
  });

  it.each([
    [
      'a changed ciphertext',
      'update vault_seals set ciphertext = set_byte(ciphertext, 20, get_byte(ciphertext, 20) # 1)',
    ],
    [
      'a changed tag',
      'update vault_seals set ciphertext = set_byte(ciphertext, length(ciphertext) - 1, get_byte(ciphertext, length(ciphertext) - 1) # 1)',
    ],
    ['a changed key', 'update vault_people set wrapped_key = set_byte(wrapped_key, 15, get_byte(wrapped_key, 15) # 1)'],
    [
      'the keys of two people swapped',
      'update vault_people a set wrapped_key = b.wrapped_key from vault_people b where a.beneficiary <> b.beneficiary',
    ],
    [
      'the content of two people swapped',
      'update vault_seals a set ciphertext = b.ciphertext from vault_seals b where a.beneficiary <> b.beneficiary',
    ],
    [
      'keys and content of two people swapped',
      `with keys as (
         update vault_people a set wrapped_key = b.wrapped_key from vault_people b where a.beneficiary <> b.beneficiary
       ) update vault_seals a set ciphertext = b.ciphertext from vault_seals b where a.beneficiary <> b.beneficiary`,
    ],
  ])('do not open after %s', async (_, change) => {
    const { id } = await enroll('k-1', ZHANG);
    const { id: other } = await enroll('k-2', LI);
    await pool.query(change);
    await expect(vault.read(BOOK, id)).rejects.toBeInstanceOf(VaultDamaged);
    await expect(vault.read(BOOK, other)).rejects.toBeInstanceOf(VaultDamaged);
  });

  it.each([
    ['half an erasure', 'update vault_people set wrapped_key = null'],
    ['an id that is none', "update vault_people set beneficiary = '张三'"],
    [
      'two people under one ID number',
      "insert into vault_people (book, beneficiary, id_number_index, wrapped_key) select book, 'x', id_number_index, wrapped_key from vault_people",
    ],
    ['a key that is not wrapped', "update vault_people set wrapped_key = decode('00', 'hex')"],
    ['a commitment that is no hash', "update vault_seals set commitment = 'x'"],
  ])('refuse %s by themselves', async (_, change) => {
    await enroll('k-1', ZHANG);
    await expect(pool.query(change)).rejects.toThrow(/violates/);
  });
});
