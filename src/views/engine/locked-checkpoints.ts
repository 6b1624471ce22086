import type { ClientBase } from 'pg';
import { texts } from '../../event-store/binary-array.js';
import type { Seqs } from './checkpoint.js';
import type { View } from './view.js';

/** The views of a book that are to go on, by so many events at most. */
export interface Work {
  book: string;
  views: readonly View[];
  limit: number;
}

/** Those of them that the transaction holds and that stand at the same event. */
export interface Standing extends Work {
  seq: number;
  /** The transaction that moved a view of the book last. */
  version: string;
}

// The advisory locks are shared by all followers of a view and taken alone by a rebuild that switches its tables; the row
// lock keeps followers of one book apart. Nobody waits: whoever is late has nothing to do.
const lockText = (strength: 'update' | 'key share') => `
  select book, seqs, checkpoints.xmin::text as version,
    array(select view from unnest($2::text[]) as view
      where pg_try_advisory_xact_lock_shared(hashtextextended('view:' || view, 0))) as views
  from unnest($1::text[]) as wanted (book) join views.checkpoints using (book)
  for ${strength} of checkpoints skip locked`;

const LOCK = { name: 'lock-checkpoints', text: lockText('update') };
const SHARE = { name: 'share-checkpoints', text: lockText('key share') };

// Those who share a checkpoint with a second transaction of their own keep apart by this lock.
const CLAIM = `
  select book from unnest($1::text[]) as book
  where pg_try_advisory_xact_lock(hashtextextended('catching up:' || book, 0))`;

// In one order, so that two who start the same wait for one another and never in a circle.
const START = `
  insert into views.checkpoints (book, seqs)
  select book, '{}' from unnest($1::text[]) as missing (book)
  where not exists (select from views.checkpoints where checkpoints.book = missing.book) order by book
  on conflict do nothing`;

interface Row {
  book: string;
  seqs: Seqs;
  version: string;
  /** Those that are held, of all that were asked for. */
  views: string[];
}

/**
 * The same, so that a second transaction of the same follower can move the checkpoints too: a lock that lets them be moved, and that
 * followers who want one alone pass by. Who moves them must say from where: without this transaction the second is not protected.
 */
export async function shareCheckpoints(client: ClientBase, works: readonly Work[]): Promise<Standing[]> {
  const wanted = texts(works.map(({ book }) => book));
  const { rows } = await client.query<{ book: string }>({ name: 'claim-books', text: CLAIM, values: [wanted] });
  const claimed = new Set(rows.map(({ book }) => book));
  return lockCheckpoints(
    client,
    works.filter(({ book }) => claimed.has(book)),
    SHARE,
  );
}

/** Those that nobody else holds, in the order in which they were asked for. */
export async function lockCheckpoints(client: ClientBase, works: readonly Work[], how = LOCK): Promise<Standing[]> {
  const books = works.map(({ book }) => book);
  const names = texts([...new Set(works.flatMap(({ views }) => views.map(({ name }) => name)))]);
  const lock = () => client.query<Row>({ ...how, values: [texts(books), names] });
  let { rows } = await lock();
  if (rows.length < books.length) {
    const held = new Set(rows.map(({ book }) => book));
    const missing = texts(books.filter((book) => !held.has(book)));
    const started = await client.query({ name: 'start-checkpoints', text: START, values: [missing] });
    // Nothing started: the rows are there, so somebody else holds them.
    if ((started.rowCount ?? 0) > 0) ({ rows } = await lock());
  }
  const found = new Map(rows.map((row) => [row.book, row]));
  return works.flatMap(({ book, views, limit }) => {
    const row = found.get(book);
    if (row === undefined) return [];
    const { seqs, version } = row;
    const held = views.filter(({ name }) => row.views.includes(name));
    const bySeq = Map.groupBy(held, ({ name }) => seqs[name] ?? -1);
    return [...bySeq].map(([seq, together]): Standing => ({ book, seq, views: together, version, limit }));
  });
}
