import type { Pool, PoolClient } from 'pg';
import type { EventStore } from '../../event-store/event-store.js';
import { PlainError } from '../../plain-error.js';
import { advance, advanceIn, BEGIN } from './advance.js';
import { EventPages, PAGE } from './event-pages.js';
import { CHUNK } from './past/chunks.js';
import type { View } from './view.js';

export interface RebuildProgress {
  /** Events taken in so far, over all books. */
  done: number;
  /** Events that the books have now. */
  total: number;
}

/** In one transaction. */
const EVENTS_AT_ONCE = 1_000;
const TAKEN = 'somebody else works on the tables of views_next';
/** So many events may be left for the switch, during which the followers of the view rest. */
const FEW = PAGE;
/** A reader that holds the tables for longer is let through; then the switch is tried again. */
const SWITCH_WAIT = '2s';
const SWITCH_ATTEMPTS = 30;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Makes views again from nothing, beside those in use, together up to the last events; then switches each in in one
 * transaction. Appends, readers and the followers of all processes go on meanwhile. Ended at any point before its switch it
 * leaves a view as it was.
 *
 * Errors: PlainError where one of the views is being rebuilt already; ViewFailure where an event does not go into one.
 */
export async function rebuild(
  pool: Pool,
  store: EventStore,
  views: readonly View[],
  onProgress: (progress: RebuildProgress) => void = () => undefined,
  chunk = CHUNK,
): Promise<void> {
  const client = await pool.connect();
  try {
    for (const view of views) await take(client, view);
    for (const view of views) await prepare(client, view);
    const done = await catchUp(pool, store, views, onProgress, chunk);
    let total = done;
    for (const view of views) total = Math.max(total, done + (await switchIn(client, store, view, chunk)));
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

/** Its tables and their twins. */
function namesOf(view: View): string[] {
  return view.tables.flatMap(({ name, pastName }) => [name, pastName]);
}

async function prepare(client: PoolClient, view: View): Promise<void> {
  await client.query(
    [
      'begin',
      // PostgreSQL lets only one of those who create a table at once find that it exists.
      `select pg_advisory_xact_lock(hashtextextended('views_next', 0))`,
      'create table if not exists views_next.checkpoints (like views.checkpoints including all)',
      ...namesOf(view).flatMap((name) => [
        `drop table if exists views_next.${name}`,
        `create table views_next.${name} (like views.${name} including all)`,
      ]),
    ].join(';\n'),
  );
  await client.query('delete from views_next.checkpoints where view = $1', [view.name]);
  await client.query('commit');
}

/** Until only few events are left; what is appended meanwhile counts too. Answers how many it took in. */
async function catchUp(
  pool: Pool,
  store: EventStore,
  views: readonly View[],
  onProgress: (progress: RebuildProgress) => void,
  chunk: number,
): Promise<number> {
  const pages = new EventPages(store, EVENTS_AT_ONCE);
  let done = 0;
  for (;;) {
    const revisions = await store.revisions();
    const total = [...revisions.values()].reduce((sum, revision) => sum + revision + 1, 0);
    onProgress({ done, total });
    if (total - done <= FEW) return done;
    for (const [book, revision] of revisions) {
      for (let seq = -1; seq < revision; ) {
        const work = { book, views, limit: EVENTS_AT_ONCE };
        const advanced = await advance(pool, pages, [work], { schema: 'views_next', chunk });
        const [first] = advanced;
        if (first === undefined || advanced.length < views.length) throw new Error(TAKEN);
        done += first.events;
        onProgress({ done, total: Math.max(total, done) });
        seq = first.seq;
      }
    }
  }
}

/** Answers how many events it still took in. */
async function switchIn(client: PoolClient, store: EventStore, view: View, chunk: number): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query(BEGIN);
      const events = await takeInRest(client, store, view, chunk);
      await exchange(client, view);
      await client.query('commit');
      return events;
    } catch (error) {
      await client.query('rollback');
      const isBusy = error instanceof Error && 'code' in error && error.code === LOCK_NOT_AVAILABLE;
      if (!isBusy || attempt === SWITCH_ATTEMPTS) throw error;
    }
  }
}

async function takeInRest(client: PoolClient, store: EventStore, view: View, chunk: number): Promise<number> {
  await client.query(`set local lock_timeout = '${SWITCH_WAIT}'; set local synchronous_commit = on`);
  // Waits for the followers that are at it; those that come later find the view taken, and skip it.
  await client.query(`select pg_advisory_xact_lock(hashtextextended('view:' || $1, 0))`, [view.name]);
  const pages = new EventPages(store);
  let events = 0;
  for (const [book, revision] of await store.revisions()) {
    for (let seq = -1; seq < revision; ) {
      const work = { book, views: [view], limit: PAGE };
      const [advanced] = await advanceIn(client, pages, [work], { schema: 'views_next', chunk });
      if (advanced === undefined) throw new Error(TAKEN);
      events += advanced.events;
      seq = advanced.seq;
    }
  }
  return events;
}

async function exchange(client: PoolClient, view: View): Promise<void> {
  const tables = namesOf(view)
    .map((name) => `views.${name}`)
    .join(', ');
  await client.query(`lock table ${tables} in access exclusive mode`);
  await client.query('delete from views.checkpoints where view = $1', [view.name]);
  await client.query(
    `insert into views.checkpoints (view, book, seq)
      select view, book, seq from views_next.checkpoints where view = $1
      on conflict (view, book) do update set seq = excluded.seq`,
    [view.name],
  );
  await client.query('delete from views_next.checkpoints where view = $1', [view.name]);
  await client.query(
    [
      `drop table ${tables}`,
      ...namesOf(view).map((name) => `alter table views_next.${name} set schema views`),
      // Fresh tables have no statistics, and a reader would scan them.
      `analyze ${tables}`,
    ].join(';\n'),
  );
}
