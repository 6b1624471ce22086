import type { ComponentChildren } from 'preact';

export interface Column<Row> {
  head: string;
  isNumber?: boolean;
  cell: (row: Row) => ComponentChildren;
}

interface TableProps<Row> {
  caption?: string;
  /** The first names the row. */
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** Struck out: what a later entry reversed. */
  isGone?: (row: Row) => boolean;
  foot?: ComponentChildren;
  empty: string;
}

/** A table on paper and on wide screens; on a phone each row is a card, its first cell the title. */
export function Table<Row>({ caption, columns, rows, keyOf, isGone, foot, empty }: TableProps<Row>) {
  if (rows.length === 0) return <p class="empty">{empty}</p>;
  return (
    <table class="cards">
      {caption !== undefined && <caption>{caption}</caption>}
      <thead>
        <tr>
          {columns.map(({ head, isNumber }) => (
            <th key={head} scope="col" class={isNumber === true ? 'num' : undefined}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)} class={isGone?.(row) === true ? 'gone' : undefined}>
            {columns.map(({ head, isNumber, cell }, index) =>
              index === 0 ? (
                <th key={head} scope="row">
                  {cell(row)}
                </th>
              ) : (
                <td key={head} data-label={head} class={isNumber === true ? 'num' : undefined}>
                  {cell(row)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
      {foot !== undefined && <tfoot>{foot}</tfoot>}
    </table>
  );
}
