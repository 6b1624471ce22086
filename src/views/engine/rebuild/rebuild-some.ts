import pg, { type Pool } from 'pg';
import { isAway } from '../../../database/is-away.js';
import { openPool } from '../../../database/pool.js';
import type { EventStore } from '../../../event-store/event-store.js';
import { type EventStoreChoice, openEventStore } from '../../../event-store/open-event-store.js';
import { PlainError, together } from '../../../plain-error.js';
import { ViewFailure } from '../advance.js';
import type { View } from '../view.js';
import { type RebuildProgress, rebuild } from './rebuild.js';

/** Where books and views are; can be handed to a thread. */
export interface RebuildPlace {
  databaseUrl: string;
  choice: EventStoreChoice;
}

/** One copies and one follows, or two make indexes beside the one that holds the rebuild; what reads the events needs another. */
const CONNECTIONS = 4;

/**
 * Makes views again, with connections of its own. Errors: PlainError, which names each view that could not be made and, where an entry
 * stopped it, that entry; the others are made. Or which says that the database went away, and that the rebuild can be begun again.
 */
export async function rebuildSome(
  { databaseUrl, choice }: RebuildPlace,
  views: readonly View[],
  onProgress: (progress: RebuildProgress) => void,
): Promise<void> {
  const log = (message: string) => console.error(message);
  // Nobody relies on the new tables before the switch, which waits for the disk, and with it for all that was written before.
  const pool = openPool(databaseUrl, CONNECTIONS, log, 0, 'off');
  try {
    const opened = await openEventStore({ choice, databaseUrl, pool, log });
    try {
      await rebuildTogether(pool, opened.store, views, onProgress);
    } finally {
      await opened.close();
    }
  } catch (error) {
    throw isAway(error) ? new PlainError(AWAY, { cause: error }) : error;
  } finally {
    await pool.end();
  }
}

/** Those that were switched in before are made again too, which does no harm. */
const AWAY =
  '数据库中断,视图未全部重建;未换上的视图保持原样,数据库恢复后可重新执行本命令。 ' +
  'The database went away before all views were made again; those that were not switched in are as they were. Run the command again when it is back.';

/** Together, since they read the same events; each by itself where one of them cannot go on, so that the others do. */
async function rebuildTogether(
  pool: Pool,
  store: EventStore,
  views: readonly View[],
  onProgress: (progress: RebuildProgress) => void,
): Promise<void> {
  try {
    await rebuild(pool, store, views, onProgress);
  } catch (error) {
    const cause = error instanceof ViewFailure ? error.cause : error;
    if (isAway(cause)) throw cause;
    if (views.length <= 1) throw described(error, views[0]);
    if (!isOfOneView(error)) throw error;
    const errors: unknown[] = [];
    for (const view of views)
      await rebuildTogether(pool, store, [view], onProgress).catch((one: unknown) => {
        if (isAway(one)) throw one;
        errors.push(one);
      });
    if (errors.length > 0) throw together(errors);
  }
}

/** It may concern one of several views; any other error would meet each of them. */
function isOfOneView(error: unknown): boolean {
  return error instanceof ViewFailure || error instanceof PlainError || error instanceof pg.DatabaseError;
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
