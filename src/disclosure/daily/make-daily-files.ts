import type { Pool } from 'pg';
import { openPool, openReadersPool } from '../../database/pool.js';
import type { DivisionCode } from '../../domain/division.js';
import { type EventStoreChoice, openEventStore } from '../../event-store/open-event-store.js';
import { VIEWS } from '../../views/all-views.js';
import { TimeTravel } from '../../views/engine/past/time-travel.js';
import { ViewFollower } from '../../views/engine/view-follower.js';
import { ViewReader } from '../../views/engine/view-reader.js';
import { BearingBooks } from '../bearing-books.js';
import { addDays } from '../calendar.js';
import { DisclosureReader } from '../disclosure-reader.js';
import { DailyComposer } from './compose.js';
import { DailyMaker, type Made } from './daily-maker.js';
import { DailyStore } from './daily-store.js';

export interface DailyWork {
  databaseUrl: string;
  choice: EventStoreChoice;
  publicUrl: string;
  /** Of so many days before the one that is made all sets stay; of every day where absent. */
  keptDays?: number | undefined;
}

const CONNECTIONS = 4;
/** Of all processes of a database one makes files; the lock goes with its connection, however that ends. */
const LOCK = `select pg_try_advisory_lock(hashtextextended('daily files', 0)) as "isMine"`;
const UNLOCK = `select pg_advisory_unlock(hashtextextended('daily files', 0))`;

/** Runs the work with a maker, whose connections are its own. */
export async function withDailyMaker<T>(
  { databaseUrl, choice, publicUrl }: DailyWork,
  work: (maker: DailyMaker, pool: Pool, daily: DailyStore) => Promise<T>,
): Promise<T> {
  const log = (message: string) => console.error(message);
  const pool = openPool(databaseUrl, CONNECTIONS, log);
  const readers = openReadersPool(databaseUrl, CONNECTIONS, log);
  const opened = await openEventStore({ choice, databaseUrl, pool, log });
  try {
    const { store } = opened;
    // It takes in what a reader waits for, where nobody else does.
    const follower = new ViewFollower(pool, store, { views: VIEWS, log });
    const reader = new ViewReader(readers, store, follower, new TimeTravel(readers, store, follower));
    const books = new BearingBooks(store);
    const composer = new DailyComposer(new DisclosureReader(books, reader), publicUrl);
    const daily = new DailyStore(pool);
    return await work(new DailyMaker(store, books, reader, composer, daily), pool, daily);
  } finally {
    await opened.close();
    await Promise.all([pool.end(), readers.end()]);
  }
}

/** Answers false where another process makes files at this moment. Errors: ViewBehind, and what the database says. */
export async function makeDailyFiles(
  work: DailyWork,
  day: string,
  made: (division: DivisionCode, what: Made) => void,
): Promise<boolean> {
  return withDailyMaker(work, async (maker, pool, daily) => {
    const client = await pool.connect();
    try {
      const { rows } = await client.query<{ isMine: boolean }>(LOCK);
      if (rows[0]?.isMine !== true) return false;
      await maker.make(day, made);
      if (work.keptDays !== undefined) await daily.thin(addDays(day, 1 - work.keptDays));
      await client.query(UNLOCK);
      return true;
    } finally {
      client.release(true);
    }
  });
}
