import type { BookEvent } from '../../domain/event.js';
import type { Parts } from '../byte-text.js';
import { orderOf } from '../text-order.js';

/** When an entry was recorded, from when it counts, and whether it stands; in the order of RFC 8785 with what else a row has. */
export interface Standing {
  effectiveDate: string;
  recordedAt: string;
  reversedBy: number | null;
  seq: number;
}

export function standing({ effectiveDate, recordedAt, seq }: BookEvent): Standing {
  return { effectiveDate, recordedAt, reversedBy: null, seq };
}

export function statusOf({ reversedBy }: Standing): 'standing' | 'reversed' {
  return reversedBy === null ? 'standing' : 'reversed';
}

/** A row of a view as it must be. */
export interface Row {
  /** What its table has it under, in the order of the table. */
  key: string[];
  /** In the order of RFC 8785, texts byte for byte; made when they are wanted. */
  fields: () => object;
}

/** The rows of a kind in the order of their keys; made when they are wanted, since there may be as many as entries. */
export interface RowList {
  length: number;
  row(at: number): Row;
  /** The JSON of a row. */
  parts(at: number): Parts;
}

export class SortedRows implements RowList {
  private readonly rows: readonly Row[];

  constructor(rows: Iterable<Row>) {
    this.rows = sorted(rows);
  }

  get length(): number {
    return this.rows.length;
  }

  row(at: number): Row {
    return this.rows[at] as Row;
  }

  parts(at: number): Parts {
    return [JSON.stringify(this.row(at).fields())];
  }
}

/** In the order of their keys, byte by byte; no two have the same. */
export function sorted(rows: Iterable<Row>): Row[] {
  return sortedBy(rows, ({ key }) => (key.length === 1 ? (key[0] ?? '') : key.join('\0')));
}

/** In the order of a text of each, byte by byte; no two have the same. */
export function sortedBy<Item>(items: Iterable<Item>, textOf: (item: Item) => string): Item[] {
  const list = [...items];
  return orderOf(list.map(textOf)).map((at) => list[at] as Item);
}
