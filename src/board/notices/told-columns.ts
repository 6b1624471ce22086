import { formatYuan, parseYuan, type Yuan } from '../../domain/money.js';
import type { Row } from '../../domain/notices/rows/row.js';
import type { Column } from '../../domain/notices/types.js';

/** Columns in which some row has something. */
export function usedColumns(columns: readonly Column[], rows: readonly Row[]): Column[] {
  return columns.filter(({ key }) =>
    rows.some((row) => row.cells[key] !== undefined || row.figures[key] !== undefined),
  );
}

export function totalOf(rows: readonly Row[], key: string): Yuan {
  return formatYuan(rows.reduce((sum, { figures }) => sum + parseYuan(figures[key]?.amount ?? '0.00'), 0n));
}

/**
 * Columns whose sum says something: those of figures (a plan is a cell), and none where money that one row moved is moved on
 * by another, since it would count twice.
 */
export function summedColumns(columns: readonly Column[], rows: readonly Row[]): Column[] {
  const reached = new Set(rows.flatMap(({ cells }) => cells.to?.text ?? []));
  if (rows.some(({ cells }) => cells.from !== undefined && reached.has(cells.from.text))) return [];
  return columns.filter(({ key }) => rows.some(({ figures }) => figures[key] !== undefined));
}

/** Columns that say the same in every row. One that tells rows apart stays, the name of a fund before all others. */
export function sharedColumns(used: readonly Column[], rows: readonly Row[]): Column[] {
  const [first] = rows;
  const texts = used.filter(({ key }) => rows.every(({ figures }) => figures[key] === undefined));
  const same = texts.filter(({ key }) =>
    rows.every(({ cells }) => cells[key] !== undefined && cells[key].text === first?.cells[key]?.text),
  );
  if (same.length < texts.length) return same;
  const kept = same.find(({ key }) => key === 'fund') ?? same[0];
  return same.filter((column) => column !== kept);
}
