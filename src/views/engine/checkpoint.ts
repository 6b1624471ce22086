import { defineEntity, p } from '@mikro-orm/core';
import type { Pool } from 'pg';

/** How far a view has followed a book: the seq of the last event that its rows hold, -1 for none. */
export const Checkpoint = defineEntity({
  name: 'Checkpoint',
  schema: 'views',
  tableName: 'checkpoints',
  properties: {
    view: p.text().collation('C').primary(),
    book: p.text().collation('C').primary(),
    seq: p.integer(),
  },
  checks: [{ name: 'checkpoints_seq_from_empty', expression: 'seq >= -1' }],
});

/** How far each view is in each book. */
export async function readCheckpoints(pool: Pool): Promise<{ view: string; book: string; seq: number }[]> {
  const { rows } = await pool.query<{ view: string; book: string; seq: number }>(
    'select view, book, seq from views.checkpoints order by view, book',
  );
  return rows;
}

/** How far a view is in a book, -1 for not begun. */
export async function readCheckpoint(pool: Pool, view: string, book: string): Promise<number> {
  const { rows } = await pool.query<{ seq: number }>(
    'select seq from views.checkpoints where view = $1 and book = $2',
    [view, book],
  );
  return rows[0]?.seq ?? -1;
}
