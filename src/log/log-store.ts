import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { POOL } from '../database/pool.js';

export interface SignedCheckpoint {
  size: number;
  note: string;
}

interface CheckpointRow {
  size: string;
  note: string;
}

/** What was kept of the logs of all books, for reading; it is written with the events, by the event store's append. */
@Injectable()
export class LogStore {
  constructor(@Inject(POOL) private readonly pool: Pool) {}

  async latest(book: string): Promise<SignedCheckpoint | undefined> {
    const { rows } = await this.pool.query<CheckpointRow>({
      name: 'latest-checkpoint',
      text: 'select size, note from log_checkpoints where book = $1 order by size desc limit 1',
      values: [book],
    });
    return rows.map(checkpoint)[0];
  }

  /** The first checkpoint that covers an entry: the one that its poster got. */
  async covering(book: string, seq: number): Promise<SignedCheckpoint | undefined> {
    const { rows } = await this.pool.query<CheckpointRow>({
      name: 'covering-checkpoint',
      text: 'select size, note from log_checkpoints where book = $1 and size > $2 order by size limit 1',
      values: [book, seq],
    });
    return rows.map(checkpoint)[0];
  }

  /** Hashes `from` to `to - 1` of a level of tiles above the lowest, one after another; fewer where there are not so many. */
  async tileHashes(book: string, level: number, from: number, to: number): Promise<Buffer> {
    const { rows } = await this.pool.query<{ hashes: Buffer | null }>({
      name: 'tile-hashes',
      text: `select string_agg(hash, null order by index) as hashes
        from log_tile_hashes where book = $1 and level = $2 and index >= $3 and index < $4`,
      values: [book, level, from, to],
    });
    return rows[0]?.hashes ?? Buffer.alloc(0);
  }
}

function checkpoint({ size, note }: CheckpointRow): SignedCheckpoint {
  return { size: Number(size), note };
}
