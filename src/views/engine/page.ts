import { InvalidQuery } from './invalid-query.js';
import type { Value } from './row-source.js';

const MAX_INTEGER = 2_147_483_647;

export interface PageRequest {
  limit: number;
  /** The cursor that an earlier page gave as `next`. */
  after?: string;
}

export interface Page<Item> {
  items: Item[];
  /** Cursor of the next page, null on the last. */
  next: string | null;
  /** Entry of the book at which the answer stands. */
  seq: number;
}

/** Opaque to callers: base64url of the JSON array of the values that a page is ordered by. */
export function cursorOf(values: readonly Value[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

type CursorValue = 'string' | 'number' | 'day';

/** Error: InvalidQuery. */
export function parseCursor(cursor: string | undefined, types: readonly CursorValue[]): Value[] | undefined {
  if (cursor === undefined) return undefined;
  const values = valuesOf(cursor);
  if (
    values.length !== types.length ||
    !values.every((value, index) => isOf(types[index], value) && isStorable(value))
  ) {
    throw new InvalidQuery('after', '不是此列表的游标 is not a cursor of this collection');
  }
  return values as Value[];
}

function isOf(type: CursorValue | undefined, value: unknown): boolean {
  return type === 'day' ? typeof value === 'string' && isDay(value) : typeof value === type;
}

/** One of the calendar, whatever the year, but there is none before the first; a column of dates is compared with nothing else. */
function isDay(text: string): boolean {
  const instant = /^(?!0000)\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(text);
}

/** What a column of text, or of whole numbers, can be compared with. */
function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\0');
  return Number.isInteger(value) && Math.abs(value as number) <= MAX_INTEGER;
}

function valuesOf(cursor: string): unknown[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(values) ? values : [];
  } catch {
    return [];
  }
}

/** Cuts one row more than asked for into a page and its cursor. */
export function pageOf<Row, Item>(
  rows: Row[],
  { limit }: PageRequest,
  seq: number,
  orderOf: (row: Row) => readonly Value[],
  itemOf: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last !== undefined ? cursorOf(orderOf(last)) : null;
  return { items: shown.map(itemOf), next, seq };
}
