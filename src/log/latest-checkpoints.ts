import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { AskedTogether } from '../asked-together.js';
import { POOL } from '../database/pool.js';
import type { SignedCheckpoint } from './log-store.js';

export interface CosignedCheckpoint extends SignedCheckpoint {
  /** The note with the lines of the witnesses that have cosigned it by now. */
  cosigned: string;
}

const LATEST = `
  select wanted.number, latest.size, latest.note, (
      select string_agg(line, '' order by cosigned_at, witness)
      from log_cosignatures as cosignatures where cosignatures.book = wanted.book and cosignatures.size = latest.size
    ) as lines
  from unnest($1::text[]) with ordinality as wanted (book, number)
  cross join lateral (select size, note from log_checkpoints where book = wanted.book order by size desc limit 1) as latest`;

interface LatestRow {
  number: string;
  size: string;
  note: string;
  lines: string | null;
}

/** The checkpoint that was signed last of each book, for those who read. */
@Injectable()
export class LatestCheckpoints {
  private readonly latest = new AskedTogether<string, CosignedCheckpoint | undefined>(
    (book) => book,
    (books) => this.read(books),
  );

  constructor(@Inject(POOL) private readonly pool: Pool) {}

  /** Undefined where there is no such book. */
  of(book: string): Promise<CosignedCheckpoint | undefined> {
    return this.latest.ask(book);
  }

  private async read(books: string[]): Promise<(CosignedCheckpoint | undefined)[]> {
    const { rows } = await this.pool.query<LatestRow>({ name: 'latest-checkpoints', text: LATEST, values: [books] });
    const found = new Map(
      rows.map(({ number, size, note, lines }) => [
        Number(number),
        { size: Number(size), note, cosigned: note + (lines ?? '') },
      ]),
    );
    return books.map((_, index) => found.get(index + 1));
  }
}
