import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { openPool } from '../../src/database/pool.js';
import { PostgresEventStore } from '../../src/event-store/postgres.js';
import { deriveKeys } from '../../src/vault/master-key.js';
import { VaultNames } from '../../src/vault/names.js';
import { Vault } from '../../src/vault/vault.js';
import { VaultSweep } from '../../src/vault/vault-sweep.js';
import { cloneDatabase } from '../support/database.js';

it('sweeps at the start, and says where the key is not the key of the vault', async () => {
  const database = await cloneDatabase();
  const pool = openPool(database.url, 2, () => undefined);
  const store = new PostgresEventStore(pool);
  const lines: string[] = [];
  const gather = (message: unknown) => lines.push(String(message));
  Logger.overrideLogger({ log: gather, warn: gather, error: gather });
  try {
    const [keys, others] = [deriveKeys(randomBytes(32)), deriveKeys(randomBytes(32))];
    const vault = new Vault(pool, keys, store);
    await vault.seal('640121', 'k-1', { name: '测试人甲', idNumber: '11010519491231002X' });
    await pool.query("update vault_seals set created_at = now() - interval '2 hours'");
    for (const [of, by, said] of [
      [vault, keys, 'the vault forgot 1 enrolments that were refused'],
      [new Vault(pool, others, store), others, 'the vault: VAULT_KEY'],
    ] as const) {
      const sweep = new VaultSweep(of, new VaultNames(pool, pool, by, of), []);
      sweep.onApplicationBootstrap();
      while (lines.length === 0) await new Promise(setImmediate);
      await sweep.onApplicationShutdown();
      expect(lines.splice(0)).toEqual([expect.stringContaining(said)]);
    }
    expect((await pool.query('select from vault_people')).rowCount).toBe(0);
  } finally {
    Logger.overrideLogger(['fatal', 'error', 'warn', 'log']);
    await pool.end();
    await database.drop();
  }
});
