import type { ClientBase } from 'pg';
import { texts } from '../../event-store/binary-array.js';
import type { ViewSchema } from './stored-rows.js';
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
  /** The transaction that moved the checkpoint of each view last, in their order. */
  versions: readonly string[];
}

// The advisory lock is shared by all followers of the view and taken alone by a rebuild that switches its tables; the
// row lock keeps followers of one book apart. Nobody waits: whoever is late has nothing to do.
const LOCK = `
  select checkpoints.view, checkpoints.book, checkpoints.seq, checkpoints.xmin::text as version
  from unnest($1::text[], $2::text[]) as wanted (view, book)
  join SCHEMA.checkpoints on checkpoints.view = wanted.view and checkpoints.book = wanted.book
  where pg_try_advisory_xact_lock_shared(hashtextextended('view:' || wanted.view, 0))
  for update of checkpoints skip locked`;

// In one order, so that two who start the same wait for one another and never in a circle.
const START = `
  insert into SCHEMA.checkpoints (view, book, seq)
  select view, book, -1 from unnest($1::text[], $2::text[]) as missing (view, book) order by view, book
  on conflict do nothing`;

interface Row {
  view: string;
  book: string;
  seq: number;
  version: string;
}

/** Those that nobody else holds, in the order in which they were asked for. */
export async function lockCheckpoints(
  client: ClientBase,
  schema: ViewSchema,
  works: readonly Work[],
): Promise<Standing[]> {
  const wanted = works.flatMap(({ book, views }) => views.map(({ name }) => ({ view: name, book })));
  const lock = () => query(client, 'lock', LOCK, schema, wanted);
  let { rows } = await lock();
  if (rows.length < wanted.length) {
    const held = new Set(rows.map(nameOf));
    const missing = wanted.filter((one) => !held.has(nameOf(one)));
    const started = await query(client, 'start', START, schema, missing);
    // Nothing started: the rows are there, so somebody else holds them.
    if ((started.rowCount ?? 0) > 0) ({ rows } = await lock());
  }
  const found = new Map(rows.map((row) => [nameOf(row), row]));
  return works.flatMap(({ book, views, limit }) => {
    const held = views.flatMap((view) => {
      const row = found.get(nameOf({ view: view.name, book }));
      return row === undefined ? [] : [{ view, seq: row.seq, version: row.version }];
    });
    const bySeq = Map.groupBy(held, ({ seq }) => seq);
    return [...bySeq].map(([seq, together]): Standing => {
      const versions = together.map(({ version }) => version);
      return { book, seq, views: together.map(({ view }) => view), versions, limit };
    });
  });
}

function query(
  client: ClientBase,
  name: string,
  text: string,
  schema: ViewSchema,
  pairs: readonly { view: string; book: string }[],
) {
  return client.query<Row>({
    name: `${name} ${schema}.checkpoints`,
    text: text.replace('SCHEMA', schema),
    values: [texts(pairs.map(({ view }) => view)), texts(pairs.map(({ book }) => book))],
  });
}

function nameOf({ view, book }: { view: string; book: string }): string {
  return `${view} ${book}`;
}
