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

/** A rebuild reads, reckons and writes by turns; so many at once keep two processors busy. */
const AT_ONCE = 3;

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
  const waiting = views.values();
  const work = async () => {
    for (const view of waiting) await rebuildOne(pool, store, view, progress);
  };
  const works = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
  progress.end();
  for (const one of works) if (one.status === 'rejected') throw one.reason;
}

async function rebuildOne(pool: Pool, store: EventStore, view: View, progress: RebuildBar): Promise<void> {
  try {
    await rebuild(pool, store, view, (of) => progress.show(view.name, of));
  } catch (error) {
    if (!(error instanceof ViewFailure)) throw error;
    const { seq, type, book } = error.first;
    const where = `entry ${seq} (${type}) of book ${book}${error.events > 1 ? ` or one of the ${error.events - 1} after it` : ''}`;
    throw new PlainError(`The view ${view.name} could not take in ${where}: ${error.message}`, { cause: error });
  }
}

/** One bar for all views: an entry counts once for each. */
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
