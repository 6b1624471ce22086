import { Inject, Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '../database/in-transaction.js';
import { POOL } from '../database/pool.js';
import { PlainError } from '../plain-error.js';
import { LogStore } from './log-store.js';
import { parseNote, parseVerifier, type Signer } from './note.js';

/** Where a key began to count in the log of one book. */
export interface KeyStart {
  vkey: string;
  /** The first size whose checkpoint it signs. */
  fromSize: number;
}

/** The public keys of all logs, the present one and those before it. */
@Injectable()
export class LogKeys {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    private readonly store: LogStore,
  ) {}

  /**
   * Records the key that signs from now on, and for each book the size from which it does. To be called before anything is
   * appended; another process that still signs with the key before may go on until it ends.
   */
  async recordCurrent({ name, vkey }: Pick<Signer, 'name' | 'vkey'>): Promise<void> {
    await inTransaction(this.pool, (client) => record(client, name, vkey));
  }

  /** Every key once, the present one first. */
  async published(): Promise<string[]> {
    const { rows } = await this.pool.query<{ vkey: string }>(
      'select vkey from log_keys group by vkey order by max(number) desc',
    );
    return rows.map(({ vkey }) => vkey);
  }

  /** The keys of a book's log, the one that counts now first; none where there is no such book. */
  async ofBook(book: string): Promise<KeyStart[]> {
    const first = await this.store.covering(book, 0);
    if (first === undefined) return [];
    const signedBy = new Set(
      parseNote(first.note).signatures.map(({ name, keyId }) => `${name}+${keyId.toString('hex')}+`),
    );
    const { rows } = await this.pool.query<{ vkey: string; from_size: string }>(
      `select vkey, from_size from log_key_starts join log_keys using (number) where book = $1 order by number desc`,
      [book],
    );
    const starts = rows.map(({ vkey, from_size }) => ({ vkey, fromSize: Number(from_size) }));
    // Of keys that follow one another without an entry between them, only the last ever signed.
    const used = starts.filter(({ fromSize }, index) => index === 0 || starts[index - 1]?.fromSize !== fromSize);
    const opening = (await this.published()).find((vkey) => [...signedBy].some((start) => vkey.startsWith(start)));
    return opening === undefined ? used : [...used, { vkey: opening, fromSize: 1 }];
  }
}

async function record(client: PoolClient, name: string, vkey: string): Promise<void> {
  // Processes that start together wait for one another; readers do not wait.
  await client.query('lock table log_keys in exclusive mode');
  const { rows } = await client.query<{ number: number; vkey: string }>(
    'select number, vkey from log_keys order by number desc limit 1',
  );
  const [latest] = rows;
  if (latest?.vkey === vkey) return;
  const number = (latest?.number ?? 0) + 1;
  await client.query('insert into log_keys (number, vkey) values ($1, $2)', [number, vkey]);
  if (latest === undefined) return;
  const known = parseVerifier(latest.vkey).name;
  if (known !== name) {
    throw new PlainError(
      `LOG_KEY_FILE 中的密钥名称不符 holds a key named ${name}, but the logs of this database are named ${known}; 可用 allowed: a key of that name`,
    );
  }
  // The log of a book with entries 0 to revision has revision + 1 of them.
  await client.query(
    `insert into log_key_starts (book, number, from_size)
     select book, $1, revision + 2 from streams where revision >= 0`,
    [number],
  );
}
