import { existsSync } from 'node:fs';
import type { Pool } from 'pg';
import { openPool } from '../database/pool.js';
import { parseVerifier } from '../log/note.js';
import { PlainError } from '../plain-error.js';
import type { Settings } from '../settings.js';

type KeyFiles = Pick<Settings, 'logKeyFile' | 'vaultKey' | 'vaultKeyFile'>;

/**
 * A start makes the keys that are not there: right beside a new database, and never beside one that knows its keys, whose files were lost
 * or are elsewhere. Error: PlainError.
 */
export async function refuseLostKeys(files: KeyFiles, url: string, log: (message: string) => void): Promise<void> {
  const pool = openPool(url, 1, log);
  try {
    const lost = [await lostLogKey(files, pool), await lostVaultKey(files, pool)].filter((one) => one !== undefined);
    if (lost.length > 0) throw new PlainError(lost.join('\n'));
  } finally {
    await pool.end();
  }
}

async function lostLogKey({ logKeyFile }: KeyFiles, pool: Pool): Promise<string | undefined> {
  if (existsSync(logKeyFile)) return undefined;
  const { rows } = await pool.query<{ vkey: string }>('select vkey from log_keys order by number desc limit 1');
  const [latest] = rows;
  if (latest === undefined) return undefined;
  return (
    `LOG_KEY_FILE ${logKeyFile} 不存在,而本库的日志已由此公钥签名 is not there, but the logs of this database are signed with ${latest.vkey}; ` +
    '可用 allowed: the file of that key; if it is lost for ever, one that ' +
    `\`npx mingzhang log-key rotate --lost ${parseVerifier(latest.vkey).name}\` makes`
  );
}

async function lostVaultKey({ vaultKey, vaultKeyFile }: KeyFiles, pool: Pool): Promise<string | undefined> {
  if (vaultKey !== undefined || existsSync(vaultKeyFile)) return undefined;
  const { rows } = await pool.query('select from vault_master_keys limit 1');
  if (rows.length === 0) return undefined;
  return (
    `VAULT_KEY_FILE ${vaultKeyFile} 不存在,而本库已登记其密钥 is not there, but this database knows the key of its personal data; ` +
    '可用 allowed: the file of that key, or VAULT_KEY'
  );
}
