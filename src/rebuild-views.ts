import type { Pool } from 'pg';
import { joinDatabase } from './database/database.js';
import { openPool } from './database/pool.js';
import type { EventStore } from './event-store/event-store.js';
import { openEventStore } from './event-store/open-event-store.js';
import { PlainError } from './plain-error.js';
import { type Progress, startProgress } from './progress.js';
import { eventStoreChoice, readSettings } from './settings.js';
import { VIEWS } from './views/all-views.js';
import { ViewFailure } from './views/engine/advance.js';
import { type RebuildProgress, rebuild } from './views/engine/rebuild.js';
import type { View } from './views/engine/view.js';

const ALL = 'all';

export const REBUILDABLE = [...VIEWS.map(({ name }) => name), ALL];

/** A rebuild reckons and waits for the database by turns; so many at once keep two processors busy, each reading the events. */
const AT_ONCE = 2;

/** Rebuilds a view, or all, beside a running service or without one; with a progress bar. */
export async function rebuildViews(environment: NodeJS.ProcessEnv, wanted: string): Promise<void> {
  const log = (message: string) => console.error(message);
  const settings = readSettings(environment);
  const database = await joinDatabase({ ...settings, log });
  try {
    // Nobody relies on the new tables before the switch, which waits for the disk, and with it for all that was written before.
    const pool = openPool(database.url, 3 * AT_ONCE, log, 0, 'off');
    try {
      const choice = eventStoreChoice(settings);
      const opened = await openEventStore({ choice, databaseUrl: database.url, pool, log });
      try {
        const views = VIEWS.filter(({ name }) => wanted === ALL || wanted === name);
        await rebuildSome(pool, opened.store, views);
      } finally {
        await opened.close();
      }
    } finally {
      await pool.end();
    }
  } finally {
    await database.close();
  }
}

/** Where one fails the others are still rebuilt. */
async function rebuildSome(pool: Pool, store: EventStore, views: readonly View[]): Promise<void> {
  const progress = new RebuildBar();
  const groups = Array.from({ length: AT_ONCE }, (_, group) => views.filter((_, index) => index % AT_ONCE === group));
  const works = await Promise.allSettled(groups.map((group) => rebuildGroup(pool, store, group, progress)));
  progress.end();
  for (const one of works) if (one.status === 'rejected') throw one.reason;
}

/** Together, since they read the same events; each by itself where one of them cannot go on. */
async function rebuildGroup(
  pool: Pool,
  store: EventStore,
  views: readonly View[],
  progress: RebuildBar,
): Promise<void> {
  if (views.length === 0) return;
  try {
    const names = views.map(({ name }) => name).join(', ');
    await rebuild(pool, store, views, (of) => progress.show(names, of));
  } catch (error) {
    if (views.length > 1) await rebuildEach(pool, store, views, progress);
    else throw error instanceof ViewFailure ? described(error, views[0]) : error;
  }
}

async function rebuildEach(pool: Pool, store: EventStore, views: readonly View[], progress: RebuildBar): Promise<void> {
  const errors: unknown[] = [];
  for (const view of views) {
    await rebuildGroup(pool, store, [view], progress).catch((error: unknown) => errors.push(error));
  }
  if (errors.length > 0) throw errors[0];
}

function described(failure: ViewFailure, view: View | undefined): PlainError {
  const { first, events, message } = failure;
  const { seq, type, book } = first;
  const where = `entry ${seq} (${type}) of book ${book}${events > 1 ? ` or one of the ${events - 1} after it` : ''}`;
  return new PlainError(`The view ${view?.name} could not take in ${where}: ${message}`, { cause: failure });
}

/** One bar for all: an entry counts once for each group of views. */
class RebuildBar {
  private readonly views = new Map<string, RebuildProgress>();
  private bar: Progress | undefined;
  private shown = 0;

  show(view: string, progress: RebuildProgress): void {
    this.views.set(view, progress);
    const sum = (of: (progress: RebuildProgress) => number) =>
      [...this.views.values()].reduce((total, one) => total + of(one), 0);
    const [done, total] = [sum((one) => one.done), sum((one) => one.total)];
    this.bar ??= startProgress('views', total, process.stderr);
    this.bar.grow(total);
    this.bar.advance(done - this.shown);
    this.shown = done;
  }

  end(): void {
    this.bar?.end();
  }
}
