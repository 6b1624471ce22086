import { formatYuan } from '../../domain/money.js';
import type { Form, StoredTable } from './stored-tables.js';

/** The rows of a table, as the lines of a bundle read them: texts in the order of their bytes, days and instants as text. */
export function selectOf(table: StoredTable): string {
  const { from, order, where } = table;
  const all = columnsOf(table);
  const columns = all.map(([name, form, column]) => `${expression(form, column)} as "${name}"`);
  const texts = new Set(all.flatMap(([, form, column]) => (form === 'text' ? [column] : [])));
  const sorted = order.split(', ').map((column) => (texts.has(column) ? `${column} collate "C"` : column));
  return `select ${columns.join(', ')} from ${from} where book = $1${where === undefined ? '' : ` and ${where}`} order by ${sorted.join(', ')}`;
}

/** Gives the row of a bundle for what the driver gives. */
export function rowWriter(table: StoredTable): (row: Record<string, unknown>) => object {
  const columns = columnsOf(table);
  const isKept = (value: unknown) => table.leavesOutEmpty !== true || (value !== null && value !== '');
  return (row) =>
    Object.fromEntries(
      columns.flatMap(([name, form]) => (isKept(row[name]) ? [[name, written(form, row[name])]] : [])),
    );
}

/** Name, form and column of each field, in the order of RFC 8785. */
export function columnsOf({ fields }: StoredTable): [name: string, form: Form, column: string][] {
  return Object.entries(fields)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => {
      const [form, column] = typeof field === 'string' ? [field, underscored(name, field)] : field;
      return [name, form, column];
    });
}

export function expression(form: Form, column: string): string {
  if (form === 'instant') return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
  return form === 'day' ? `${column}::text` : column;
}

function underscored(name: string, form: Form): string {
  const column = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return form === 'yuan' ? `${column}_fen` : column;
}

/** A value as a bundle writes it, from what the driver gives. */
export function written(form: Form, value: unknown): unknown {
  if (value === null) return null;
  if (form === 'yuan') return formatYuan(BigInt(value as string));
  if (form === 'number') return Number(value);
  return form === 'instant' ? String(value).replace(/000Z$/, 'Z') : value;
}
