import type { BookEvent } from '../../domain/event.js';
import type { RowKey, Table } from './table.js';
import type { Need, Rows, View } from './view.js';

/** A row in memory; or that there is none of this key. */
export class HeldRow {
  /** The first and the last entry that changed it since it was read or settled. */
  firstSeq: number | undefined = undefined;
  changedSeq: number | undefined = undefined;

  constructor(
    readonly name: string,
    public row: object | undefined,
    /** Of a row that the tables have: the entry that had changed it last. */
    public storedSeq: number | undefined,
  ) {}
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
  /** Of a whole set some rows of which were put away again: whether this may be one of them. */
  isAway?: (table: Table<object>, name: string) => boolean;
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

/** Those of one table, by the name that their key makes. */
class HeldRows {
  readonly byName = new Map<string, HeldRow>();
  changed: HeldRow[] = [];
  /** What is found is mostly saved next. */
  last: HeldRow | undefined;
}

/** Rows of one book in memory: those that a batch of events needs, or all that a fold made. */
export class RowSet implements Rows {
  private readonly tables = new Map<Table<object>, HeldRows>();
  private readonly isAway: (table: Table<object>, name: string) => boolean;
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
    const name = nameOf(key);
    let held = rows.byName.get(name);
    if (held === undefined) {
      if (this.isAway(table, name)) throw new NotAskedFor(table, key);
      held = new HeldRow(name, undefined, undefined);
      rows.byName.set(name, held);
    }
    rows.last = held;
    return held.row as Row | undefined;
  }

  /** For `View.furtherNeeds`: a row that is not loaded yet counts as none. */
  readonly loaded = {
    find: <Row extends object>(table: Table<Row>, key: RowKey): Row | undefined =>
      this.held(table).byName.get(nameOf(key))?.row as Row | undefined,
  };

  save<Row extends object>(table: Table<Row>, row: Row): void {
    const rows = this.held(table);
    const held = rows.last?.row === row ? rows.last : this.heldAs(rows, table, row);
    held.row = row;
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
    const missing = new Map<Table<object>, Map<string, RowKey>>();
    for (const { table, key } of needs) {
      const name = nameOf(key);
      if (this.held(table).byName.has(name) || !this.isAway(table, name)) continue;
      const keys = missing.get(table) ?? new Map<string, RowKey>();
      missing.set(table, keys.set(name, key));
    }
    return new Map([...missing].map(([table, keys]) => [table, [...keys.values()]]));
  }

  /** What the database has for these keys; the keys without a row are remembered too. */
  load(table: Table<object>, keys: readonly RowKey[], rows: readonly StoredRow[]): void {
    const { byName } = this.held(table);
    for (const key of keys) byName.set(nameOf(key), new HeldRow(nameOf(key), undefined, undefined));
    for (const row of rows) {
      const name = nameOf(table.keyOf(row));
      byName.set(name, new HeldRow(name, row, row.changedSeq));
    }
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
    const held = this.held(table).byName.get(nameOf(key));
    return held?.changedSeq === undefined ? undefined : (held.row as Row);
  }

  /** The rows that were changed since count as unchanged again; `settle` says what became of each, before. */
  settle(table: Table<object>, settle: (held: HeldRow) => void): void {
    const rows = this.held(table);
    const { changed } = rows;
    rows.changed = [];
    for (const held of changed) {
      settle(held);
      held.firstSeq = undefined;
      held.changedSeq = undefined;
    }
  }

  /** Must be asked for again before it is looked at; unchanged rows only. */
  drop(table: Table<object>, { name }: HeldRow): void {
    const rows = this.held(table);
    rows.byName.delete(name);
    rows.last = undefined;
  }

  /** All of them, also the changed ones. */
  dropAll(table: Table<object>): void {
    this.tables.delete(table);
  }

  get size(): number {
    return [...this.tables.values()].reduce((sum, { byName }) => sum + byName.size, 0);
  }

  *all<Row extends object>(table: Table<Row>): Iterable<Row> {
    for (const { row } of this.held(table).byName.values()) if (row !== undefined) yield row as Row;
  }

  /** All, or those of the keys. */
  *heldRows(table: Table<object>, keys?: readonly RowKey[]): Iterable<HeldRow> {
    const { byName } = this.held(table);
    if (keys === undefined) yield* byName.values();
    for (const key of keys ?? []) {
      const held = byName.get(nameOf(key));
      if (held !== undefined) yield held;
    }
  }

  private held(table: Table<object>): HeldRows {
    let rows = this.tables.get(table);
    if (rows === undefined) {
      rows = new HeldRows();
      this.tables.set(table, rows);
    }
    return rows;
  }

  private heldAs({ byName }: HeldRows, table: Table<object>, row: object): HeldRow {
    const key = table.keyOf(row);
    const name = nameOf(key);
    let held = byName.get(name);
    if (held === undefined) {
      // Else it would be taken for a new one. What one entry alone makes is new, though its name may look like one that is away.
      if (!table.isOfOneEntry(row) && this.options.isAway?.(table, name) === true) throw new NotAskedFor(table, key);
      held = new HeldRow(name, undefined, undefined);
      byName.set(name, held);
    }
    return held;
  }
}

function nameOf(key: RowKey): string {
  switch (key.length) {
    case 1:
      return String(key[0]);
    case 2:
      return `${key[0]}\u0000${key[1]}`;
    case 3:
      return `${key[0]}\u0000${key[1]}\u0000${key[2]}`;
    default:
      return key.join('\u0000');
  }
}
