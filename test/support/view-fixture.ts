import type pg from 'pg';
import { openPool, openReadersPool } from '../../src/database/pool.js';
import { PostgresEventStore } from '../../src/event-store/postgres.js';
import { VIEWS } from '../../src/views/all-views.js';
import { advance } from '../../src/views/engine/advance.js';
import { EventPages } from '../../src/views/engine/event-pages.js';
import type { Follower } from '../../src/views/engine/follower.js';
import { TimeTravel } from '../../src/views/engine/past/time-travel.js';
import type { RowSet } from '../../src/views/engine/row-set.js';
import { exactTypes, selectedOf } from '../../src/views/engine/stored-rows.js';
import type { View } from '../../src/views/engine/view.js';
import { ViewReader } from '../../src/views/engine/view-reader.js';
import { cloneDatabase } from './database.js';
import { patient } from './patient.js';

/** A database of its own with an event store, and what the views need. */
export interface ViewFixture {
  url: string;
  pool: pg.Pool;
  readers: pg.Pool;
  store: PostgresEventStore;
  close(): Promise<void>;
}

export async function viewFixture(): Promise<ViewFixture> {
  const database = await cloneDatabase();
  const pool = openPool(database.url, 8, () => undefined);
  const readers = openReadersPool(database.url, 4, () => undefined);
  return {
    url: database.url,
    pool,
    readers,
    store: new PostgresEventStore(pool),
    async close() {
      await Promise.all([pool.end(), readers.end()]);
      await database.drop();
    },
  };
}

/** Follows until nothing is left, some events at a time. */
export async function catchUp(
  { pool, store }: ViewFixture,
  book: string,
  batch = 37,
  views = VIEWS,
  chunk?: number,
): Promise<void> {
  const options = chunk === undefined ? {} : { chunk };
  const pages = new EventPages(store);
  for (let isMore = true; isMore; ) {
    const advanced = await advance(pool, pages, [{ book, views, limit: batch }], options);
    isMore = advanced.some(({ events }) => events > 0);
  }
}

/** Chunks and spans can be made short, so that a short history has many. */
export function readerOf({ readers, store }: ViewFixture, from: Follower, chunk?: number, span?: number): ViewReader {
  const follower = patient(from);
  return new ViewReader(readers, store, follower, new TimeTravel(readers, store, follower, chunk, span));
}

/** All rows of a view of a book as the tables have them, by table. */
export async function storedRows(pool: pg.Pool, view: View, book: string): Promise<Record<string, object[]>> {
  const tables: Record<string, object[]> = {};
  for (const table of view.tables) {
    const order = table.columnsOf(table.key).join(', ');
    const text = `select ${selectedOf(table)} from views.${table.name} where book = $1 order by ${order}`;
    tables[table.name] = (await pool.query<object>({ text, values: [book], types: exactTypes })).rows;
  }
  return tables;
}

/** Every row of every table and twin, as text and in order. */
export async function everyRow(pool: pg.Pool, views = VIEWS): Promise<Record<string, string[]>> {
  const tables = views.flatMap((view) => view.tables.flatMap(({ name, pastName }) => [name, pastName]));
  const found = tables.map(async (name): Promise<[string, string[]]> => {
    const { rows } = await pool.query<{ row: string }>(
      `select t::text as row from views.${name} as t order by t::text collate "C"`,
    );
    return [name, rows.map(({ row }) => row)];
  });
  return Object.fromEntries(await Promise.all(found));
}

/** The same of a fold. */
export function foldedRows(rows: RowSet, view: View): Record<string, object[]> {
  return Object.fromEntries(
    view.tables.map((table) => {
      const keyOf = (row: object) => table.keyOf(row);
      const sorted = [...rows.all(table)].sort((a, b) => compare(keyOf(a), keyOf(b)));
      return [table.name, sorted];
    }),
  );
}

function compare(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index < 0 ? 0 : (a[index] ?? '') < (b[index] ?? '') ? -1 : 1;
}
