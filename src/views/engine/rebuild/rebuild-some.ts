import pg, { type Pool } from 'pg';
import { openPool } from '../../../database/pool.js';
import type { EventStore } from '../../../event-store/event-store.js';
import { type EventStoreChoice, openEventStore } from '../../../event-store/open-event-store.js';
import { PlainError } from '../../../plain-error.js';
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
 * stopped it, that entry; the others are made.
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
  } finally {
    await pool.end();
  }
}

/** What all of them say, where each has something to say that its reader understands; else the first. */
export function together(errors: readonly unknown[]): unknown {
  if (!errors.every((error) => error instanceof PlainError)) return errors.find((one) => !(one instanceof PlainError));
  return new PlainError(errors.map(({ message }) => message).join('\n'));
}

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
    if (views.length <= 1) throw described(error, views[0]);
    if (!isOfOneView(error)) throw error;
    const errors: unknown[] = [];
    for (const view of views)
      await rebuildTogether(pool, store, [view], onProgress).catch((one: unknown) => errors.push(one));
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
