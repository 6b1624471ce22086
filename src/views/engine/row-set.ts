import type { BookEvent } from '../../domain/event.js';
import { HeldRow, HeldRows, type Settled } from './held-rows.js';
import { KeyIndex } from './key-index.js';
import type { RowKey, Table } from './table.js';
import type { Need, Rows, View } from './view.js';

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
  /** Of a whole set some rows of which were put away again: whether this may be one of them. */
  isAway?: (table: Table<object>, key: RowKey) => boolean;
}

/** A reducer looked at a row that was not loaded. */
export class NotAskedFor extends Error {
  override readonly name = 'NotAskedFor';

  constructor(
    readonly table: Table<object>,
    readonly key: RowKey,
  ) {
    super(`row ${key.join(', ')} of ${table.name} was not asked for before`);
  }
}

/** Rows of one book in memory: those that a batch of events needs, or all that a fold made. */
export class RowSet implements Rows {
  private readonly tables = new Map<Table<object>, HeldRows>();
  private readonly isAway: (table: Table<object>, key: RowKey) => boolean;
  private seq = -1;

  constructor(
    readonly book: string,
    private readonly options: RowSetOptions,
  ) {
    this.isAway = options.isAway ?? (() => !options.isWhole);
  }

  /** Events come in order of seq; the rows that they look at are loaded beforehand. */
  take(view: View, event: BookEvent): void {
    this.seq = event.seq;
    view.evolve(this, event);
  }

  find<Row extends object>(table: Table<Row>, key: RowKey): Row | undefined {
    const rows = this.held(table);
    let held = rows.look(key);
    if (held === undefined) {
      if (this.isAway(table, key)) throw new NotAskedFor(table, key);
      held = rows.add(new HeldRow(key, undefined, undefined));
    }
    rows.last = held;
    return held.row as Row | undefined;
  }

  /** For `View.furtherNeeds` and for questions: a row that is not here counts as none, and is not remembered as such. */
  readonly loaded = {
    find: <Row extends object>(table: Table<Row>, key: RowKey): Row | undefined =>
      this.held(table).find(key)?.row as Row | undefined,
  };

  save<Row extends object>(table: Table<Row>, row: Row): void {
    const rows = this.held(table);
    const held = rows.last?.row === row ? rows.last : this.heldAs(rows, table, row);
    held.row = row;
    rows.last = held;
    if (held.changedSeq === undefined) {
      held.firstSeq = this.seq;
      rows.changed.push(held);
    }
    held.changedSeq = this.seq;
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

  /** Those of the needed rows that have to be loaded, by table, each once. */
  missing(needs: Iterable<Need>): Map<Table<object>, RowKey[]> {
    const missing = new Map<Table<object>, KeyIndex<Need>>();
    for (const one of needs) {
      const { table, key } = one;
      if (this.held(table).find(key) !== undefined || !this.isAway(table, key)) continue;
      let keys = missing.get(table);
      if (keys === undefined) {
        keys = new KeyIndex<Need>();
        missing.set(table, keys);
      }
      keys.set(one);
    }
    return new Map([...missing].map(([table, keys]) => [table, Array.from(keys.values(), ({ key }) => key)]));
  }

  /** What the database has for these keys; the keys without a row are remembered too. */
  load(table: Table<object>, keys: readonly RowKey[], rows: readonly StoredRow[]): void {
    const held = this.held(table);
    for (const key of keys) held.add(new HeldRow(key, undefined, undefined));
    for (const row of rows) held.add(new HeldRow(table.keyOf(row), row, row.changedSeq));
  }

  changed(table: Table<object>): ChangedRow[] {
    return this.held(table).changed.map(({ row, storedSeq, firstSeq, changedSeq }) => {
      if (row === undefined || firstSeq === undefined || changedSeq === undefined)
        throw new Error('a change of nothing');
      if (storedSeq === undefined) return { row, changedSeq };
      return { row, changedSeq, before: { changedSeq: storedSeq, supersededSeq: firstSeq } };
    });
  }

  /** The row as it was changed here; undefined where it was not. */
  changedRow<Row extends object>(table: Table<Row>, key: RowKey): Row | undefined {
    const held = this.held(table).find(key);
    return held?.changedSeq === undefined ? undefined : (held.row as Row);
  }

  /** The rows that were changed since count as unchanged again; `settle` says what becomes of each, before. */
  settle(table: Table<object>, settle: (held: HeldRow) => Settled): void {
    this.held(table).settle(settle);
  }

  /** The transaction that is under way has written what was changed, and goes on. */
  noteWritten(table: Table<object>): void {
    this.held(table).noteWritten();
  }

  /** Must be asked for again before it is looked at; unchanged rows only. */
  drop(table: Table<object>, held: HeldRow): void {
    this.held(table).delete(held);
  }

  /** All of them, also the changed ones. */
  dropAll(table: Table<object>): void {
    this.tables.delete(table);
  }

  get size(): number {
    return [...this.tables.values()].reduce((sum, { size }) => sum + size, 0);
  }

  *all<Row extends object>(table: Table<Row>): Iterable<Row> {
    for (const { row } of this.held(table).all()) if (row !== undefined) yield row as Row;
  }

  /** All, or those of the keys. */
  *heldRows(table: Table<object>, keys?: readonly RowKey[]): Iterable<HeldRow> {
    const rows = this.held(table);
    if (keys === undefined) yield* rows.all();
    for (const key of keys ?? []) {
      const held = rows.find(key);
      if (held !== undefined) yield held;
    }
  }

  private held(table: Table<object>): HeldRows {
    let rows = this.tables.get(table);
    if (rows === undefined) {
      rows = new HeldRows(table);
      this.tables.set(table, rows);
    }
    return rows;
  }

  private heldAs(rows: HeldRows, table: Table<object>, row: object): HeldRow {
    const loose = rows.addLoose(row);
    if (loose !== undefined) return loose;
    const key = table.keyOf(row);
    const held = rows.find(key);
    if (held !== undefined) return held;
    // Else it would be taken for a new one. What one entry alone makes is new, though its key may look like one that is away.
    if (!table.isOfOneEntry(row) && this.options.isAway?.(table, key) === true) throw new NotAskedFor(table, key);
    return rows.add(new HeldRow(key, undefined, undefined));
  }
}
