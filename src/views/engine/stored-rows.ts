import type { ClientBase } from 'pg';
import pg from 'pg';
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
): Promise<object[]> {
  const keyColumns = table.columnsOf(table.key);
  const selected = table.columns.map(({ property, name }) => `t.${name} as "${property}"`);
  const { rows } = await client.query<object>({
    text: `select ${selected.join(', ')}
      from json_populate_recordset(null::${schema}.${table.name}, $2::json) as wanted
      join ${schema}.${table.name} as t on t.book = $1
        and ${keyColumns.map((name) => `t.${name} = wanted.${name}`).join(' and ')}`,
    values: [book, JSON.stringify(keys.map((key) => Object.fromEntries(keyColumns.map((name, i) => [name, key[i]]))))],
    types: exactTypes,
  });
  return rows;
}

/** Inserts or replaces all of the rows, in one statement. */
export async function saveRows(
  client: ClientBase,
  schema: ViewSchema,
  table: Table<object>,
  rows: readonly object[],
): Promise<void> {
  const names = table.columns.map(({ name }) => name);
  const key = ['book', ...table.columnsOf(table.key)];
  const changed = names.filter((name) => !key.includes(name)).map((name) => `${name} = excluded.${name}`);
  await client.query(
    `insert into ${schema}.${table.name} (${names.join(', ')})
      select ${names.join(', ')} from json_populate_recordset(null::${schema}.${table.name}, $1::json)
      on conflict (${key.join(', ')}) do update set ${changed.join(', ')}`,
    [JSON.stringify(rows.map((row) => inColumns(table, row)))],
  );
}

/** JSON has no bigint; PostgreSQL reads one from a string. */
function inColumns(table: Table<object>, row: object): object {
  const values = row as Record<string, unknown>;
  const columns: Record<string, unknown> = {};
  for (const { property, name } of table.columns) {
    const value = values[property] ?? null;
    columns[name] = typeof value === 'bigint' ? value.toString() : value;
  }
  return columns;
}
