import { joinDatabase } from '../database/database.js';
import { HUNG_AFTER_MS, openLoadersPool, openPool } from '../database/pool.js';
import { openEventStore } from '../event-store/open-event-store.js';
import { openLog } from '../http/operations/log.js';
import { ProcessRegistry } from '../processes/process-registry.js';
import { RecentWork } from '../processes/recent-work.js';
import { eventStoreChoice, readSettings } from '../settings.js';
import { VIEWS } from '../views/all-views.js';
import { ViewFollower } from '../views/engine/view-follower.js';

/** It works one transaction at a time; the others are for reading ahead, for what it says of itself and for asking. */
const CONNECTIONS = 4;

/** Follows the event store with every view until Ctrl-C or SIGTERM, beside services that may be many; each takes what others leave. */
export async function runViewWorker(environment: NodeJS.ProcessEnv): Promise<void> {
  const settings = readSettings(environment);
  const logger = openLog(settings.logLevel);
  const log = (message: string, facts: Record<string, unknown> = {}) => logger.warn(facts, message);
  const stopped = new Promise<void>((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
  const database = await joinDatabase({ ...settings, log: (message) => logger.info(message) });
  const pool = openPool(database.url, CONNECTIONS, log, HUNG_AFTER_MS);
  const loaders = openLoadersPool(database.url, log);
  const writers = openPool(database.url, 1, log, HUNG_AFTER_MS);
  const followed = new RecentWork();
  const choice = eventStoreChoice(settings);
  const opened = await openEventStore({ choice, databaseUrl: database.url, pool, log });
  const follower = new ViewFollower(pool, opened.store, { views: VIEWS, log, spare: { loaders, writers } });
  follower.subscribe((book, events) => followed.add(book, events));
  const observe = () => ({ wrote: [], followed: followed.busiest(), standingStill: follower.failures() });
  const registry = new ProcessRegistry(pool, 'view worker', undefined, observe, log);
  try {
    await registry.start();
    follower.start();
    opened.listen((book) => follower.bookAdvanced(book), log);
    console.error(`View worker ${registry.id} follows every book (Ctrl-C stops it)`);
    await stopped;
    await follower.stop();
    await registry.stop();
  } finally {
    await opened.close();
    await Promise.all([pool.end(), loaders.end(), writers.end()]);
    await database.close();
  }
}
