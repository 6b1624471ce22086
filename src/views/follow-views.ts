// The program of the thread that follows the event store with every view; see FollowerThread.
import { parentPort, workerData } from 'node:worker_threads';
import { HUNG_AFTER_MS, openLoadersPool, openPool } from '../database/pool.js';
import { type EventStoreChoice, openEventStore } from '../event-store/open-event-store.js';
import { VIEWS } from './all-views.js';
import type { FollowerNews, FollowerOrder } from './engine/follower-thread.js';
import { ViewBehind } from './engine/view-behind.js';
import { ViewFollower } from './engine/view-follower.js';

/** It works one transaction at a time; the others are for reading ahead, and for those who wait. */
const CONNECTIONS = 3;
const STANDING_EVERY_MS = 500;

const port = parentPort;
if (port === null) throw new Error('this is the program of a thread');
const tell = (news: FollowerNews) => port.postMessage(news);
const log = (message: string, facts: Record<string, unknown> = {}) => tell({ news: 'log', message, facts });

const { databaseUrl, choice } = workerData as { databaseUrl: string; choice: EventStoreChoice };
const pool = openPool(databaseUrl, CONNECTIONS, log, HUNG_AFTER_MS);
const loaders = openLoadersPool(databaseUrl, log);
const writers = openPool(databaseUrl, 1, log, HUNG_AFTER_MS);
const opened = await openEventStore({ choice, databaseUrl, pool, log });
const follower = new ViewFollower(pool, opened.store, { views: VIEWS, log, spare: { loaders, writers } });
const tookIn = new Map<string, number>();
follower.subscribe((book, events) => tookIn.set(book, (tookIn.get(book) ?? 0) + events));
follower.start();
opened.listen((book) => follower.bookAdvanced(book), log);

let told = 0;
const telling = setInterval(() => {
  const failures = follower.failures();
  // None is told once.
  if (failures.length > 0 || told > 0) tell({ news: 'standing', failures });
  told = failures.length;
  if (tookIn.size > 0) tell({ news: 'took-in', books: [...tookIn] });
  tookIn.clear();
}, STANDING_EVERY_MS);

port.on('message', (order: FollowerOrder) => {
  if (order.order === 'advanced') for (const [book, entries] of order.books) follower.bookAdvanced(book, entries);
  else if (order.order === 'wait') void wait(order);
  else void stop();
});

async function wait({ call, view: name, book, minSeq, timeoutMs }: Extract<FollowerOrder, { order: 'wait' }>) {
  try {
    const view = VIEWS.find((known) => known.name === name);
    if (view === undefined) throw new Error(`there is no view ${name}`);
    await follower.waitFor(view, book, minSeq, timeoutMs);
    tell({ news: 'reached', call });
  } catch (error) {
    if (error instanceof ViewBehind) tell({ news: 'behind', call, seq: error.seq });
    // With its code: that a database is away is no fault of ours, and is answered so.
    else if (error instanceof Error) tell({ news: 'failed', call, message: error.message, code: codeOf(error) });
    else tell({ news: 'failed', call, message: String(error) });
  }
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

async function stop() {
  clearInterval(telling);
  await follower.stop();
  await opened.close();
  await Promise.all([pool.end(), loaders.end(), writers.end()]);
  port?.close();
}
