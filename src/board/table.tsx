import type { ComponentChildren } from 'preact';
import { lettersOf, SHORT_LETTERS } from '../drawing/letters.js';
import { plainText, Room } from './room.js';

export interface Column<Row> {
  head: string;
  isNumber?: boolean;
  /** Nothing (`''`, `null`) is shown as a dash, and left out on a phone; a column of nothing is left out. */
  cell: (row: Row) => ComponentChildren;
  /** What stands below the column. */
  total?: ComponentChildren;
}

interface TableProps<Row> {
  /** The first names the row. */
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** Struck out: what a later entry reversed. */
  isGone?: (row: Row) => boolean;
  /** What the totals are; none stand below the table where no column has one. */
  totals?: ComponentChildren;
  empty: string;
}

/** A table on paper and on wide screens; where there is no room for it each row is a card, its first cell the title. */
export function Table<Row>({ columns, rows, keyOf, isGone, totals, empty }: TableProps<Row>) {
  if (rows.length === 0) return <p class="empty">{empty}</p>;
  const body = rows.map((row) => ({ row, cells: columns.map(({ cell }) => cell(row)) }));
  const shown = columns
    .map((column, index) => ({ ...column, index }))
    .filter(({ index }) => index === 0 || body.some(({ cells }) => !isNothing(cells[index])));
  const room = shown.map(({ head, isNumber, index, total }) => ({
    head,
    isNumber: isNumber === true,
    texts: [...body.map(({ cells }) => cells[index]), total].map(plainText),
  }));
  return (
    <Room columns={room}>
      <table class="cards">
        <thead>
          <tr>
            {shown.map(({ head, isNumber }) => (
              <th key={head} scope="col" class={isNumber === true ? 'num' : undefined}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.map(({ row, cells }) => (
            <tr key={keyOf(row)} class={isGone?.(row) === true ? 'gone' : undefined}>
              {shown.map(({ head, isNumber, index }) =>
                index === 0 ? (
                  <th key={head} scope="row">
                    {cells[index]}
                  </th>
                ) : (
                  <Cell key={head} head={head} isNumber={isNumber}>
                    {cells[index]}
                  </Cell>
                ),
              )}
            </tr>
          ))}
        </tbody>
        {shown.some(({ total }) => total !== undefined) && <Totals columns={shown} label={totals} />}
      </table>
    </Room>
  );
}

interface CellProps {
  head: string;
  isNumber: boolean | undefined;
  children?: ComponentChildren;
}

/** The value is one box beside its label on a card, also where it is made of several parts. */
export function Cell({ head, isNumber, children }: CellProps) {
  if (isNothing(children)) return <td class={isNumber === true ? 'none num' : 'none'}>—</td>;
  const text = plainText(children);
  const isWhole = text !== '' && lettersOf(text) <= SHORT_LETTERS;
  return (
    <td data-label={head} class={isNumber === true ? 'num' : isWhole ? 'whole' : undefined}>
      {typeof children === 'object' ? <span>{children}</span> : children}
    </td>
  );
}

interface TotalsProps {
  columns: readonly { head: string; total?: ComponentChildren }[];
  label: ComponentChildren;
}

/** Each total below its column; what they are, before the first of them. */
function Totals({ columns, label }: TotalsProps) {
  const first = columns.findIndex(({ total }) => total !== undefined);
  return (
    <tfoot>
      <tr>
        <th scope="row" colSpan={first}>
          {label}
        </th>
        {columns.slice(first).map(({ head, total }) =>
          total === undefined ? (
            <td key={head} class="none" />
          ) : (
            <td key={head} class="num" data-label={head}>
              {total}
            </td>
          ),
        )}
      </tr>
    </tfoot>
  );
}

function isNothing(content: ComponentChildren): boolean {
  return content === '' || content === null || content === undefined || content === false;
}
