import type { Pool } from 'pg';
import { joinDatabase } from '../database/database.js';
import { openPool } from '../database/pool.js';
import type { BookEvent } from '../domain/event.js';
import type { EventStore } from '../event-store/event-store.js';
import { type OpenEventStore, openEventStore } from '../event-store/open-event-store.js';
import { readEvents } from '../event-store/read-book.js';
import { PlainError } from '../plain-error.js';
import { type Progress, startProgress } from '../progress.js';
import { eventStoreChoice, readSettings, type Settings } from '../settings.js';

/** A book for a command that reads it, beside a running service or without one. */
export interface OpenBook {
  readonly id: string;
  /** Events that it had when the command began; what comes later is not looked at. */
  readonly size: number;
  readonly store: EventStore;
  /** The store as a transaction sees it. */
  readonly within: OpenEventStore['within'];
  readonly pool: Pool;
  /** All of them, in order. The bar, where there is one, moves with the reader. */
  events(): AsyncGenerator<BookEvent>;
}

interface Reading {
  book: string;
  title: string;
  /** How often the events are read. */
  passes: number;
  hasBar: boolean;
}

/** Error: PlainError where there is no such book. */
export async function withBook<T>(
  environment: NodeJS.ProcessEnv,
  { book, title, passes, hasBar }: Reading,
  work: (book: OpenBook) => Promise<T>,
): Promise<T> {
  const log = (message: string) => console.error(message);
  const settings = readSettings(environment);
  const database = await joinDatabase({ ...settings, log });
  const pool = openPool(database.url, 2, log);
  let opened: OpenEventStore | undefined;
  let bar: Progress | undefined;
  try {
    opened = await openEventStore({ choice: eventStoreChoice(settings), databaseUrl: database.url, pool, log });
    const { store, within } = opened;
    const last = await store.revision(book);
    if (last < 0) throw noBook(book, settings);
    if (hasBar) bar = startProgress(title, (last + 1) * passes, process.stderr);
    const events = () => counted(readEvents(store, book, last), bar);
    return await work({ id: book, size: last + 1, store, within, pool, events });
  } finally {
    bar?.end();
    await opened?.close();
    await pool.end();
    await database.close();
  }
}

/** Says where it was looked for too: the demo, for one, has its books in a folder of its own. */
export function noBook(book: string, { databaseUrl, dataDir }: Settings): PlainError {
  const place = databaseUrl === undefined ? `DATA_DIR=${dataDir}` : 'DATABASE_URL';
  return new PlainError(
    `没有账套 ${book}。 There is no book ${book}.\n查找的数据库是 The database that was looked in is that of ${place}.`,
  );
}

async function* counted(events: AsyncIterable<BookEvent>, bar: Progress | undefined): AsyncGenerator<BookEvent> {
  for await (const event of events) {
    yield event;
    bar?.advance();
  }
}
