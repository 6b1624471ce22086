import type { Pool, PoolClient } from 'pg';
import pg from 'pg';
import type { View } from './view.js';

/** One state of the tables of a view of a book. */
export interface ViewSnapshot {
  client: PoolClient;
  /** The entry up to which the tables hold the book, -1 for none. */
  seq: number;
  /** Of the checkpoint; see `Standing`. */
  version: string;
  /** Which tables they are: others after a rebuild. What was read of some is not to be mixed with what is read of others. */
  generation: string;
}

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

/** One round trip: the transaction, its snapshot, and where the view stands in it. */
async function open(
  client: PoolClient,
  view: View,
  book: string,
  tables: readonly string[],
): Promise<Omit<ViewSnapshot, 'client'>> {
  // Locked before the snapshot is taken: else a rebuild that switches the tables meanwhile would leave them empty in it.
  const names = tables.map((name) => `views.${name}`);
  const [name, code] = [pg.escapeLiteral(view.name), pg.escapeLiteral(book)];
  const results = (await client.query(
    `begin isolation level repeatable read read only;
     lock table ${names.join(', ')} in access share mode;
     select seq, xmin::text as version, '${names[0]}'::regclass::oid::text as generation
       from views.checkpoints where view = ${name} and book = ${code}`,
  )) as unknown as pg.QueryResult<Omit<ViewSnapshot, 'client'>>[];
  return results[2]?.rows[0] ?? { seq: -1, version: '', generation: '' };
}

/** Nobody waits for the end of what only read; a connection that cannot end it is closed. */
function end(client: PoolClient): void {
  client.query('commit').then(
    () => client.release(),
    () => client.release(true),
  );
}
