import { defineEntity, p } from '@mikro-orm/core';
import type { ClientBase, Pool } from 'pg';
import type { View } from './view.js';

/** By the names of views the seq of the last event of a book that the rows of each hold; a view that has none may be missing. */
export type Seqs = Readonly<Record<string, number>>;

/** How far the views have followed a book. */
export const Checkpoint = defineEntity({
  name: 'Checkpoint',
  schema: 'views',
  tableName: 'checkpoints',
  properties: {
    book: p.text().collation('C').primary(),
    seqs: p.json<Seqs>(),
  },
  checks: [
    { name: 'checkpoints_of_views', expression: "jsonb_typeof(seqs) = 'object'" },
    { name: 'checkpoints_seqs_from_empty', expression: `not seqs @? '$.* ? (@.type() != "number" || @ < -1)'` },
  ],
});

/** How far each view is in each book that one of them has begun, ordered by both. */
export async function readCheckpoints(pool: Pool): Promise<{ view: string; book: string; seq: number }[]> {
  const { rows } = await pool.query<{ view: string; book: string; seq: number }>(
    `select view, book, seq::integer as seq from views.checkpoints, jsonb_each_text(seqs) as each (view, seq)
      order by view collate "C", book`,
  );
  return rows;
}

/** How far every one of these views is at least, by book; where one of them has not begun, -1. */
export async function readLeast(pool: Pool, views: readonly View[]): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ book: string; seq: number }>(
    `select book, (select min(coalesce((seqs ->> name)::integer, -1)) from unnest($1::text[]) as name) as seq
      from views.checkpoints`,
    [views.map(({ name }) => name)],
  );
  return new Map(rows.map(({ book, seq }) => [book, seq]));
}

/** How far the views are in a book. */
export async function readSeqs(client: ClientBase | Pool, book: string): Promise<Seqs> {
  const { rows } = await client.query<{ seqs: Seqs }>('select seqs from views.checkpoints where book = $1', [book]);
  return rows[0]?.seqs ?? {};
}

/** How far a view is in a book, -1 for not begun. */
export async function readCheckpoint(pool: Pool, view: string, book: string): Promise<number> {
  return (await readSeqs(pool, book))[view] ?? -1;
}
