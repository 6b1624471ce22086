import type { Pool, PoolClient } from 'pg';
import { openPool } from '../database/pool.js';
import { PlainError } from '../plain-error.js';
import type { EventStore } from './event-store.js';
import type { EventStoreDBEventStore } from './eventstoredb/eventstoredb.js';
import { PostgresEventStore } from './postgres.js';

/** Which event store, out of the settings; can be handed to a thread. */
export type EventStoreChoice =
  | { eventStore: 'postgres' }
  | { eventStore: 'eventstoredb'; eventStoreUrl: string; maxAppendBytes: number };

/** Injection token of what is opened here. */
export const OPEN_EVENT_STORE = Symbol('OPEN_EVENT_STORE');

type Log = (message: string, facts?: Record<string, unknown>) => void;

/** The event store of the settings, with what it needs of its own. */
export interface OpenEventStore {
  readonly store: EventStore;
  /** The store as a transaction of the caller sees it, as far as it is in the same database. */
  within(client: PoolClient): EventStore;
  /** To be called before a service appends: what a crash left unfinished is finished. Error: PlainError. */
  prepare(log: Log): Promise<void>;
  /** Tells of books that grow in any process, where the store can; whoever follows asks besides. Ends with `close`. */
  listen(advanced: (book: string) => void, log: Log): void;
  /** Whether it answers now; it may also fail, or take long. */
  answers(): Promise<boolean>;
  close(): Promise<void>;
}

interface Opening {
  choice: EventStoreChoice;
  databaseUrl: string;
  pool: Pool;
  log: (message: string) => void;
  /** Public keys that sign for this service. */
  trusted?: readonly string[];
}

const MOST_LOCKS = 4;
/** Longer than an append and mending take, which go on over other connections while a lock is held. */
const LOCK_HUNG_AFTER_MS = 60_000;

/** Error: PlainError, where the database has its books in the other event store. */
export async function openEventStore(opening: Opening): Promise<OpenEventStore> {
  const { choice, pool } = opening;
  await checkChoice(choice, pool);
  if (choice.eventStore === 'eventstoredb') return openEventStoreDB({ ...opening, choice });
  const store = new PostgresEventStore(pool);
  return {
    store,
    within: (client) => new PostgresEventStore(pool, client),
    prepare: async () => undefined,
    listen: () => undefined,
    answers: () => pool.query('select 1').then(() => true),
    close: async () => undefined,
  };
}

async function openEventStoreDB({
  choice,
  databaseUrl,
  pool,
  log,
  trusted = [],
}: Opening & { choice: Extract<EventStoreChoice, { eventStore: 'eventstoredb' }> }): Promise<OpenEventStore> {
  // Loaded where it is wanted: whoever keeps events in PostgreSQL need not wait for a client of gRPC.
  const [{ EventStoreDBEventStore }, { StreamWatch }] = await Promise.all([
    import('./eventstoredb/eventstoredb.js'),
    import('./eventstoredb/stream-watch.js'),
  ]);
  const locks = openPool(databaseUrl, MOST_LOCKS, log, LOCK_HUNG_AFTER_MS);
  const { eventStoreUrl: url, maxAppendBytes } = choice;
  const store = named(() => new EventStoreDBEventStore({ url, maxAppendBytes, pool, locks, trusted }));
  const { streams, mender } = store;
  const watches: InstanceType<typeof StreamWatch>[] = [];
  return {
    store,
    within: () => store,
    prepare: (tell) => prepare(store, tell),
    listen: (advanced, tell) => {
      const watch = new StreamWatch({ streams, mender, revisions: () => store.revisions(), advanced, log: tell });
      watch.start();
      watches.push(watch);
    },
    answers: () => streams.answers(),
    close: async () => {
      await Promise.all(watches.map((watch) => watch.stop()));
      await store.close();
      await locks.end();
    },
  };
}

/** The client says what of its options it does not understand. Error: PlainError. */
function named<T>(open: () => T): T {
  try {
    return open();
  } catch (error) {
    throw new PlainError(`EVENTSTORE_URL: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

async function prepare(store: EventStoreDBEventStore, log: Log): Promise<void> {
  if (!(await store.streams.answers()))
    throw new PlainError(
      'EventStoreDB 无法连接或不许读取 EventStoreDB cannot be reached at EVENTSTORE_URL, or does not let its user read streams.',
    );
  const books = await store.revisions();
  const unmendable = await store.mender.mendAll();
  if (books.size > 0 && unmendable.length >= books.size) {
    const [first] = unmendable;
    throw new PlainError(`EventStoreDB and the database do not belong together: ${first?.message}`);
  }
  for (const { book, message } of unmendable) log('a book is not as its stream', { book, error: message });
}

async function checkChoice({ eventStore }: EventStoreChoice, pool: Pool): Promise<void> {
  const other = eventStore === 'postgres' ? 'stream_index' : 'events';
  const { rows } = await pool.query<{ is_used: boolean }>(`select exists (select from ${other}) as is_used`);
  if (rows[0]?.is_used !== true) return;
  const where =
    eventStore === 'postgres' ? 'EventStoreDB (EVENT_STORE=eventstoredb)' : 'PostgreSQL (EVENT_STORE=postgres)';
  throw new PlainError(
    `EVENT_STORE 与数据库不符 EVENT_STORE is "${eventStore}", but the books of this database have their events in ${where}.`,
  );
}
