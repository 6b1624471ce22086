import type { ClientBase, Pool, PoolClient } from 'pg';
import type { BookEvent } from '../../domain/event.js';
import type { EventPages } from './event-pages.js';
import { loadNeeded } from './load-needed.js';
import { CHUNK, lastBoundary, leftInChunk } from './past/chunks.js';
import { RowSet } from './row-set.js';
import { loadRows, saveRows, type ViewSchema } from './stored-rows.js';
import type { View } from './view.js';

export interface AdvanceOptions {
  schema?: ViewSchema;
  chunk?: number;
}

export interface Advance {
  /** Seq of the last event that the view has taken in. */
  seq: number;
  /** How many it took in now. */
  events: number;
  /** It took in as many as one transaction may: there may be more. */
  isFull: boolean;
}

/** What went wrong in one transaction of a view; nothing of it is kept. */
export class ViewFailure extends Error {
  override readonly name = 'ViewFailure';

  constructor(
    /** The first event of the transaction; the culprit is this one or one of those after it. */
    readonly first: BookEvent,
    readonly events: number,
    override readonly cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause));
  }
}

// The advisory lock is shared by all followers of the view and taken alone by a rebuild that switches its tables; the
// row lock keeps followers of one book apart. Nobody waits: whoever is late has nothing to do.
const LOCK_CHECKPOINT = `
  select seq from SCHEMA.checkpoints
  where view = $1 and book = $2 and pg_try_advisory_xact_lock_shared(hashtextextended('view:' || $1, 0))
  for update skip locked`;

const MOVE_CHECKPOINT = 'update SCHEMA.checkpoints set seq = $3 where view = $1 and book = $2';

const START_CHECKPOINT = 'insert into SCHEMA.checkpoints (view, book, seq) values ($1, $2, -1) on conflict do nothing';

/**
 * Takes the next events of a book into a view: rows and checkpoint in one transaction, so that a crash at any point
 * neither loses an event nor counts one twice. Undefined where another process is at it.
 *
 * Errors: ViewFailure where the events do not go in; any other error says nothing about them.
 */
export async function advance(
  pool: Pool,
  pages: EventPages,
  view: View,
  book: string,
  limit: number,
  options: AdvanceOptions = {},
): Promise<Advance | undefined> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const advanced = await advanceIn(client, pages, view, book, limit, options);
    await client.query('commit');
    client.release();
    return advanced;
  } catch (error) {
    const isSound = await giveBack(client);
    // Where the connection broke, the events are not to blame.
    throw error instanceof ViewFailure && !isSound ? error.cause : error;
  }
}

/** A connection that can still roll back is sound; any other is closed, which ends its transaction too. */
function giveBack(client: PoolClient): Promise<boolean> {
  return client.query('rollback').then(
    () => {
      client.release();
      return true;
    },
    () => {
      client.release(true);
      return false;
    },
  );
}

/** Inside a transaction of the caller. At most to the end of a chunk, so that every row is as it stood there. */
export async function advanceIn(
  client: ClientBase,
  pages: EventPages,
  view: View,
  book: string,
  limit: number,
  { schema = 'views', chunk = CHUNK }: AdvanceOptions,
): Promise<Advance | undefined> {
  const seq = await lockCheckpoint(client, schema, view, book);
  if (seq === undefined) return undefined;
  const most = Math.min(limit, leftInChunk(seq + 1, chunk));
  const events = await pages.read(book, seq + 1, most);
  const [first, last] = [events[0], events.at(-1)];
  if (first === undefined || last === undefined) return { seq, events: 0, isFull: false };
  if (first.seq !== seq + 1) throw new Error(`the event store gave ${first.seq} of ${book} for ${seq + 1}`);
  try {
    await takeIn(client, schema, view, book, events, lastBoundary(seq, chunk) + 1);
    await client.query(MOVE_CHECKPOINT.replace('SCHEMA', schema), [view.name, book, last.seq]);
  } catch (error) {
    throw new ViewFailure(first, events.length, error);
  }
  return { seq: last.seq, events: events.length, isFull: events.length === most };
}

async function lockCheckpoint(
  client: ClientBase,
  schema: ViewSchema,
  view: View,
  book: string,
): Promise<number | undefined> {
  const lock = () =>
    client
      .query<{ seq: string }>(LOCK_CHECKPOINT.replace('SCHEMA', schema), [view.name, book])
      .then(({ rows }) => rows[0]);
  let checkpoint = await lock();
  if (checkpoint === undefined) {
    const started = await client.query(START_CHECKPOINT.replace('SCHEMA', schema), [view.name, book]);
    // Nothing started: the row is there, so somebody else holds it.
    if (started.rowCount === 1) checkpoint = await lock();
  }
  return checkpoint === undefined ? undefined : Number(checkpoint.seq);
}

async function takeIn(
  client: ClientBase,
  schema: ViewSchema,
  view: View,
  book: string,
  events: BookEvent[],
  chunkStart: number,
): Promise<void> {
  const rows = new RowSet(book, { isWhole: false });
  await loadNeeded(rows, view, events, (table, keys) => loadRows(client, schema, table, book, keys));
  for (const event of events) rows.take(view, event);
  for (const table of view.tables) {
    const changed = rows.changed(table);
    if (changed.length > 0) await saveRows(client, schema, table, changed, chunkStart);
  }
}
