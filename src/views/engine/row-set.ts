import type { BookEvent } from '../../domain/event.js';
import type { RowKey, Table } from './table.js';
import type { Need, Rows, View } from './view.js';

interface Held {
  row: object | undefined;
  /** Of a row that was loaded: the entry that had changed it last. */
  storedSeq?: number;
  /** The first and the last entry that changed it since. */
  firstSeq?: number;
  changedSeq?: number;
}

/** A row as the tables of a view have it. */
export type StoredRow = object & { changedSeq: number };

export interface ChangedRow {
  row: object;
  /** The entry that changed it last. */
  changedSeq: number;
  /** The version that was loaded: the entry that made it, and the entry that has ended it now. */
  before?: { changedSeq: number; supersededSeq: number };
}

export interface RowSetOptions {
  /** Holds all rows of the book, so that a row that is not here does not exist; else only those that were loaded. */
  isWhole: boolean;
  /** Some events are left out on purpose; see `Rows.findMade`. */
  isLenient?: boolean;
}

/** Rows of one book in memory: those that a batch of events needs, or all that a fold made. */
export class RowSet implements Rows {
  private readonly tables = new Map<Table<object>, Map<string, Held>>();
  private seq = -1;

  constructor(
    readonly book: string,
    private readonly options: RowSetOptions,
  ) {}

  /** Events come in order of seq; the rows that they look at are loaded beforehand. */
  take(view: View, event: BookEvent): void {
    this.seq = event.seq;
    view.evolve(this, event);
  }

  find<Row extends object>(table: Table<Row>, key: RowKey): Row | undefined {
    const held = this.held(table).get(nameOf(key));
    if (held === undefined && !this.options.isWhole) {
      throw new Error(`row ${key.join(', ')} of ${table.name} was not asked for before`);
    }
    return held?.row as Row | undefined;
  }

  /** For `View.furtherNeeds`: a row that is not loaded yet counts as none. */
  readonly loaded = {
    find: <Row extends object>(table: Table<Row>, key: RowKey): Row | undefined =>
      this.held(table).get(nameOf(key))?.row as Row | undefined,
  };

  save<Row extends object>(table: Table<Row>, row: Row): void {
    const rows = this.held(table);
    const name = nameOf(table.keyOf(row));
    const held = rows.get(name);
    if (held === undefined) rows.set(name, { row, firstSeq: this.seq, changedSeq: this.seq });
    else {
      held.row = row;
      held.firstSeq ??= this.seq;
      held.changedSeq = this.seq;
    }
  }

  findMade<Row extends object>(table: Table<Row>, key: RowKey): Row | undefined {
    const row = this.find(table, key);
    if (row === undefined && this.options.isLenient !== true) {
      throw new Error(`${table.name} has no row ${key.join(', ')}, though an earlier event should have made it`);
    }
    return row;
  }

  change<Row extends object>(table: Table<Row>, key: RowKey, change: (row: Row) => void): void {
    const row = this.findMade(table, key);
    if (row === undefined) return;
    change(row);
    this.save(table, row);
  }

  /** Those of the needed rows that were not asked for yet, by table, each once. */
  missing(needs: Iterable<Need>): Map<Table<object>, RowKey[]> {
    const missing = new Map<Table<object>, Map<string, RowKey>>();
    for (const { table, key } of needs) {
      const name = nameOf(key);
      if (this.held(table).has(name)) continue;
      const keys = missing.get(table) ?? new Map<string, RowKey>();
      missing.set(table, keys.set(name, key));
    }
    return new Map([...missing].map(([table, keys]) => [table, [...keys.values()]]));
  }

  /** What the database has for these keys; the keys without a row are remembered too. */
  load(table: Table<object>, keys: readonly RowKey[], rows: readonly StoredRow[]): void {
    const held = this.held(table);
    for (const key of keys) held.set(nameOf(key), { row: undefined });
    for (const row of rows) held.set(nameOf(table.keyOf(row)), { row, storedSeq: row.changedSeq });
  }

  changed(table: Table<object>): ChangedRow[] {
    return [...this.held(table).values()].flatMap(({ row, storedSeq, firstSeq, changedSeq }) => {
      if (row === undefined || firstSeq === undefined || changedSeq === undefined) return [];
      if (storedSeq === undefined) return [{ row, changedSeq }];
      return [{ row, changedSeq, before: { changedSeq: storedSeq, supersededSeq: firstSeq } }];
    });
  }

  /** The row as it was changed here; undefined where it was not. */
  changedRow<Row extends object>(table: Table<Row>, key: RowKey): Row | undefined {
    const held = this.held(table).get(nameOf(key));
    return held?.changedSeq === undefined ? undefined : (held.row as Row);
  }

  get size(): number {
    return [...this.tables.values()].reduce((sum, rows) => sum + rows.size, 0);
  }

  *all<Row extends object>(table: Table<Row>): Iterable<Row> {
    for (const { row } of this.held(table).values()) if (row !== undefined) yield row as Row;
  }

  private held(table: Table<object>): Map<string, Held> {
    let rows = this.tables.get(table);
    if (rows === undefined) {
      rows = new Map();
      this.tables.set(table, rows);
    }
    return rows;
  }
}

function nameOf(key: RowKey): string {
  return key.length === 1 ? String(key[0]) : key.join('\u0000');
}
