import type { Row } from '../../domain/notices/rows/row.js';
import type { Column } from '../../domain/notices/types.js';
import { lettersOf, SHORT_LETTERS } from '../../drawing/letters.js';
import { inCapitals } from '../capitals.js';
import { grouped } from '../figures.js';
import { type CellNames, cellText } from '../notices/notice-words.js';
import { sharedColumns, summedColumns, totalOf } from '../notices/told-columns.js';
import { dateInChinese } from '../words.js';
import { heading, pairs } from './paper-parts.js';

/** What a paper has room for beside each other, in points. */
export interface Sheet {
  width: number;
  fontSize: number;
  isLandscape: boolean;
}

/** A4 with margins of 48 points; letters get smaller before a column is cut off. */
export const SHEETS: readonly [Sheet, ...Sheet[]] = [
  { width: 499, fontSize: 10, isLandscape: false },
  { width: 499, fontSize: 9, isLandscape: false },
  { width: 745, fontSize: 10, isLandscape: true },
  { width: 745, fontSize: 9, isLandscape: true },
  { width: 745, fontSize: 7.5, isLandscape: true },
];

/** Padding and rule of a column. */
const BESIDE_A_CELL = 8.8;
/** In letters of Chinese; more is wrapped. */
const [LEAST_TEXT, LONGEST_WORD, MOST_TEXT] = [4, 16, 24];
/** With so much of the room that they would like, texts are not wrapped into towers. */
const AMPLE = 0.4;

/** A table as it will be printed: heads, cells and sums as texts. */
export interface PaperTable {
  /** What every row says alike, told once above the table. */
  shared: readonly (readonly [head: string, text: string])[];
  columns: readonly { head: string; isFigure: boolean; isWhole: boolean }[];
  rows: readonly (readonly string[])[];
  /** Below each column; empty where the table has none. */
  sums: readonly string[];
  capitals: readonly string[];
}

export function paperTable(names: CellNames, used: readonly Column[], rows: readonly Row[]): PaperTable {
  const shared = sharedColumns(used, rows);
  const own = used.filter((column) => !shared.includes(column));
  const summed = summedColumns(own, rows);
  const printed = own.flatMap(printedColumns);
  const total = (column: Column) => (summed.includes(column) ? grouped(totalOf(rows, column.key)) : '');
  return {
    shared: shared.map((column) => [column.zh, sharedText(names, column, rows[0])]),
    columns: [{ head: '序号', isFigure: false, isWhole: true }, ...printed.map(({ print }) => print)],
    rows: rows.map((row) => [row.id, ...printed.map(({ textOf, column }) => textOf(names, column, row))]),
    sums: summed.length === 0 ? [] : ['合计', ...printed.map(({ column }) => total(column))],
    capitals: summed.map((column) => `${column.zh}合计（大写）：${inCapitals(totalOf(rows, column.key))}`),
  };
}

interface PrintedColumn {
  column: Column;
  print: PaperTable['columns'][number];
  textOf: (names: CellNames, column: Column, row: Row | undefined) => string;
}

/** A person is two on paper: the name, and the number. */
function printedColumns(column: Column): PrintedColumn[] {
  const { zh: head, kind } = column;
  const isFigure = kind === 'amount';
  if (kind !== 'beneficiary')
    return [{ column, textOf, print: { head, isFigure, isWhole: isFigure || kind === 'date' } }];
  const person = ({ persons }: CellNames, { key }: Column, row: Row | undefined) =>
    persons.get(row?.cells[key]?.text ?? '');
  return [
    {
      column,
      textOf: (names, of, row) => person(names, of, row)?.name ?? textOf(names, of, row),
      print: { head, isFigure, isWhole: false },
    },
    {
      column,
      textOf: (names, of, row) => person(names, of, row)?.idNumber ?? '—',
      print: { head: '证件号', isFigure, isWhole: true },
    },
  ];
}

function textOf(names: CellNames, column: Column, row: Row | undefined): string {
  const amount = row?.figures[column.key]?.amount;
  const cell = row?.cells[column.key];
  if (amount !== undefined) return grouped(amount);
  if (cell === undefined) return '—';
  return column.kind === 'amount' ? grouped(cell.text) : cellText(column, cell, names, 'zh');
}

function sharedText(names: CellNames, column: Column, row: Row | undefined): string {
  const text = textOf(names, column, row);
  if (column.kind === 'date') return dateInChinese(text);
  return column.kind === 'amount' ? `${text} 元` : text;
}

/**
 * The widths of the columns on the sheet; undefined where they do not fit beside each other.
 *
 * @param leastShare of the room beyond the least that texts would take if none were wrapped
 */
function widthsOn(
  { width, fontSize }: Sheet,
  { columns, rows, sums }: PaperTable,
  leastShare: number,
): number[] | undefined {
  const room = width - columns.length * BESIDE_A_CELL;
  const wishes = columns.map(({ head, isWhole }, index) => {
    const texts = [...rows, sums].map((cells) => cells[index] ?? '');
    const most = Math.max(lettersOf(head), ...texts.map(lettersOf));
    if (isWhole) return { least: most, most };
    const words = texts.map(longestWord);
    if (most <= SHORT_LETTERS) return { least: most, most };
    const least = Math.max(LEAST_TEXT, Math.ceil(lettersOf(head) / 2), ...words);
    return { least: Math.min(least, LONGEST_WORD, most), most: Math.min(most, MOST_TEXT) };
  });
  const least = wishes.reduce((sum, wish) => sum + wish.least, 0) * fontSize;
  if (least > room) return undefined;
  const wished = wishes.reduce((sum, wish) => sum + wish.most - wish.least, 0) * fontSize;
  const share = wished === 0 ? 1 : Math.min(1, (room - least) / wished);
  if (share < leastShare) return undefined;
  const widths = wishes.map((wish) => (wish.least + (wish.most - wish.least) * share) * fontSize);
  // What is left goes to the columns of words, so that the table is as wide as the sheet.
  const left = room - widths.reduce((sum, one) => sum + one, 0);
  const wide = columns.map(({ isWhole }) => !isWhole);
  const count = wide.filter(Boolean).length;
  return widths.map(
    (one, index) => one + (count === 0 ? left / columns.length : wide[index] === true ? left / count : 0),
  );
}

/** What no line is broken in. */
function longestWord(text: string): number {
  return Math.max(0, ...text.split(/[\s\u2e80-\u{10ffff}]+/u).map(lettersOf));
}

/** The first sheet on which all columns of all tables have ample room, else on which they fit, else the widest. */
export function sheetFor(tables: readonly PaperTable[]): Sheet {
  const [upright] = SHEETS;
  const fitting = (share: number) =>
    SHEETS.find((sheet) => tables.every((table) => widthsOn(sheet, table, share) !== undefined));
  return fitting(AMPLE) ?? fitting(0) ?? SHEETS.at(-1) ?? upright;
}

/** What the sums are stands across the columns before the first of them. */
function sumCells<Cell extends object>([label, ...cells]: readonly Cell[], sums: readonly string[]): object[] {
  const colSpan = sums.findIndex((sum, index) => index > 0 && sum !== '');
  return [{ ...label, colSpan }, ...cells];
}

/** Under a heading that stays with it. */
export function drawnTable(title: string, table: PaperTable, sheet: Sheet): object[] {
  const { columns, rows, sums, shared, capitals } = table;
  const alignment = (index: number) => (index === 0 ? 'center' : columns[index]?.isFigure === true ? 'right' : 'left');
  const cells = (texts: readonly string[], style: object = {}) =>
    texts.map((text, index) => ({ text, alignment: alignment(index), noWrap: columns[index]?.isWhole, ...style }));
  const hasFigures = columns.some(({ isFigure }) => isFigure);
  return [
    heading(title, hasFigures ? '单位：元' : ''),
    ...(shared.length > 0 ? [pairs(shared, sheet.width)] : []),
    {
      table: {
        headerRows: 1,
        keepWithHeaderRows: 1,
        dontBreakRows: true,
        widths: widthsOn(sheet, table, 0) ?? columns.map(() => '*'),
        body: [
          cells(
            columns.map(({ head }) => head),
            { style: 'head' },
          ),
          ...rows.map((row) => cells(row)),
          ...(sums.length > 0 ? [sumCells(cells(sums, { bold: true }), sums)] : []),
        ],
      },
      layout: 'sheet',
      fontSize: sheet.fontSize,
    },
    ...capitals.map((text) => ({ text, style: 'capitals' })),
  ];
}
