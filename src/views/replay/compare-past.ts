import type { ClientBase } from 'pg';
import type { HeldRow } from '../engine/held-rows.js';
import type { RowSet } from '../engine/row-set.js';
import { selected } from '../engine/stored-rows.js';
import type { Table } from '../engine/table.js';
import type { View } from '../engine/view.js';
import { type Difference, firstDifference, NOTHING } from './difference.js';
import { rowsInOrder } from './rows-in-order.js';

type Found = Omit<Difference, 'book'>;
/** A row as it stood until an entry changed it. */
type PastRow = object & { changedSeq: number; supersededSeq: number };

/**
 * Compares what the twins of a view's tables keep for questions about the past with what the events say, chunk by chunk. A twin
 * must have of each row that a chunk changed how it stood when the chunk began, with the entry that ended it; nothing else.
 * What stood when a chunk began are the folded rows themselves, before its first entry is taken in, so that no row is kept twice.
 */
export class PastComparison {
  /** How many versions were as the events say. */
  count = 0;
  private readonly tables: readonly PastTable[];

  constructor(
    client: ClientBase,
    private readonly view: View,
    rows: RowSet,
  ) {
    this.tables = view.tables.map((table) => new PastTable(client, table, rows));
  }

  /** Before entry `first` is taken in. */
  async chunkBegins(first: number, last: number): Promise<Found | undefined> {
    for (const table of this.tables) {
      const found = await table.begin(first, last);
      if (found !== undefined) return this.named(found);
    }
    return undefined;
  }

  /** After entry `last` was taken in: at the end of the chunk, or where the view or the replay stands before that. */
  chunkEnds(last: number): Found | undefined {
    for (const table of this.tables) {
      const found = table.end(last);
      if (typeof found !== 'number') return this.named(found);
      this.count += found;
    }
    return undefined;
  }

  /** The view stands at entry `last`: it can have ended no row later. */
  async viewEnds(last: number): Promise<Found | undefined> {
    for (const table of this.tables) {
      const found = await table.more(last);
      if (found !== undefined) return this.named(found);
    }
    return undefined;
  }

  private named(found: Found): Found {
    return { ...found, where: `${this.view.name}: ${found.where}` };
  }
}

class PastTable {
  private readonly stored: AsyncGenerator<object>;
  private next: PastRow | undefined;
  private hasEnded = false;
  /** Versions of this chunk that are as the rows were when it began; by the name of their key. */
  private readonly waiting = new Map<string, PastRow>();

  constructor(
    client: ClientBase,
    private readonly table: Table<object>,
    private readonly rows: RowSet,
  ) {
    const name = `past_${table.name}`;
    const text = `select ${selected(table, 'past')}, past.superseded_seq as "supersededSeq"
      from views.${table.pastName} as past where past.book = $1 order by past.superseded_seq`;
    this.stored = rowsInOrder(client, { name, text, book: rows.book });
  }

  async begin(first: number, last: number): Promise<Found | undefined> {
    for (let row = await this.peek(); row !== undefined && row.supersededSeq <= last; row = await this.peek()) {
      const name = this.table.keyOf(row).join('\u0000');
      const [held] = this.rows.heldRows(this.table, [this.table.keyOf(row)]);
      if (held?.row === undefined || row.supersededSeq < first || this.waiting.has(name)) return this.tooMuch(row);
      const { properties } = this;
      const made = { ...held.row, changedSeq: held.storedSeq };
      const difference = firstDifference([...properties, 'changedSeq'], made, row);
      if (difference !== undefined) return { ...this.place(row), ...difference };
      this.waiting.set(name, row);
      this.next = undefined;
    }
    return undefined;
  }

  /** How many rows the entries up to this one changed that had stood before the chunk. */
  end(last: number): number | Found {
    let [count, found]: [number, Found | undefined] = [0, undefined];
    this.rows.settle(this.table, (held) => {
      found ??= this.judge(held);
      if (held.storedSeq !== undefined) count += 1;
      held.storedSeq = held.changedSeq;
      return 'stays';
    });
    for (const row of this.waiting.values()) if (row.supersededSeq <= last) found ??= this.tooMuch(row);
    this.waiting.clear();
    return found ?? count;
  }

  async more(last: number): Promise<Found | undefined> {
    const row = await this.peek();
    return row === undefined ? undefined : { ...this.tooMuch(row), seq: last };
  }

  private judge({ row, storedSeq, firstSeq }: HeldRow): Found | undefined {
    if (row === undefined || storedSeq === undefined || firstSeq === undefined) return undefined;
    const name = this.table.keyOf(row).join('\u0000');
    const past = this.waiting.get(name);
    const place = this.place({ ...row, supersededSeq: firstSeq });
    if (past === undefined) return { ...place, field: 'row', expected: 'how the row stood before', found: NOTHING };
    this.waiting.delete(name);
    if (past.supersededSeq === firstSeq) return undefined;
    return { ...place, field: 'supersededSeq', expected: `${firstSeq}`, found: `${past.supersededSeq}` };
  }

  private tooMuch(row: PastRow): Found {
    return { ...this.place(row), field: 'row', expected: NOTHING, found: 'a row' };
  }

  private place(row: object & { supersededSeq: number }): { seq: number; where: string } {
    return { seq: row.supersededSeq, where: `${this.table.pastName} ${this.table.keyOf(row).join(', ')}` };
  }

  private get properties(): string[] {
    return this.table.columns.map(({ property }) => property);
  }

  private async peek(): Promise<PastRow | undefined> {
    if (this.next !== undefined || this.hasEnded) return this.next;
    const { done, value } = await this.stored.next();
    if (done === true) this.hasEnded = true;
    else this.next = value as PastRow;
    return this.next;
  }
}
