import type { BookEvent } from '../../domain/event.js';
import type { RowKey, Table } from './table.js';

/** A row that a reducer is going to look at. */
export interface Need {
  table: Table<object>;
  key: RowKey;
}

/** The rows of one book that a reducer sees. Rows are changed in place and then saved. */
export interface Rows {
  readonly book: string;
  find<Row extends object>(table: Table<Row>, key: RowKey): Row | undefined;
  /** A new row needs no `find` before. */
  save<Row extends object>(table: Table<Row>, row: Row): void;
  /**
   * A row that an earlier event made. Where there is none the history is impossible, and it throws; but a fold by effective
   * date may leave out the event that made the row, and then it is undefined.
   */
  findMade<Row extends object>(table: Table<Row>, key: RowKey): Row | undefined;
  /** Changes such a row and saves it. */
  change<Row extends object>(table: Table<Row>, key: RowKey, change: (row: Row) => void): void;
}

/**
 * A read model: a pure reducer over keyed rows of its own tables. The same reducer follows the event store, answers for a
 * moment of the past (folded in memory) and rebuilds the tables.
 */
export interface View {
  name: string;
  tables: readonly Table<object>[];
  /** More rows than all other views together: a follower that catches up writes them beside those. */
  isLarge?: true;
  /** The rows that `evolve` will look at for this event, loaded beforehand in one query for many events. */
  needs(event: BookEvent): Iterable<Need>;
  /**
   * More of them, whose keys stand in rows that `needs` brought: the division of a payout is that of its beneficiary. A row
   * that an event of the same `batch` is about to make is not there yet.
   */
  furtherNeeds?(event: BookEvent, rows: Pick<Rows, 'find'>, batch: readonly BookEvent[]): Iterable<Need>;
  /** Must not change the event, nor keep a part of it that is changed later: all views share it. */
  evolve(rows: Rows, event: BookEvent): void;
}

export function need(table: Table<object>, ...key: RowKey): Need {
  return { table, key };
}
