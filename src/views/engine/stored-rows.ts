import type { ClientBase } from 'pg';
import pg from 'pg';
import type { ChangedRow, StoredRow } from './row-set.js';
import type { RowKey, Table } from './table.js';

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

/** Loads the rows of these keys, in one query. */
export async function loadRows(
  client: ClientBase,
  schema: ViewSchema,
  table: Table<object>,
  book: string,
  keys: readonly RowKey[],
): Promise<StoredRow[]> {
  const { rows } = await client.query<StoredRow>({
    text: `select ${selected(table, 't')}
      from json_populate_recordset(null::${schema}.${table.name}, $2::json) as wanted
      join ${schema}.${table.name} as t on t.book = $1 and ${sameKey(table, 't', 'wanted')}`,
    values: [book, keysAsJson(table, keys)],
    types: exactTypes,
  });
  return rows;
}

/** Columns under the names of their properties, `changedSeq` among them. */
export function selected(table: Table<object>, alias: string): string {
  const columns = table.columns.map(({ property, name }) => `${alias}.${name} as "${property}"`);
  return [...columns, `${alias}.changed_seq as "changedSeq"`].join(', ');
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

/**
 * Inserts or replaces all of the rows, in one statement. Versions that an entry before `chunkStart` made are copied to the
 * twin first: they stood at the end of an earlier chunk.
 */
export async function saveRows(
  client: ClientBase,
  schema: ViewSchema,
  table: Table<object>,
  rows: readonly ChangedRow[],
  chunkStart: number,
): Promise<void> {
  const names = [...table.columns.map(({ name }) => name), 'changed_seq'];
  const key = ['book', ...table.columnsOf(table.key)];
  const given = rows.map((row) => inColumns(table, row, chunkStart));
  const keepsSome = given.some(({ superseded_seq }) => superseded_seq !== null);
  // Every part of the statement sees the table as it was before.
  const keep = `, kept as (
      insert into ${schema}.${table.pastName} (${names.join(', ')}, superseded_seq)
      select ${names.map((name) => `t.${name}`).join(', ')}, given.superseded_seq
      from given join ${schema}.${table.name} as t on t.book = given.book and ${sameKey(table, 't', 'given')}
      where given.superseded_seq is not null
    )`;
  const changed = names.filter((name) => !key.includes(name)).map((name) => `${name} = excluded.${name}`);
  await client.query(
    `with given as (select * from json_populate_recordset(null::${schema}.${table.pastName}, $1::json))${keepsSome ? keep : ''}
      insert into ${schema}.${table.name} (${names.join(', ')})
      select ${names.join(', ')} from given
      on conflict (${key.join(', ')}) do update set ${changed.join(', ')}`,
    [JSON.stringify(given)],
  );
}

/** As a row of the twin. JSON has no bigint; PostgreSQL reads one from a string. */
function inColumns(
  table: Table<object>,
  { row, changedSeq, before }: ChangedRow,
  chunkStart: number,
): Record<string, unknown> {
  const values = row as Record<string, unknown>;
  const columns: Record<string, unknown> = {};
  for (const { property, name } of table.columns) {
    const value = values[property] ?? null;
    columns[name] = typeof value === 'bigint' ? value.toString() : value;
  }
  columns.changed_seq = changedSeq;
  columns.superseded_seq = before !== undefined && before.changedSeq < chunkStart ? before.supersededSeq : null;
  return columns;
}
