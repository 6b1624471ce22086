import type { ClientBase } from 'pg';
import type { RowSet } from '../engine/row-set.js';
import { exactTypes, selected } from '../engine/stored-rows.js';
import type { Table } from '../engine/table.js';
import type { View } from '../engine/view.js';
import { type Difference, firstDifference, NOTHING } from './difference.js';

type Found = Omit<Difference, 'book'>;

const ROWS_A_FETCH = 1_000;

/** How many rows the tables of a view of a book hold, where all are as the events make them; else the first that is not. */
export async function compareTables(client: ClientBase, view: View, rows: RowSet): Promise<number | Found> {
  let count = 0;
  for (const table of view.tables) {
    const compared = await compareTable(client, table, rows);
    if (typeof compared !== 'number') return { ...compared, where: `${view.name}: ${compared.where}` };
    count += compared;
  }
  return count;
}

async function compareTable(client: ClientBase, table: Table<object>, rows: RowSet): Promise<number | Found> {
  const properties = table.columns.map(({ property }) => property);
  const left = new Map(rows.changed(table).map((made) => [table.keyOf(made.row).join('\u0000'), made]));
  const expectedCount = left.size;
  for await (const stored of storedRows(client, table, rows.book)) {
    const key = table.keyOf(stored);
    const made = left.get(key.join('\u0000'));
    const where = `${table.name} ${key.join(', ')}`;
    if (made === undefined) return { ...seqOf(stored), where, field: 'row', expected: NOTHING, found: 'a row' };
    const difference = firstDifference(properties, made.row, stored) ?? firstDifference(['changedSeq'], made, stored);
    if (difference !== undefined) return { ...seqOf(made.row), where, ...difference };
    left.delete(key.join('\u0000'));
  }
  const [missing] = left.values();
  if (missing === undefined) return expectedCount;
  const where = `${table.name} ${table.keyOf(missing.row).join(', ')}`;
  return { ...seqOf(missing.row), where, field: 'row', expected: 'a row', found: NOTHING };
}

/** Some at a time: a book can have a million payouts. */
async function* storedRows(client: ClientBase, table: Table<object>, book: string): AsyncGenerator<object> {
  const order = ['book', ...table.columnsOf(table.key)].join(', ');
  const text = `declare replayed no scroll cursor for
    select ${selected(table, 't')} from views.${table.name} as t where book = $1 order by ${order}`;
  await client.query(text, [book]);
  for (;;) {
    const fetch = { text: `fetch ${ROWS_A_FETCH} from replayed`, types: exactTypes };
    const { rows } = await client.query<object>(fetch);
    yield* rows;
    if (rows.length < ROWS_A_FETCH) break;
  }
  await client.query('close replayed');
}

function seqOf(row: object): { seq?: number } {
  const seq: unknown = Reflect.get(row, 'seq');
  return typeof seq === 'number' ? { seq } : {};
}
