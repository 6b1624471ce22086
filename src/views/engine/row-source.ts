import type { RowSet } from './row-set.js';
import type { RowKey, Table } from './table.js';

export type Value = string | number | bigint;

/** A value to equal, or a condition. */
export type Condition =
  | Value
  | { startsWith: string }
  | { contains: string }
  | { not: Value }
  | { in: readonly Value[] }
  /** Of a text that lists something, one a line: all of these are in it, or any of them. */
  | { listsAll: readonly string[] }
  | { listsAny: readonly string[] }
  /** Both ends belong to it; null does not. */
  | { from?: Value; to?: Value }
  /** Null itself. */
  | null;

export type Where<Row> = { [Property in keyof Row]?: Condition | undefined };

export interface Listing<Row> {
  /** Conditions that are undefined count as none. */
  where?: Where<Row>;
  /** With `book` and the conditions that name one value they tell every row apart; none where any of the rows will do. */
  orderBy: readonly (keyof Row & string)[];
  /** Else ascending. */
  isDescending?: boolean;
  /** Values of `orderBy` of the last row that was seen. */
  after?: readonly Value[] | undefined;
  limit?: number;
}

/** The properties that are looked at, where the others are large; a row may have those or not. */
export interface Only<Told extends string> {
  only?: readonly Told[] | undefined;
}

/** The rows of one view of one book at one moment, for queries: those in the tables, or those that a fold made. */
export interface RowSource {
  one<Row extends object>(table: Table<Row>, key: RowKey): Promise<Row | undefined>;
  list<Row extends object, Told extends keyof Row & string = keyof Row & string>(
    table: Table<Row>,
    listing: Listing<Row> & Only<Told>,
  ): Promise<Pick<Row, Told>[]>;
}

/** All rows in memory, as a fold of a whole book made them. The fold is kept for others, so that nothing is added to it. */
export class FoldedRows implements RowSource {
  constructor(private readonly rows: RowSet) {}

  async one<Row extends object>(table: Table<Row>, key: RowKey): Promise<Row | undefined> {
    return this.rows.loaded.find(table, key);
  }

  async list<Row extends object>(table: Table<Row>, listing: Listing<Row>): Promise<Row[]> {
    return select([...this.rows.all(table)], listing);
  }
}

/** Those of the rows that are asked for. */
export function select<Row extends object>(
  rows: readonly Row[],
  { where, orderBy, isDescending = false, after, limit }: Listing<Row>,
): Row[] {
  const sign = isDescending ? -1 : 1;
  const conditions = Object.entries<Condition | undefined>(where ?? {});
  return rows
    .filter((row) => conditions.every(([property, condition]) => holds(row[property as keyof Row] as Value, condition)))
    .filter((row) => after === undefined || compare(orderOf(row, orderBy), after) * sign > 0)
    .sort((a, b) => compare(orderOf(a, orderBy), orderOf(b, orderBy)) * sign)
    .slice(0, limit);
}

export function orderOf<Row extends object>(row: Row, orderBy: Listing<Row>['orderBy']): Value[] {
  return orderBy.map((property) => row[property] as Value);
}

function holds(value: Value, condition: Condition | undefined): boolean {
  if (condition === undefined) return true;
  if (condition === null) return (value as Value | null) === null;
  if (typeof condition !== 'object') return value === condition;
  if ('startsWith' in condition) return String(value).startsWith(condition.startsWith);
  if ('contains' in condition) return String(value).includes(condition.contains);
  if ('in' in condition) return condition.in.includes(value);
  if ('not' in condition) return value !== condition.not;
  if ('listsAll' in condition) return condition.listsAll.every((word) => lists(value, word));
  if ('listsAny' in condition) return condition.listsAny.some((word) => lists(value, word));
  const { from, to } = condition;
  return (value as Value | null) !== null && (from === undefined || value >= from) && (to === undefined || value <= to);
}

function lists(value: Value, word: string): boolean {
  return `\n${value}\n`.includes(`\n${word}\n`);
}

function compare(a: readonly Value[], b: readonly Value[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined || left === right) continue;
    return left < right ? -1 : 1;
  }
  return 0;
}
