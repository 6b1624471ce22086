import type { ClientBase, Pool, PoolClient } from 'pg';
import type { BookEvent } from '../../domain/event.js';
import type { EventPages } from './event-pages.js';
import { type Intake, loadNeededOf, type Wanted } from './load-needed.js';
import { lockCheckpoints, moveCheckpoints, type Work } from './locked-checkpoints.js';
import { CHUNK, lastBoundary, leftInChunk } from './past/chunks.js';
import { RowSet, type StoredRow } from './row-set.js';
import { loadRows, type StoredChange, saveRows, type ViewSchema } from './stored-rows.js';
import type { Table } from './table.js';
import type { View } from './view.js';

export interface AdvanceOptions {
  schema?: ViewSchema;
  chunk?: number;
}

export interface Advance {
  view: View;
  book: string;
  /** Seq of the last event that the view has taken in. */
  seq: number;
  /** How many it took in now. */
  events: number;
  /** It took in as many as one transaction may, or the transaction was full without it: there may be more. */
  isFull: boolean;
}

/** What went wrong in one transaction; nothing of it is kept. */
export class ViewFailure extends Error {
  override readonly name = 'ViewFailure';

  constructor(
    /** The first event of the transaction; where it was of one view and one book, the culprit is this one or one after it. */
    readonly first: BookEvent,
    readonly events: number,
    override readonly cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause));
  }
}

/** Over all books of a transaction: whoever waits for one of them should not wait long. */
const MOST_EVENTS = 1_000;

/**
 * Takes the next events of books into their views: rows and checkpoints in one transaction, so that a crash at any point
 * neither loses an event nor counts one twice. What another process is at is left to it, and does not come back.
 *
 * Errors: ViewFailure where the events do not go in; any other error says nothing about them.
 */
export async function advance(
  pool: Pool,
  pages: EventPages,
  works: readonly Work[],
  options: AdvanceOptions = {},
): Promise<Advance[]> {
  const client = await pool.connect();
  try {
    await client.query(BEGIN);
    const advanced = await advanceIn(client, pages, works, options);
    await client.query('commit');
    client.release();
    return advanced;
  } catch (error) {
    const isSound = await giveBack(client);
    // Where the connection broke, the events are not to blame.
    throw error instanceof ViewFailure && !isSound ? error.cause : error;
  }
}

/** Rows are looked up by their keys alone; a plan that was made while a table was empty must do that too. */
const BY_KEYS = ['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin'];
export const BEGIN = ['begin', ...BY_KEYS.map((name) => `set local ${name} = off`)].join('; ');
/** For a connection. */
export const PLAN_BY_KEYS = BY_KEYS.map((name) => `set ${name} = off`).join('; ');

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

/** Views of a book that stand at the same event, and what comes next. */
interface Share extends Intake {
  chunkStart: number;
}

/** Inside a transaction of the caller. At most to the end of a chunk, so that every row is as it stood there. */
export async function advanceIn(
  client: ClientBase,
  pages: EventPages,
  works: readonly Work[],
  { schema = 'views', chunk = CHUNK }: AdvanceOptions,
): Promise<Advance[]> {
  const standing = await lockCheckpoints(client, schema, works);
  const advanced: Advance[] = [];
  const shares: Share[] = [];
  let room = MOST_EVENTS;
  for (const { book, seq, views, limit } of standing) {
    const most = Math.min(limit, leftInChunk(seq + 1, chunk));
    const events = room > 0 ? await pages.read(book, seq + 1, most) : [];
    const [first, last] = [events[0], events.at(-1)];
    if (first !== undefined && first.seq !== seq + 1) {
      throw new Error(`the event store gave ${first.seq} of ${book} for ${seq + 1}`);
    }
    const isFull = room <= 0 || events.length === most;
    for (const view of views) advanced.push({ view, book, seq: last?.seq ?? seq, events: events.length, isFull });
    room -= events.length;
    if (last === undefined) continue;
    const rows = new RowSet(book, { isWhole: false });
    shares.push({ views, events, rows, chunkStart: lastBoundary(seq, chunk) + 1 });
  }
  const first = shares[0]?.events[0];
  if (first === undefined) return advanced;
  try {
    await takeIn(client, schema, shares);
    await moveCheckpoints(client, schema, advanced);
  } catch (error) {
    throw new ViewFailure(first, shares[0]?.events.length ?? 0, error);
  }
  return advanced;
}

async function takeIn(client: ClientBase, schema: ViewSchema, shares: readonly Share[]): Promise<void> {
  await loadNeededOf(shares, (table, wanted) => loadInto(client, schema, table, wanted));
  for (const { views, events, rows } of shares) {
    for (const event of events) for (const view of views) rows.take(view, event);
  }
  const tables = new Set(shares.flatMap(({ views }) => views.flatMap((view) => view.tables)));
  for (const table of tables) {
    const changes = shares.flatMap(({ rows, chunkStart }) =>
      rows.changed(table).map((change): StoredChange => ({ ...change, chunkStart })),
    );
    if (changes.length > 0) await saveRows(client, schema, table, changes);
  }
}

/** For all books at once. */
async function loadInto(
  client: ClientBase,
  schema: ViewSchema,
  table: Table<object>,
  wanted: readonly Wanted[],
): Promise<void> {
  const names = wanted.flatMap(({ rows, keys }) => keys.map((key) => ({ book: rows.book, key })));
  const found = Map.groupBy<string, StoredRow & { book: string }>(
    await loadRows(client, schema, table, names),
    ({ book }) => book,
  );
  // A table belongs to one view, which stands at one place in a book.
  for (const { rows, keys } of wanted) rows.load(table, keys, found.get(rows.book) ?? []);
}
