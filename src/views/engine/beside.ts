import type { ClientBase, Pool, PoolClient } from 'pg';
import pg from 'pg';
import { jsons, texts } from '../../event-store/binary-array.js';
import type { Seqs } from './checkpoint.js';
import { given } from './stored-rows.js';
import type { View } from './view.js';

/** What a follower that catches up uses beside the connection that it writes over. */
export interface Spare {
  /** Of `openLoadersPool`: over one of these rows are read while others are written. */
  loaders: Pool;
  /** Over one of these what large views have is written while the rest is. */
  writers: Pool;
}

/** Of a book: where the views stood, and where they stand. */
export interface Moves {
  from: Record<string, number>;
  to: Record<string, number>;
}

const MOVE = `
  update views.checkpoints as t set seqs = t.seqs || given.moved
  from ${given(['book', 'stood', 'moved'], ['text', 'jsonb', 'jsonb'], 'given')}
  where t.book = given.book and t.seqs @> given.stood
  returning pg_current_xact_id()::xid::text as version`;

/**
 * Moves views that have begun, in the transaction that has written their rows. Answers its version, empty where nothing moved.
 *
 * Errors: where one of them stands elsewhere by now, so that the rows are not what they were made from.
 */
export async function moveFrom(client: ClientBase, moves: ReadonlyMap<string, Moves>): Promise<string> {
  if (moves.size === 0) return '';
  const [stood, moved] = [
    [...moves.values()].map(({ from }): Seqs => from),
    [...moves.values()].map(({ to }): Seqs => to),
  ];
  const values = [texts([...moves.keys()]), jsons(stood), jsons(moved)];
  const { rows } = await client.query<{ version: string }>({ name: 'move-checkpoints', text: MOVE, values });
  if (rows.length !== moves.size) throw new Error('another follower has moved a book that was being taken in');
  return rows[0]?.version ?? '';
}

const LOCK = `
  select every(pg_try_advisory_xact_lock_shared(hashtextextended('view:' || view, 0))) as "isLocked"
  from unnest($1::text[]) as view`;

/** Else a rebuild that waits to switch tables, the first transaction and this one would wait for one another, unseen by PostgreSQL. */
const LOCK_CHECKPOINTS = 'lock table views.checkpoints in row exclusive mode nowait';
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Begins the second transaction of a follower, for views that the first has locked: should the first end before it, a rebuild must not
 * switch them. Answers false where one waits to do so, who goes first.
 */
export async function beginBeside(client: PoolClient, begin: string, views: readonly View[]): Promise<boolean> {
  await client.query(begin);
  const names = texts(views.map(({ name }) => name));
  const { rows } = await client.query<{ isLocked: boolean }>({ name: 'lock-views', text: LOCK, values: [names] });
  if (rows[0]?.isLocked === true && (await hasCheckpoints(client))) return true;
  await client.query('rollback');
  return false;
}

async function hasCheckpoints(client: PoolClient): Promise<boolean> {
  try {
    await client.query(LOCK_CHECKPOINTS);
    return true;
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === LOCK_NOT_AVAILABLE) return false;
    throw error;
  }
}
