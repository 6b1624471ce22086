import type { ClientBase } from 'pg';
import type { RowSet } from '../engine/row-set.js';
import { selected } from '../engine/stored-rows.js';
import type { Table } from '../engine/table.js';
import type { View } from '../engine/view.js';
import { type Difference, firstDifference, NOTHING } from './difference.js';
import { rowsInOrder } from './rows-in-order.js';

type Found = Omit<Difference, 'book'>;

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
  const left = new Map<string, { row: object; changedSeq: number | undefined }>();
  for (const { row, changedSeq, storedSeq } of rows.heldRows(table)) {
    if (row !== undefined) left.set(table.keyOf(row).join('\u0000'), { row, changedSeq: changedSeq ?? storedSeq });
  }
  const expectedCount = left.size;
  const order = table.columnsOf(table.key).join(', ');
  const text = `select ${selected(table, 't')} from views.${table.name} as t where t.book = $1 order by ${order}`;
  for await (const stored of rowsInOrder(client, { name: 'replayed', text, book: rows.book })) {
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

function seqOf(row: object): { seq?: number } {
  const seq: unknown = Reflect.get(row, 'seq');
  return typeof seq === 'number' ? { seq } : {};
}
