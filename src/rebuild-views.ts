import pg, { type Pool } from 'pg';
import { joinDatabase } from './database/database.js';
import { openPool } from './database/pool.js';
import type { EventStore } from './event-store/event-store.js';
import { openEventStore } from './event-store/open-event-store.js';
import { PlainError } from './plain-error.js';
import { type Progress, startProgress } from './progress.js';
import { eventStoreChoice, readSettings } from './settings.js';
import { VIEWS } from './views/all-views.js';
import { ViewFailure } from './views/engine/advance.js';
import { type RebuildProgress, rebuild } from './views/engine/rebuild/rebuild.js';
import type { View } from './views/engine/view.js';

const ALL = 'all';

export const REBUILDABLE = [...VIEWS.map(({ name }) => name), ALL];

/** One copies and one follows, or two make indexes beside the one that holds the rebuild; what reads the events needs another. */
const CONNECTIONS = 4;

/** Rebuilds a view, or all, beside a running service or without one; with a progress bar. */
export async function rebuildViews(environment: NodeJS.ProcessEnv, wanted: string): Promise<void> {
  const log = (message: string) => console.error(message);
  const settings = readSettings(environment);
  const database = await joinDatabase({ ...settings, log });
  try {
    // Nobody relies on the new tables before the switch, which waits for the disk, and with it for all that was written before.
    const pool = openPool(database.url, CONNECTIONS, log, 0, 'off');
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

async function rebuildSome(pool: Pool, store: EventStore, views: readonly View[]): Promise<void> {
  const progress = new RebuildBar();
  try {
    await rebuildTogether(pool, store, views, progress);
  } finally {
    progress.end();
  }
}

/** Together, since they read the same events; each by itself where one of them cannot go on, so that the others do. */
async function rebuildTogether(
  pool: Pool,
  store: EventStore,
  views: readonly View[],
  progress: RebuildBar,
): Promise<void> {
  try {
    await rebuild(pool, store, views, (of) => progress.show(of));
  } catch (error) {
    if (views.length > 1) await rebuildEach(pool, store, views, progress);
    else throw described(error, views[0]);
  }
}

async function rebuildEach(pool: Pool, store: EventStore, views: readonly View[], progress: RebuildBar): Promise<void> {
  const errors: unknown[] = [];
  for (const view of views) {
    await rebuildTogether(pool, store, [view], progress).catch((error: unknown) => errors.push(error));
  }
  if (errors.length > 0) throw errors[0];
}

function described(error: unknown, view: View | undefined): unknown {
  if (error instanceof ViewFailure) {
    const { first, events, message } = error;
    const { seq, type, book } = first;
    const where = `entry ${seq} (${type}) of book ${book}${events > 1 ? ` or one of the ${events - 1} after it` : ''}`;
    return new PlainError(`The view ${view?.name} could not take in ${where}: ${message}`, { cause: error });
  }
  // The database has checks of its own.
  if (!(error instanceof pg.DatabaseError)) return error;
  return new PlainError(`The view ${view?.name} could not be written: ${error.message}`, { cause: error });
}

/** One bar; where the views are tried one after another it begins again with each. */
class RebuildBar {
  private bar: Progress | undefined;
  private shown = 0;

  show({ done, total }: RebuildProgress): void {
    this.bar ??= startProgress('views', total, process.stderr);
    this.bar.grow(total);
    this.bar.advance(done - this.shown);
    this.shown = done;
  }

  end(): void {
    this.bar?.end();
  }
}
