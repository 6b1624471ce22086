import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { POOL } from '../database/pool.js';
import type { SignedCheckpoint } from './log-store.js';

export interface Cosignature {
  book: string;
  size: number;
  /** Its vkey. */
  witness: string;
  /** In seconds since 1970. */
  time: number;
  line: string;
}

/** What witnesses have cosigned. */
@Injectable()
export class CosignatureStore {
  constructor(@Inject(POOL) private readonly pool: Pool) {}

  /** The first of a witness on a checkpoint is kept; another process of the service may have been faster. */
  async add({ book, size, witness, time, line }: Cosignature): Promise<void> {
    await this.pool.query({
      name: 'add-cosignature',
      text: `insert into log_cosignatures (book, size, witness, cosigned_at, line)
             values ($1, $2, $3, to_timestamp($4), $5) on conflict do nothing`,
      values: [book, size, witness, time, line],
    });
  }

  /** The checkpoint with the lines of all who cosigned it. */
  async withLines(book: string, { size, note }: SignedCheckpoint): Promise<string> {
    const { rows } = await this.pool.query<{ line: string }>({
      name: 'cosignatures',
      text: 'select line from log_cosignatures where book = $1 and size = $2 order by cosigned_at, witness',
      values: [book, size],
    });
    return note + rows.map(({ line }) => line).join('');
  }

  /** The largest checkpoint of a book that any witness has cosigned. */
  async latest(book: string): Promise<SignedCheckpoint | undefined> {
    const { rows } = await this.pool.query<{ size: string; note: string }>({
      name: 'latest-cosigned-checkpoint',
      text: `select size, note from log_checkpoints natural join log_cosignatures where book = $1
             order by size desc limit 1`,
      values: [book],
    });
    return rows.map(({ size, note }) => ({ size: Number(size), note }))[0];
  }

  /** The largest size of each book that a witness is known to have cosigned. */
  async sizesOf(witness: string): Promise<Map<string, number>> {
    const { rows } = await this.pool.query<{ book: string; size: string }>(
      'select book, max(size) as size from log_cosignatures where witness = $1 group by book',
      [witness],
    );
    return new Map(rows.map(({ book, size }) => [book, Number(size)]));
  }
}
