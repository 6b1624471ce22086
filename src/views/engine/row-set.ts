import type { RowKey, Table } from './table.js';
import type { Need, Rows } from './view.js';

interface Held {
  row: object | undefined;
  isChanged: boolean;
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

  constructor(
    readonly book: string,
    private readonly options: RowSetOptions,
  ) {}

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
    this.held(table).set(nameOf(table.keyOf(row)), { row, isChanged: true });
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
  load(table: Table<object>, keys: readonly RowKey[], rows: readonly object[]): void {
    const held = this.held(table);
    for (const key of keys) held.set(nameOf(key), { row: undefined, isChanged: false });
    for (const row of rows) held.set(nameOf(table.keyOf(row)), { row, isChanged: false });
  }

  changed(table: Table<object>): object[] {
    return [...this.held(table).values()].flatMap(({ row, isChanged }) =>
      isChanged && row !== undefined ? [row] : [],
    );
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
