import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../src/create-app.js';
import { openPool } from '../../src/database/pool.js';
import { readOrMakeLogKey, rotateLogKey } from '../../src/log/log-key.js';
import { LogKeys } from '../../src/log/log-keys.js';
import { LogStore } from '../../src/log/log-store.js';
import { generateKey, parseNote, parseSigner, parseVerifier } from '../../src/log/note.js';
import { ProcessRegistry } from '../../src/processes/process-registry.js';
import { readSettings } from '../../src/settings.js';
import { startApp } from '../support/app.js';
import { cloneDatabase } from '../support/database.js';

const book = { id: '640121', name: '永宁县财政局', level: 'county' };
const fund = { name: '资金', level: 'county', nature: 'special', fiscalYear: 2016, amount: '1.00' };

let folder: string;
let keyFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mingzhang-key-'));
  keyFile = join(folder, 'log.key');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('publishes every key that signed, and from which size each counts in each book', async () => {
  const service = await startApp({ DATA_DIR: folder, PUBLIC_URL: 'https://ledger.example' });
  const [admin, clerk] = [await service.token('admin', ['6401']), await service.token('clerk', ['6401'])];
  const first = (await service.get('/log/keys')).text.trimEnd();
  await service.post('/v1/books', admin, book);
  const before = (await service.post('/v1/books/640121/funds', clerk, fund, 'before')).body.receipt.checkpoint;

  const rotated = rotateLogKey(keyFile);
  expect(rotated.before).toBe(first);
  // The service is the same in all but the key, as it would be after a start of its own; the first counts as ended.
  await service.app.get(ProcessRegistry).stop();
  const settings = readSettings({ DATA_DIR: folder, LOG_LEVEL: 'silent', POOL_SIZE: '3' });
  const again = await createApp({ ...settings, databaseUrl: service.databaseUrl });
  try {
    const inject = (url: string) => again.inject({ method: 'GET', url });
    expect((await inject('/log/keys')).payload).toBe(`${rotated.after}\n${first}\n`);
    const { payload } = await again.inject({
      method: 'POST',
      url: '/v1/books/640121/funds',
      headers: { authorization: `Bearer ${clerk}`, 'idempotency-key': 'after' },
      payload: fund,
    });
    const after = JSON.parse(payload).receipt.checkpoint;
    expect(parseVerifier(first).accepts(parseNote(before))).toBe(true);
    expect(parseVerifier(first).accepts(parseNote(after))).toBe(false);
    expect(parseVerifier(rotated.after).accepts(parseNote(after))).toBe(true);
    expect((await inject('/log/640121/keys')).json()).toEqual({
      book: '640121',
      keys: [
        { vkey: rotated.after, fromSize: 3 },
        { vkey: first, fromSize: 1 },
      ],
    });
  } finally {
    await again.close();
    await service.close();
  }
});

it('counts a key from the start in books opened after it, and passes over one that never signed', async () => {
  const database = await cloneDatabase();
  const pool = openPool(database.url, 3, () => undefined);
  try {
    const keys = new LogKeys(pool, new LogStore(pool));
    const [a, b, c] = ['a', 'b', 'c'].map(() => parseSigner(generateKey('ledger.example/log')));
    if (a === undefined || b === undefined || c === undefined) throw new Error('three keys are needed');
    const open = async (code: string, note: string) => {
      await pool.query('insert into streams (book, revision) values ($1, 0)', [code]);
      await pool.query('insert into log_checkpoints (book, size, previous, note) values ($1, 1, 0, $2)', [code, note]);
    };
    // Processes that start together record a key once.
    await Promise.all([a, a, a].map((key) => keys.recordCurrent(key)));
    await open('640121', a.sign('x\n1\n'));
    await keys.recordCurrent(b);
    await keys.recordCurrent(c);
    await open('640122', c.sign('x\n1\n'));
    await keys.recordCurrent(c);
    expect(await keys.published()).toEqual([c.vkey, b.vkey, a.vkey]);
    expect(await keys.ofBook('640121')).toEqual([
      { vkey: c.vkey, fromSize: 2 },
      { vkey: a.vkey, fromSize: 1 },
    ]);
    expect(await keys.ofBook('640122')).toEqual([{ vkey: c.vkey, fromSize: 1 }]);
    await keys.recordCurrent(a);
    expect(await keys.published()).toEqual([a.vkey, c.vkey, b.vkey]);
    expect(await keys.ofBook('640122')).toEqual([
      { vkey: a.vkey, fromSize: 2 },
      { vkey: c.vkey, fromSize: 1 },
    ]);
    const stranger = parseSigner(generateKey('other.example/log'));
    await expect(keys.recordCurrent(stranger)).rejects.toThrow(
      'the logs of this database are named ledger.example/log',
    );
    expect(await keys.published()).toHaveLength(3);
    await expect(pool.query('delete from log_keys')).rejects.toThrow('never changed or deleted');
    await expect(pool.query('update log_key_starts set from_size = 9')).rejects.toThrow('never changed or deleted');
  } finally {
    await pool.end();
    await database.drop();
  }
});

it('keeps the key before beside the new one, both for the owner alone', () => {
  expect(() => rotateLogKey(keyFile)).toThrow('is not there yet');
  const first = readOrMakeLogKey(keyFile, 'https://ledger.example');
  const text = readFileSync(keyFile, 'utf8');
  const { before, after, keptAs } = rotateLogKey(keyFile);
  expect(before).toBe(first.vkey);
  expect(readFileSync(keptAs, 'utf8')).toBe(text);
  const now = readOrMakeLogKey(keyFile, 'https://another.example');
  expect([now.vkey, now.name]).toEqual([after, 'ledger.example/log']);
  expect(after).not.toBe(before);
  rotateLogKey(keyFile);
  expect(readdirSync(folder)).toHaveLength(3);
  for (const file of readdirSync(folder)) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
});
