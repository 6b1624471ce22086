import type { Pool } from 'pg';
import { Appended } from '../../src/event-store/appended.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { BookLog } from '../../src/log/book-log.js';
import { LogStore } from '../../src/log/log-store.js';
import { generateKey, parseSigner } from '../../src/log/note.js';
import { BookWriters } from '../../src/posting/book-writers.js';

export const LOG_KEY = parseSigner(generateKey('ledger.example/log'));

/** The write path of one process. */
export function openWriters(store: EventStore, pool: Pool, appended = new Appended()): BookWriters {
  return new BookWriters(store, new BookLog(LOG_KEY, store, new LogStore(pool)), appended);
}
