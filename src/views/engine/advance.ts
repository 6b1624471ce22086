import type { ClientBase, Pool, PoolClient } from 'pg';
import type { BookEvent } from '../../domain/event.js';
import type { Seqs } from './checkpoint.js';
import type { EventPages } from './event-pages.js';
import { KeptRows } from './kept-rows.js';
import { type Intake, loadNeededOf, type Wanted } from './load-needed.js';
import { lockCheckpoints, type Standing, type Work } from './locked-checkpoints.js';
import { CHUNK, lastBoundary, leftInChunk } from './past/chunks.js';
import { renewPlans } from './renew-plans.js';
import type { StoredRow } from './row-set.js';
import { type Changes, saveChanges } from './save-changes.js';
import { loadRows, type ViewSchema } from './stored-rows.js';
import type { Table } from './table.js';
import type { View } from './view.js';

export interface AdvanceOptions {
  /**
   * Of a rebuild, by book: the last event that the tables beside those in use hold. It alone knows them, so they have no checkpoints;
   * moved by the caller once it is known what became of the transaction.
   */
  beside?: ReadonlyMap<string, number>;
  chunk?: number;
  /** Else every row is read that is looked at. */
  kept?: KeptRows;
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
    const { advanced, shares, version } = await takeNext(client, pages, works, options);
    await client.query('commit');
    client.release();
    for (const { book, views, events } of shares) options.kept?.keep(book, views, events.at(-1)?.seq ?? -1, version);
    return advanced;
  } catch (error) {
    for (const { book } of works) options.kept?.forget(book);
    const isSound = await giveBack(client);
    // Where the connection broke, the events are not to blame.
    throw error instanceof ViewFailure && !isSound ? error.cause : error;
  }
}

/** Rows are looked up by their keys alone; a plan that was made while a table was empty must do that too (see `renewPlans`). */
const BY_KEYS = ['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin'];
export const BEGIN = [
  'begin',
  ...BY_KEYS.map((name) => `set local ${name} = off`),
  'set local plan_cache_mode = force_generic_plan',
  // Rows and checkpoint are lost together where the server dies, and made again.
  'set local synchronous_commit = off',
].join('; ');
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
  book: string;
  chunkStart: number;
}

interface Taken {
  advanced: Advance[];
  shares: Share[];
  /** Of this transaction. */
  version: string;
}

/** Inside a transaction of the caller. */
export async function advanceIn(
  client: ClientBase,
  pages: EventPages,
  works: readonly Work[],
  options: AdvanceOptions,
): Promise<Advance[]> {
  return (await takeNext(client, pages, works, options)).advanced;
}

/** At most to the end of a chunk, so that every row is as it stood there. */
async function takeNext(
  client: ClientBase,
  pages: EventPages,
  works: readonly Work[],
  { beside, chunk = CHUNK, kept = new KeptRows() }: AdvanceOptions,
): Promise<Taken> {
  const standing =
    beside === undefined
      ? await lockCheckpoints(client, works)
      : works.map((work): Standing => ({ ...work, seq: beside.get(work.book) ?? -1, version: '' }));
  const mostOf = (seq: number, limit: number) => Math.min(limit, leftInChunk(seq + 1, chunk));
  const pagesOf = await pages.readEach(
    standing.map(({ book, seq, limit }) => ({ book, from: seq + 1, limit: mostOf(seq, limit) })),
  );
  const advanced: Advance[] = [];
  const shares: Share[] = [];
  let room = MOST_EVENTS;
  for (const [index, one] of standing.entries()) {
    const { book, seq, views, limit } = one;
    const events = (room > 0 ? pagesOf[index] : undefined) ?? [];
    const [first, last] = [events[0], events.at(-1)];
    if (first !== undefined && first.seq !== seq + 1) {
      throw new Error(`the event store gave ${first.seq} of ${book} for ${seq + 1}`);
    }
    const isFull = room <= 0 || events.length === mostOf(seq, limit);
    for (const view of views) advanced.push({ view, book, seq: last?.seq ?? seq, events: events.length, isFull });
    room -= events.length;
    if (last === undefined) continue;
    shares.push({ book, views, events, rows: kept.of(one), chunkStart: lastBoundary(seq, chunk) + 1 });
  }
  const [share] = shares;
  const first = share?.events[0];
  if (share === undefined || first === undefined) return { advanced, shares, version: '' };
  try {
    const schema = beside === undefined ? 'views' : 'views_next';
    return { advanced, shares, version: await takeIn(client, schema, shares) };
  } catch (error) {
    throw new ViewFailure(first, share.events.length, error);
  }
}

/** Answers the version of the transaction. */
async function takeIn(client: ClientBase, schema: ViewSchema, shares: readonly Share[]): Promise<string> {
  await loadNeededOf(shares, (table, wanted) => loadInto(client, schema, table, wanted));
  for (const { views, events, rows } of shares) {
    for (const event of events) for (const view of views) rows.take(view, event);
  }
  const tables = new Set(shares.flatMap(({ views }) => views.flatMap((view) => view.tables)));
  const changes = [...tables].flatMap((table): Changes[] => {
    const rows = shares.flatMap((share) =>
      share.views.some((view) => view.tables.includes(table))
        ? share.rows.changed(table).map((change) => ({ ...change, chunkStart: share.chunkStart }))
        : [],
    );
    return rows.length === 0 ? [] : [{ table, rows }];
  });
  const moved = new Map<string, Seqs>();
  for (const { book, views, events } of shares) {
    const seq = events.at(-1)?.seq ?? -1;
    moved.set(book, { ...moved.get(book), ...Object.fromEntries(views.map(({ name }) => [name, seq])) });
  }
  const version = await saveChanges(client, schema, changes, moved);
  const written = changes.reduce((sum, { rows }) => sum + rows.length, 0);
  await renewPlans(client, written);
  return version;
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
