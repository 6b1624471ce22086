import { joinDatabase } from './database/database.js';
import { openPool } from './database/pool.js';
import type { EventStore } from './event-store/event-store.js';
import { openEventStore } from './event-store/open-event-store.js';
import { PlainError } from './plain-error.js';
import { type Progress, startProgress } from './progress.js';
import { eventStoreChoice, readSettings } from './settings.js';
import { VIEWS } from './views/all-views.js';
import { ViewFailure } from './views/engine/advance.js';
import { rebuild } from './views/engine/rebuild.js';
import type { View } from './views/engine/view.js';

const ALL = 'all';

export const REBUILDABLE = [...VIEWS.map(({ name }) => name), ALL];

/** Rebuilds a view, or all, beside a running service or without one; with a progress bar. */
export async function rebuildViews(environment: NodeJS.ProcessEnv, wanted: string): Promise<void> {
  const log = (message: string) => console.error(message);
  const settings = readSettings(environment);
  const database = await joinDatabase({ ...settings, log });
  try {
    const pool = openPool(database.url, 3, log);
    try {
      const choice = eventStoreChoice(settings);
      const opened = await openEventStore({ choice, databaseUrl: database.url, pool, log });
      try {
        for (const view of VIEWS)
          if (wanted === ALL || wanted === view.name) await rebuildOne(pool, opened.store, view);
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

async function rebuildOne(pool: ReturnType<typeof openPool>, store: EventStore, view: View): Promise<void> {
  let bar: Progress | undefined;
  let shown = 0;
  try {
    await rebuild(pool, store, view, ({ done, total }) => {
      bar ??= startProgress(view.name.padEnd(9), total, process.stderr);
      bar.grow(total);
      bar.advance(done - shown);
      shown = done;
    });
  } catch (error) {
    if (!(error instanceof ViewFailure)) throw error;
    const { seq, type, book } = error.first;
    const where = `entry ${seq} (${type}) of book ${book}${error.events > 1 ? ` or one of the ${error.events - 1} after it` : ''}`;
    throw new PlainError(`The view ${view.name} could not take in ${where}: ${error.message}`, { cause: error });
  } finally {
    bar?.end();
  }
}
