import type { BookEvent } from '../../domain/event.js';

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
  /** In the order of RFC 8785, texts byte for byte; made when it is wanted, since there may be as many rows as entries. */
  fields: () => object;
  /** The same as JSON, where there are so many rows that it is better put together at once. */
  json?: () => string;
}

/** In the order of their keys, byte by byte; no two have the same. */
export function sorted(rows: Iterable<Row>): Row[] {
  return sortedBy(rows, ({ key }) => (key.length === 1 ? (key[0] ?? '') : key.join('\0')));
}

/** In the order of a text of each, byte by byte; no two have the same. */
export function sortedBy<Item>(items: Iterable<Item>, textOf: (item: Item) => string): Item[] {
  const inOrder: { text: string; item: Item }[] = [];
  for (const item of items) inOrder.push({ text: textOf(item), item });
  inOrder.sort((one, other) => (one.text < other.text ? -1 : 1));
  return inOrder.map(({ item }) => item);
}
