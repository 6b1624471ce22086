import type { Pool } from 'pg';
import { joinDatabase } from './database/database.js';
import { openPool } from './database/pool.js';
import type { BookEvent } from './domain/event.js';
import { PostgresEventStore } from './event-store/postgres.js';
import { readEvents } from './event-store/read-book.js';
import { PlainError } from './plain-error.js';
import { type Progress, startProgress } from './progress.js';
import { readSettings } from './settings.js';

/** A book for a command that reads it, beside a running service or without one. */
export interface OpenBook {
  readonly id: string;
  /** Events that it had when the command began; what comes later is not looked at. */
  readonly size: number;
  readonly store: PostgresEventStore;
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
  const database = await joinDatabase({ ...readSettings(environment), log });
  const pool = openPool(database.url, 2, log);
  let bar: Progress | undefined;
  try {
    const store = new PostgresEventStore(pool);
    const last = await store.revision(book);
    if (last < 0) throw new PlainError(`There is no book ${book}.`);
    if (hasBar) bar = startProgress(title, (last + 1) * passes, process.stderr);
    const events = () => counted(readEvents(store, book, last), bar);
    return await work({ id: book, size: last + 1, store, pool, events });
  } finally {
    bar?.end();
    await pool.end();
    await database.close();
  }
}

async function* counted(events: AsyncIterable<BookEvent>, bar: Progress | undefined): AsyncGenerator<BookEvent> {
  for await (const event of events) {
    yield event;
    bar?.advance();
  }
}
