import type { Pool, PoolClient } from 'pg';
import type { BookEvent } from '../../../domain/event.js';
import type { EventStore } from '../../../event-store/event-store.js';
import { PlainError } from '../../../plain-error.js';
import { type Advance, advance, advanceIn, BEGIN, PLAN_BY_KEYS } from '../advance.js';
import { EventPages, PAGE } from '../event-pages.js';
import type { Work } from '../locked-checkpoints.js';
import { CHUNK } from '../past/chunks.js';
import type { View } from '../view.js';
import { type BulkOptions, BulkRows } from './bulk-rows.js';
import { FreshTables, namesOf } from './fresh-tables.js';

export interface RebuildProgress {
  /** Events taken in so far, over all books. */
  done: number;
  /** Events that the books have now. */
  total: number;
}

/** Of one book; about 150 MB. */
const MOST_ROWS = 200_000;
/** Read at once. */
const EVENTS_AT_ONCE = 1_000;
const BOOKS_AT_ONCE = 16;
/** So many events may be left for the switch, during which the followers of the view rest. */
const FEW = PAGE;
/** A reader that holds the tables for longer is let through; then the switch is tried again. */
const SWITCH_WAIT = '2s';
const SWITCH_ATTEMPTS = 30;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Makes views again from nothing, beside those in use: all events that the books have are folded in memory and their rows
 * copied into fresh tables, which get their indexes then; what was appended meanwhile is followed there; then each view is
 * switched in in one transaction. Appends, readers and the followers of all processes go on meanwhile. Ended at any point
 * before its switch it leaves a view as it was.
 *
 * Errors: PlainError where one of the views is being rebuilt already; ViewFailure where an event does not go into one.
 */
export async function rebuild(
  pool: Pool,
  store: EventStore,
  views: readonly View[],
  onProgress: (progress: RebuildProgress) => void = () => undefined,
  { chunk = CHUNK, mostRows = MOST_ROWS }: Partial<BulkOptions> = {},
): Promise<void> {
  const client = await pool.connect();
  try {
    for (const view of views) await take(client, view);
    await client.query(PLAN_BY_KEYS);
    const fresh = new FreshTables(pool, views);
    await fresh.create(client);
    const reached = await foldAll(store, new BulkRows(client, fresh, views, { chunk, mostRows }), onProgress);
    await fresh.indexAll(client);
    let total = await catchUp(pool, store, views, reached, onProgress, chunk);
    for (const view of views) total = Math.max(total, await switchIn(client, store, view, new Map(reached), chunk));
    onProgress({ done: total, total });
  } finally {
    // Given back at once, for whoever tries the views again; a connection that cannot do it is closed, which does it too.
    await client.query('rollback; select pg_advisory_unlock_all()').catch(() => undefined);
    client.release(true);
  }
}

async function take(client: PoolClient, view: View): Promise<void> {
  // Held by the connection, so that it ends with this process.
  const { rows } = await client.query<{ taken: boolean }>(
    `select pg_try_advisory_lock(hashtextextended('rebuild:' || $1, 0)) as taken`,
    [view.name],
  );
  if (rows[0]?.taken !== true) throw new PlainError(`The view ${view.name} is being rebuilt by another process.`);
}

/** The last event of each book; as far as it is known, for whoever goes on from there. */
type Reached = Map<string, number>;

/** Of all books, as far as they had come when it began. */
async function foldAll(
  store: EventStore,
  bulk: BulkRows,
  onProgress: (progress: RebuildProgress) => void,
): Promise<Reached> {
  const revisions = await store.revisions();
  const total = countOf(revisions);
  let done = 0;
  onProgress({ done, total });
  for (const [book, revision] of revisions) {
    const rows = bulk.begin(book);
    for await (const events of pagesOf(store, book, revision)) {
      await rows.take(events);
      done += events.length;
      onProgress({ done, total });
    }
    rows.end();
    await bulk.sendSome();
  }
  await bulk.sendAll();
  return revisions;
}

/** The next page is being read while one is looked at. */
async function* pagesOf(store: EventStore, book: string, revision: number): AsyncGenerator<BookEvent[]> {
  const read = (from: number) => {
    const reading = store.readEach([{ book, from }], Math.min(EVENTS_AT_ONCE, revision - from + 1));
    // Told to whoever waits for it; nobody does where another error came first.
    reading.catch(() => undefined);
    return reading;
  };
  if (revision < 0) return;
  let reading = read(0);
  for (let seq = 0; seq <= revision; ) {
    const [events = []] = await reading;
    if (events[0]?.seq !== seq) throw new Error(`the event store gave ${events[0]?.seq} of ${book} for ${seq}`);
    seq += events.length;
    if (seq <= revision) reading = read(seq);
    yield events;
  }
}

/** Until only few events are left; what is appended meanwhile counts too. Answers how many events the books had. */
async function catchUp(
  pool: Pool,
  store: EventStore,
  views: readonly View[],
  reached: Reached,
  onProgress: (progress: RebuildProgress) => void,
  chunk: number,
): Promise<number> {
  const pages = new EventPages(store, EVENTS_AT_ONCE);
  for (;;) {
    const revisions = await store.revisions();
    const total = countOf(revisions);
    onProgress({ done: countOf(reached), total });
    if (total - countOf(reached) <= FEW) return total;
    await takeInBehind(revisions, reached, views, (works) => advance(pool, pages, works, { beside: reached, chunk }));
  }
}

/** As far as the revisions; several books in a transaction, and none that has nothing. */
async function takeInBehind(
  revisions: ReadonlyMap<string, number>,
  reached: Reached,
  views: readonly View[],
  advanceSome: (works: readonly Work[]) => Promise<Advance[]>,
): Promise<void> {
  for (;;) {
    const behind = [...revisions].filter(([book, revision]) => (reached.get(book) ?? -1) < revision);
    if (behind.length === 0) return;
    const works = behind.slice(0, BOOKS_AT_ONCE).map(([book]): Work => ({ book, views, limit: EVENTS_AT_ONCE }));
    const advanced = await advanceSome(works);
    if (!advanced.some(({ events }) => events > 0)) throw new Error('the event store has less than it says');
    for (const { book, seq } of advanced) reached.set(book, seq);
  }
}

/** Answers how many events the books had. */
async function switchIn(
  client: PoolClient,
  store: EventStore,
  view: View,
  reached: Reached,
  chunk: number,
): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query(BEGIN);
      const now = new Map(reached);
      const events = await takeInRest(client, store, view, now, chunk);
      await exchange(client, view, now);
      await client.query('commit');
      return events;
    } catch (error) {
      await client.query('rollback');
      const isBusy = error instanceof Error && 'code' in error && error.code === LOCK_NOT_AVAILABLE;
      if (!isBusy || attempt === SWITCH_ATTEMPTS) throw error;
    }
  }
}

async function takeInRest(
  client: PoolClient,
  store: EventStore,
  view: View,
  reached: Reached,
  chunk: number,
): Promise<number> {
  await client.query(`set local lock_timeout = '${SWITCH_WAIT}'; set local synchronous_commit = on`);
  // Waits for the followers that are at it; those that come later find the view taken, and skip it.
  await client.query(`select pg_advisory_xact_lock(hashtextextended('view:' || $1, 0))`, [view.name]);
  const revisions = await store.revisions();
  const pages = new EventPages(store);
  await takeInBehind(revisions, reached, [view], (works) =>
    advanceIn(client, pages, works, { beside: reached, chunk }),
  );
  return countOf(revisions);
}

async function exchange(client: PoolClient, view: View, reached: Reached): Promise<void> {
  const tables = namesOf(view)
    .map((name) => `views.${name}`)
    .join(', ');
  await client.query(`lock table ${tables} in access exclusive mode`);
  // The followers of other views move the same rows. They hold nothing else that is wanted here, and wait for a moment.
  await client.query('lock table views.checkpoints in exclusive mode');
  await client.query('update views.checkpoints set seqs = seqs - $1::text where seqs ? $1 and book <> all ($2)', [
    view.name,
    [...reached.keys()],
  ]);
  await client.query(
    `insert into views.checkpoints (book, seqs)
      select book, jsonb_build_object($1::text, seq) from unnest($2::text[], $3::integer[]) as reached (book, seq)
      on conflict (book) do update set seqs = checkpoints.seqs || excluded.seqs`,
    [view.name, [...reached.keys()], [...reached.values()]],
  );
  await client.query(
    [`drop table ${tables}`, ...namesOf(view).map((name) => `alter table views_next.${name} set schema views`)].join(
      ';\n',
    ),
  );
}

/** Events of the books up to these. */
function countOf(revisions: ReadonlyMap<string, number>): number {
  return [...revisions.values()].reduce((sum, revision) => sum + revision + 1, 0);
}
