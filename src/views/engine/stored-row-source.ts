import type { ClientBase } from 'pg';
import type { Condition, Listing, Only, RowSource, Value } from './row-source.js';
import { exactTypes, selectedOf } from './stored-rows.js';
import type { RowKey, Table } from './table.js';

/** Statements differ in their conditions, not in their values: few texts, so each is parsed once in a connection. */
const names = new Map<string, string>();

/** The rows in the tables, as plain SQL made from the entities: a find through an entity manager cost three to five times as much. */
export class StoredRowSource implements RowSource {
  constructor(
    private readonly client: ClientBase,
    private readonly book: string,
  ) {}

  async one<Row extends object>(table: Table<Row>, key: RowKey): Promise<Row | undefined> {
    const where = Object.fromEntries(table.key.map((property, index) => [property, key[index]]));
    const [row] = await this.found<Row>(listQuery(table, this.book, { where, orderBy: [] }));
    return row;
  }

  async list<Row extends object, Told extends keyof Row & string = keyof Row & string>(
    table: Table<Row>,
    listing: Listing<Row> & Only<Told>,
  ): Promise<Pick<Row, Told>[]> {
    return this.found<Row>(listQuery(table, this.book, listing));
  }

  private async found<Row extends object>({ text, values }: { text: string; values: unknown[] }): Promise<Row[]> {
    const { rows } = await this.client.query<Row>({ ...nameOf(text), text, values, types: exactTypes });
    return rows;
  }
}

/** A listing by the names of columns' properties, whatever the rows are. */
interface AnyListing extends Omit<Listing<object>, 'where' | 'orderBy'>, Only<string> {
  where?: { readonly [property: string]: Condition | undefined };
  orderBy: readonly string[];
}

export function listQuery(
  table: Table<object>,
  book: string,
  { where, orderBy, isDescending, after, limit, only }: AnyListing,
): { text: string; values: unknown[] } {
  const values: unknown[] = [book];
  const place = (value: unknown) => `$${values.push(value)}`;
  const column = (property: string) => table.columnsOf([property])[0] ?? '';
  const conditions = Object.entries<Condition | undefined>(where ?? {}).flatMap(([property, condition]) =>
    condition === undefined ? [] : [conditionText(column(property), condition, place)],
  );
  // A comparison of whole rows, which an index on these columns serves.
  if (after !== undefined) conditions.push(beyond(orderBy.map(column), after.map(place), isDescending));
  const order = orderText(orderBy.map(column), isDescending);
  const text =
    `select ${selectedOf(table, { only })} from views.${table.name} where ${['book = $1', ...conditions].join(' and ')}` +
    `${order === '' ? '' : ` order by ${order}`}${limit === undefined ? '' : ` limit ${limitText(place(limit), order)}`}`;
  return { text, values };
}

/**
 * Where any rows will do, the planner must not know how few are wanted: it hopes to meet them at once when it reads the table as it
 * lies, and reads all of it where they are rarer than it thinks.
 */
function limitText(limit: string, order: string): string {
  return order === '' ? `(select ${limit}::int)` : limit;
}

/** A condition on a column; `place` takes a value and answers its parameter. */
export function conditionText(column: string, condition: Condition, place: (value: unknown) => string): string {
  if (condition === null) return `${column} is null`;
  if (typeof condition !== 'object') return `${column} = ${place(condition)}`;
  if ('startsWith' in condition) {
    return `${column} like ${place(`${likely(condition.startsWith)}%`)}`;
  }
  if ('contains' in condition) return `${column} like ${place(`%${likely(condition.contains)}%`)}`;
  if ('in' in condition) return `${column} = any (${place(condition.in satisfies readonly Value[])})`;
  if ('not' in condition) return `${column} <> ${place(condition.not)}`;
  if ('listsAll' in condition) return `${listOf(column)} @> ${place(condition.listsAll)}::text[]`;
  if ('listsAny' in condition) return `${listOf(column)} && ${place(condition.listsAny)}::text[]`;
  const { from, to } = condition;
  const ends = [
    ...(from === undefined ? [] : [`${column} >= ${place(from)}`]),
    ...(to === undefined ? [] : [`${column} <= ${place(to)}`]),
  ];
  return ends.length === 0 ? `${column} is not null` : ends.join(' and ');
}

export function beyond(columns: readonly string[], places: readonly string[], isDescending = false): string {
  return `(${columns.join(', ')}) ${isDescending ? '<' : '>'} (${places.join(', ')})`;
}

export function orderText(columns: readonly string[], isDescending = false): string {
  return columns.map((column) => (isDescending ? `${column} desc` : column)).join(', ');
}

function likely(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

/** As indexes of such columns have it. */
function listOf(column: string): string {
  return `string_to_array(${column}, E'\\n')`;
}

/**
 * For the connection to prepare it under. What is found by words in a list is planned each time: whether their index or the order of
 * the rows leads to a page sooner depends on how common they are.
 */
export function nameOf(text: string): { name?: string } {
  if (text.includes('string_to_array(')) return {};
  const name = names.get(text) ?? `list-${names.size}`;
  names.set(text, name);
  return { name };
}
