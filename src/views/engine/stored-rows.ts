import type { ClientBase } from 'pg';
import pg from 'pg';
import { bigints, codes, dates, instants, integers, jsons, texts } from '../../event-store/binary-array.js';
import type { ChangedRow, StoredRow } from './row-set.js';
import type { ColumnType, RowKey, Table } from './table.js';

/** Where the tables of a view stand: in use, or being built beside. */
export type ViewSchema = 'views' | 'views_next';

// Exact types where pg's own would lose something: bigint as a number of fen, a date without a time zone.
export const exactTypes = {
  getTypeParser(oid: number) {
    if (oid === pg.types.builtins.INT8) return BigInt;
    if (oid === pg.types.builtins.DATE) return String;
    return pg.types.getTypeParser(oid);
  },
} as pg.CustomTypesConfig;

/** A row of some book, by its key. */
export interface RowName {
  book: string;
  key: RowKey;
}

/** Loads the rows of these keys, in one query. */
export async function loadRows(
  client: ClientBase,
  schema: ViewSchema,
  table: Table<object>,
  names: readonly RowName[],
): Promise<(StoredRow & { book: string })[]> {
  const { rows } = await client.query<StoredRow & { book: string }>({
    name: `load ${schema}.${table.name}`,
    text: `select ${selected(table, 't')} from ${givenKeys(table)}
      join ${schema}.${table.name} as t on t.book = wanted.book and ${sameKey(table, 't', 'wanted')}`,
    values: keyArrays(table, names),
    types: exactTypes,
  });
  return rows;
}

/** Of these keys, in one statement. */
export async function deleteRows(
  client: ClientBase,
  schema: ViewSchema,
  table: Table<object>,
  names: readonly RowName[],
): Promise<void> {
  await client.query({
    text: `delete from ${schema}.${table.name} as t using ${givenKeys(table)}
      where t.book = wanted.book and ${sameKey(table, 't', 'wanted')}`,
    values: keyArrays(table, names),
  });
}

/** The keys of `keyArrays` as the rows `wanted`. */
function givenKeys(table: Table<object>): string {
  const key = keyColumns(table);
  return given(['book', ...key.map(({ name }) => name)], ['code', ...key.map(({ type }) => type)], 'wanted');
}

function keyArrays(table: Table<object>, names: readonly RowName[]): Buffer[] {
  const columns = keyColumns(table).map(({ type }, index) =>
    arrayOf(
      type,
      names.map(({ key }) => key[index]),
    ),
  );
  return [codes(names.map(({ book }) => book)), ...columns];
}

/** Columns under the names of their properties, `changedSeq` among them. */
export function selected(table: Table<object>, alias: string): string {
  return [selectedOf(table, { prefix: `${alias}.` }), `${alias}.changed_seq as "changedSeq"`].join(', ');
}

/** @param options.prefix before the name of a column */
export function selectedOf(
  table: Table<object>,
  { prefix = '', only }: { prefix?: string; only?: readonly string[] | undefined } = {},
): string {
  return table.columns
    .filter(({ property }) => only === undefined || only.includes(property))
    .map(({ property, name, type }) => `${prefix}${name}${type === 'code' ? '::text' : ''} as "${property}"`)
    .join(', ');
}

/** That two rows of a book have the same key. */
export function sameKey(table: Table<object>, one: string, other: string): string {
  return table
    .columnsOf(table.key)
    .map((name) => `${one}.${name} = ${other}.${name}`)
    .join(' and ');
}

/** For `json_populate_recordset`. */
export function keysAsJson(table: Table<object>, keys: readonly RowKey[]): string {
  const names = table.columnsOf(table.key);
  return JSON.stringify(keys.map((key) => Object.fromEntries(names.map((name, index) => [name, key[index]]))));
}

/** Parameters from `first` on as the columns of a table. */
export function given(names: readonly string[], types: readonly ColumnType[], alias: string, first = 1): string {
  const arrays = types.map((type, index) => `$${first + index}::${type === 'code' ? 'bigint' : type}[]`);
  return `unnest(${arrays.join(', ')}) as ${alias} (${names.join(', ')})`;
}

function keyColumns(table: Table<object>): Table<object>['columns'] {
  return table.columns.filter(({ property }) => table.key.includes(property));
}

/** The rows column by column, with the entry that changed each last. */
export function asColumns(
  table: Table<object>,
  changes: readonly ChangedRow[],
): { names: string[]; types: ColumnType[]; values: Buffer[] } {
  const { columns } = table;
  return {
    names: [...columns.map(({ name }) => name), 'changed_seq'],
    types: [...columns.map(({ type }) => type), 'integer'],
    values: [
      ...columns.map(({ property, type }) =>
        arrayOf(
          type,
          changes.map(({ row }) => (row as Record<string, unknown>)[property]),
        ),
      ),
      integers(changes.map(({ changedSeq }) => changedSeq)),
    ],
  };
}

/** Of what the columns of entities hold; undefined counts as null. */
function arrayOf(type: ColumnType, values: readonly unknown[]): Buffer {
  const present = values.map((value) => value ?? null);
  switch (type) {
    case 'text':
      return texts(present as (string | null)[]);
    case 'code':
      return codes(present as (string | null)[]);
    case 'integer':
      return integers(present as (number | null)[]);
    case 'bigint':
      return bigints(present as (bigint | null)[]);
    case 'date':
      return dates(present as (string | null)[]);
    case 'timestamptz':
      return instants(present as (Date | null)[]);
    case 'jsonb':
      return jsons(present);
  }
}
