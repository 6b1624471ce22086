import { KeyIndex } from './key-index.js';
import type { RowKey, Table } from './table.js';

/** A row in memory; or that there is none of this key. */
export class HeldRow {
  /** The first and the last entry that changed it since it was read or settled. */
  firstSeq: number | undefined = undefined;
  changedSeq: number | undefined = undefined;
  /** Of a rebuild: the row as it is written, and as of which entry. */
  version: { bytes: Buffer; seq: number } | undefined = undefined;

  constructor(
    public key: RowKey,
    public row: object | undefined,
    /** Of a row that the tables have: the entry that had changed it last. */
    public storedSeq: number | undefined,
  ) {}
}

/** Whether a row is to be looked at again. */
export type Settled = 'stays' | 'goes';

/** Those of one table. */
export class HeldRows {
  private readonly byKey = new KeyIndex<HeldRow>();
  changed: HeldRow[] = [];
  /** What is found is mostly saved next. */
  last: HeldRow | undefined;
  /** New rows of one entry alone: they come into the index when somebody looks for one of them, which is seldom. */
  private loose: HeldRow[] = [];
  /** One of them was, since the last settling: what is saved may be that one. */
  private isLookedFor = false;
  /** What was asked for of them and is not there, or was not yet: known until the next settling only. */
  private none: HeldRow[] = [];

  constructor(private readonly table: Table<object>) {}

  get size(): number {
    return this.byKey.size + this.loose.length;
  }

  /** For whoever may save it then. */
  look(key: RowKey): HeldRow | undefined {
    this.isLookedFor ||= this.table.isKeyOfOneEntry(key);
    return this.find(key);
  }

  find(key: RowKey): HeldRow | undefined {
    const held = this.byKey.get(key);
    if (held?.row !== undefined || this.loose.length === 0 || !this.table.isKeyOfOneEntry(key)) return held;
    this.indexLoose();
    return this.byKey.get(key);
  }

  add(held: HeldRow): HeldRow {
    this.byKey.set(held);
    if (held.row === undefined && this.table.isKeyOfOneEntry(held.key)) {
      this.isLookedFor = true;
      this.none.push(held);
    }
    return held;
  }

  /** Undefined where it may be one that is known. */
  addLoose(row: object): HeldRow | undefined {
    if (this.isLookedFor || !this.table.isOfOneEntry(row)) return undefined;
    const held = new HeldRow(NO_KEY, row, undefined);
    this.loose.push(held);
    return held;
  }

  delete({ key }: HeldRow): void {
    if (key !== NO_KEY) this.byKey.delete(key);
    this.last = undefined;
  }

  all(): Iterable<HeldRow> {
    this.indexLoose();
    return this.byKey.values();
  }

  /** What was changed is in the tables, though not for good yet: it counts as unchanged, and all of it stays known until it is settled. */
  noteWritten(): void {
    for (const held of this.changed) {
      held.storedSeq = held.changedSeq;
      held.firstSeq = undefined;
      held.changedSeq = undefined;
    }
    this.changed = [];
  }

  /** Those that are still loose are forgotten where they go, and else have a place from now on. */
  settle(settle: (held: HeldRow) => Settled): void {
    const { changed } = this;
    this.changed = [];
    this.loose = [];
    this.isLookedFor = false;
    for (const held of changed) {
      const settled = settle(held);
      held.firstSeq = undefined;
      held.changedSeq = undefined;
      if (settled === 'goes') this.delete(held);
      else if (held.key === NO_KEY) this.index(held);
    }
    for (const held of this.none) if (held.row === undefined && this.byKey.get(held.key) === held) this.delete(held);
    this.none = [];
  }

  private indexLoose(): void {
    const { loose } = this;
    this.loose = [];
    for (const held of loose) this.index(held);
  }

  private index(held: HeldRow): void {
    if (held.row === undefined) return;
    held.key = this.table.keyOf(held.row);
    this.byKey.set(held);
  }
}

/** Of a row that is loose. */
const NO_KEY: RowKey = [];
