import { type BundleOptions, NoBook, writeBundle } from '../audit/bundle/write-bundle.js';
import { joinDatabase } from '../database/database.js';
import { openPool } from '../database/pool.js';
import type { EventStore } from '../event-store/event-store.js';
import { openEventStore } from '../event-store/open-event-store.js';
import { MissingEvent } from '../event-store/read-book.js';
import { PlainError } from '../plain-error.js';
import { type Progress, startProgress } from '../progress.js';
import { eventStoreChoice, readSettings } from '../settings.js';
import { noBook } from './open-book.js';

/** Writes a book into one file for an auditor, beside a running service or without one. */
export async function exportBundle(
  environment: NodeJS.ProcessEnv,
  { book, output }: { book: string; output: string },
): Promise<void> {
  const log = (message: string) => console.error(message);
  const settings = readSettings(environment);
  const database = await joinDatabase({ ...settings, log });
  const pool = openPool(database.url, 2, log);
  let bar: Progress | undefined;
  try {
    const choice = eventStoreChoice(settings);
    const opened = await openEventStore({ choice, databaseUrl: database.url, pool, log });
    try {
      await writeBundle(pool, {
        book,
        file: output,
        ...(choice.eventStore !== 'postgres' && { readEntries: entriesOf(opened.store, book) }),
        onSize: (size) => (bar = startProgress('bundle', size, process.stderr)),
        onEvents: (count) => bar?.advance(count),
      });
    } finally {
      await opened.close();
    }
  } catch (error) {
    if (error instanceof NoBook) throw noBook(book, settings);
    throw error instanceof MissingEvent ? new PlainError(error.message, { cause: error }) : error;
  } finally {
    bar?.end();
    await pool.end();
    await database.close();
  }
}

function entriesOf(store: EventStore, book: string): BundleOptions['readEntries'] {
  return (from, to) => store.read(book, from, to - from);
}
