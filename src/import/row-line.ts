import { CellFault, dayOf, idOfNumber, listOf, normalised, textOfNumber, trimmed, wholeOf, yuanOf } from './cells.js';
import type { TableKind } from './columns.js';
import { type Header, type Placed } from './header.js';
import type { Cell, Row } from './read-table.js';

export interface Fault {
  /** As the header calls it; empty for the row itself. */
  field: string;
  reason: string;
}

type Values = Map<string, unknown>;

/** The line of an import that some rows of one key say: the first for all, and of each what belongs into a list. */
export function lineOf(
  kind: TableKind,
  header: Header,
  rows: Row[],
): { line: Record<string, unknown>; faults: Fault[] } {
  const columns = header.columns(kind);
  const faults: Fault[] = [];
  const read = rows.map((row) => valuesOf(columns, header, row, faults));
  const line: Record<string, unknown> = {};
  const lists: Record<string, Record<string, unknown>[]> = {};
  const hasLines = read.some((values) => values.has('lines.fund'));
  for (const [place, values] of read.entries()) {
    const items: Record<string, Record<string, unknown>> = {};
    for (const [field, value] of values) {
      const [list = '', item] = field === 'amount' && hasLines ? ['lines', 'amount'] : field.split('.');
      if (item !== undefined) items[list] = { ...items[list], [item]: value };
      else if (place === 0 || line[field] === undefined) line[field] = value;
      else if (field === 'amount' || String(line[field]) !== String(value))
        faults.push(otherwise(columns, header, field));
    }
    for (const [list, item] of Object.entries(items)) lists[list] = [...(lists[list] ?? []), item];
  }
  return { line: { ...line, kind, ...lists }, faults };
}

function otherwise(columns: Placed[], header: Header, field: string): Fault {
  const at = columns.find((column) => column.field === field)?.at ?? -1;
  return {
    field: header.names[at] ?? field,
    reason: '同一业务编号的各行不一致 the rows of one key say different things',
  };
}

/** Whether what is merged is meant for each row, or once for all of them, only people know. */
const MERGED = '合并的单元格,请取消合并并逐格填写 a merged cell; unmerge it and fill each';

/** What it is meant for nobody knows, and it must not be lost. */
const NAMELESS = '此列没有表头,请填写表头或清空此格 this column has no name in the header; name it, or empty the cell';

function isFilled(cell: Cell): cell is Exclude<Cell, undefined> {
  return cell !== undefined && !(typeof cell === 'string' && trimmed(cell) === '');
}

function valuesOf(
  columns: Placed[],
  header: Header,
  { cells, merged = [], delimiter = ',' }: Row,
  faults: Fault[],
): Values {
  const values: Values = new Map();
  for (const [at, cell] of cells.entries()) {
    if (isFilled(cell) && (header.names[at] ?? '').trim() === '')
      faults.push({ field: `第 ${at + 1} 列 column ${at + 1}`, reason: NAMELESS });
  }
  for (const column of columns) {
    if (merged.includes(column.at)) {
      faults.push({ field: header.names[column.at] ?? column.field, reason: MERGED });
      continue;
    }
    const cell = cells[column.at];
    if (!isFilled(cell) || column.field === 'kind') continue;
    try {
      values.set(column.field, readCell(column, cell, delimiter !== ','));
    } catch (error) {
      if (!(error instanceof CellFault)) throw error;
      faults.push({ field: header.names[column.at] ?? column.field, reason: error.message });
    }
  }
  return values;
}

/** @param commaIsUnclear see yuanOf */
function readCell(
  { type, unit, words, field }: Placed,
  cell: Exclude<Cell, undefined>,
  commaIsUnclear: boolean,
): unknown {
  if (typeof cell === 'object') return type === 'day' && 'day' in cell ? cell.day : refuse(cell);
  if (type === 'amount')
    return yuanOf(typeof cell === 'number' ? textOfNumber(cell) : textOf(cell), unit, commaIsUnclear);
  if (type === 'day' && typeof cell === 'number')
    throw new CellFault('是数字而不是日期,请设为日期格式 a number, not a day; format the cell as a date');
  const text = textOf(cell);
  if (type === 'day') return dayOf(text);
  if (type === 'whole') return wholeOf(text);
  if (type === 'list') return listOf(text);
  if (type === 'choice') return words?.[normalised(text)] ?? normalised(text);
  return PLAIN.has(field) ? normalised(text) : trimmed(text);
}

/** Fields that are never prose: full width is a slip of the keyboard there. */
const PLAIN = new Set([
  ...['key', 'id', 'to', 'from', 'fund', 'lines.fund', 'pool', 'toBook', 'fromBook', 'dispatch', 'division', 'project'],
  ...['asset', 'idNumber', 'bankAccount', 'beneficiary', 'period', 'subject', 'owners.id', 'owners.share', 'level'],
  ...['payerKind'],
]);

/** Of a month, as `2016-07` is typed, Excel makes a day, and what was meant is gone. */
function refuse(cell: { day: string } | { fault: string }): never {
  if ('fault' in cell) throw new CellFault(cell.fault);
  throw new CellFault(
    `Excel 已将此格变为日期 ${cell.day},请设为文本格式后重填 Excel made the day ${cell.day} of it; format the cell as text and fill it again`,
  );
}

function textOf(cell: string | number): string {
  return typeof cell === 'number' ? idOfNumber(cell) : cell;
}
