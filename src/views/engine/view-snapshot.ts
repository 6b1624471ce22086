import type { Pool, PoolClient } from 'pg';
import type { View } from './view.js';
import { ViewBehind } from './view-behind.js';

/** One state of the tables of a view of a book. */
export interface ViewSnapshot {
  client: PoolClient;
  /** The entry up to which the tables hold the book, -1 for none. */
  seq: number;
  /** How far that view of the book has come that has come furthest, -1 where `seq` is. */
  furthest: number;
  /** Of the checkpoint; see `Standing`. */
  version: string;
  /** Which tables they are: others after a rebuild. What was read of some is not to be mixed with what is read of others. */
  generation: string;
}

// The name is looked up when the statement runs, so that a prepared one sees the tables of today.
const STANDING = `
  select (seqs ->> $1)::integer as seq, (select max(taken_in::integer) from jsonb_each_text(seqs) as each (view, taken_in)) as furthest,
    concat(seqs ->> $1, ' ', xmin) as version, $3::text::regclass::oid::text as generation
  from views.checkpoints where book = $2 and seqs ? $1`;

/**
 * Reads in one snapshot of the database.
 *
 * @param which `past`: the twins are read too
 * @param work must be short: a rebuild waits for it before it switches the tables
 */
export async function inSnapshot<T>(
  pool: Pool,
  view: View,
  book: string,
  which: 'now' | 'past',
  work: (snapshot: ViewSnapshot) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  try {
    const tables = view.tables.flatMap(({ name, pastName }) => (which === 'now' ? [name] : [name, pastName]));
    return await work({ client, ...(await open(client, view, book, tables)) });
  } finally {
    end(client);
  }
}

/**
 * What a follower has taken in may be gone again: its transactions do not wait for the disk, and a server that dies takes the last of
 * them along, until they are made once more. Errors: ViewBehind.
 */
export function mustHold({ view, book, seq }: { view: View; book: string; seq: number }, minSeq = -1): void {
  if (seq < minSeq) throw new ViewBehind(view.name, book, minSeq, seq);
}

/** One trip, where the pool is one of readers: the transaction, its snapshot, and where the view stands in it. */
async function open(
  client: PoolClient,
  view: View,
  book: string,
  tables: readonly string[],
): Promise<Omit<ViewSnapshot, 'client'>> {
  // Locked before the snapshot is taken: else a rebuild that switches the tables meanwhile would leave them empty in it.
  const names = tables.map((name) => `views.${name}`);
  const begin = `begin isolation level repeatable read read only; lock table ${names.join(', ')} in access share mode`;
  const [, { rows }] = await Promise.all([
    client.query(begin),
    client.query<Omit<ViewSnapshot, 'client'>>({
      name: 'where-it-stands',
      text: STANDING,
      values: [view.name, book, names[0]],
    }),
  ]);
  return rows[0] ?? { seq: -1, furthest: -1, version: '', generation: '' };
}

/** Nobody waits for the end of what only read; a connection that cannot end it is closed. */
function end(client: PoolClient): void {
  client.query('commit').then(
    () => client.release(),
    () => client.release(true),
  );
}
