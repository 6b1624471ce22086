import type { ShownNotice } from '../../disclosure/notice-reader.js';
import type { Row } from '../../domain/notices/rows/row.js';
import type { Column } from '../../domain/notices/types.js';
import { lettersOf, SHORT_LETTERS } from '../../drawing/letters.js';
import { inCapitals } from '../capitals.js';
import { Fact } from '../cards/card-parts.js';
import { grouped } from '../figures.js';
import { linkIn, type Setting } from '../page.js';
import { Room } from '../room.js';
import type { NoticeView } from './notice-view.js';
import { type CellNames, cellText, isVerbatim } from './notice-words.js';
import { sharedColumns, summedColumns, totalOf, usedColumns } from './told-columns.js';

interface RowTableProps {
  setting: Setting;
  view: NoticeView;
  /** The notice that this one took the place of: its rows are shown, and cells that differ now are marked. */
  before?: ShownNotice | undefined;
}

/** More do not fit beside each other on paper in letters of the usual size. */
const MOST_COLUMNS = 8;

/**
 * The rows of a notice, with their sums in figures and in 大写. What public/verify/shown.js compares with the log carries
 * `data-row` and `data-column`, `data-sum` or `data-capitals`; by `data-row` alone it finds that a row is there.
 */
export function RowTable({ setting, view, before }: RowTableProps) {
  const { say, lang } = setting;
  const { event, rows } = before ?? view;
  const all = usedColumns(view.columns, rows);
  const shared = sharedColumns(all, rows);
  const used = all.filter((column) => !shared.includes(column));
  const sums = summedColumns(used, rows);
  const firstSum = used.findIndex((column) => sums.includes(column));
  const room = used.map((column) => ({
    head: column[lang],
    isNumber: column.kind === 'amount',
    texts: column.kind === 'amount' ? rows.flatMap((row) => amountIn(row, column) ?? []) : [],
  }));
  return (
    <div class={used.length > MOST_COLUMNS ? 'many' : undefined}>
      {shared.length > 0 && <SharedCells setting={setting} view={view} rows={rows} shared={shared} before={before} />}
      <Room columns={room}>
        <table class="cards rows">
          <caption data-path="data.title">{event.data.title}</caption>
          <thead>
            <tr>
              <th scope="col" class="num">
                {say('序号', 'No.')}
              </th>
              {used.map((column) => (
                <th key={column.key} scope="col" class={column.kind === 'amount' ? 'num' : undefined}>
                  {column[lang]}
                  {column.kind === 'amount' && say('（元）', ', yuan')}
                </th>
              ))}
              <th scope="col" class="noprint">
                {say('依据记录', 'Entries')}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id} id={`row-${row.id}`}>
                <th scope="row" class="num no" data-row={row.id}>
                  {row.id}
                </th>
                {used.map((column) => (
                  <RowCell
                    key={column.key}
                    setting={setting}
                    column={column}
                    row={row}
                    names={view}
                    wasOtherwise={before !== undefined && isOtherwise(row, column.key, view.rows)}
                  />
                ))}
                <td class="noprint seqs" data-label={say('依据记录', 'Entries')}>
                  <span data-entries={row.id}>
                    {row.entries.map((seq) => (
                      <a key={seq} href={linkIn(setting, `/verify/${event.book}/${seq}`)}>
                        {seq}
                      </a>
                    ))}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
          {sums.length > 0 && (
            <tfoot>
              <tr>
                <th scope="row" colspan={firstSum + 1}>
                  {say('合计', 'Total')}
                </th>
                {used.slice(firstSum).map((column) =>
                  sums.includes(column) ? (
                    <td key={column.key} class="num" data-label={column[lang]} data-sum={column.key}>
                      {grouped(totalOf(rows, column.key))}
                    </td>
                  ) : (
                    <td key={column.key} class="none" />
                  ),
                )}
                <td class="none noprint" />
              </tr>
            </tfoot>
          )}
        </table>
      </Room>
      {sums.length > 0 && (
        <dl class="capitals">
          {sums.map((column) => (
            <div key={column.key}>
              <dt>
                {column[lang]}
                {say('合计（大写）', ' in all, in words')}
              </dt>
              <dd lang="zh-CN" data-capitals={column.key}>
                {inCapitals(totalOf(rows, column.key))}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

interface SharedCellsProps extends RowTableProps {
  rows: readonly Row[];
  shared: readonly Column[];
}

/** What every row says alike, told once; public/verify/shown.js compares it with each of them. */
function SharedCells({ setting: { say, lang }, view, before, rows, shared }: SharedCellsProps) {
  return (
    <dl class="facts shared">
      {shared.map((column) => {
        const cell = rows[0]?.cells[column.key];
        const was = before !== undefined && rows.some((row) => isOtherwise(row, column.key, view.rows));
        const isAmount = column.kind === 'amount';
        const text = cell && (isAmount ? grouped(cell.text) : cellText(column, cell, view, lang));
        const isCompared = isAmount || isVerbatim(column);
        return (
          <Fact key={column.key} head={column[lang]}>
            <span class={was ? 'was' : undefined} {...(isCompared && { 'data-row': '*', 'data-column': column.key })}>
              {text}
            </span>
            {isAmount && say(' 元', ' yuan')}
          </Fact>
        );
      })}
    </dl>
  );
}

function isThere(name: string | undefined): name is string {
  return name !== undefined;
}

function isOtherwise({ id, cells, figures }: Row, key: string, after: readonly Row[]): boolean {
  const now = after.find((row) => row.id === id);
  return now?.cells[key]?.text !== cells[key]?.text || now?.figures[key]?.amount !== figures[key]?.amount;
}

/** A figure, or what a cell states as an amount, such as a plan. */
function amountIn({ cells, figures }: Row, { key, kind }: Column): string | undefined {
  const amount = figures[key]?.amount ?? (kind === 'amount' ? cells[key]?.text : undefined);
  return amount === undefined ? undefined : grouped(amount);
}

interface RowCellProps {
  setting: Setting;
  column: Column;
  row: Row;
  names: CellNames;
  wasOtherwise: boolean;
}

function RowCell({ setting: { lang }, column, row, names, wasOtherwise }: RowCellProps) {
  const { key, kind } = column;
  const label = column[lang];
  const amount = amountIn(row, column);
  const cell = row.cells[key];
  const classes = (own?: string) => [own, wasOtherwise ? 'was' : undefined].filter(isThere).join(' ') || undefined;
  if (amount !== undefined)
    return (
      <td class={classes('num')} data-label={label} data-row={row.id} data-column={key}>
        {amount}
      </td>
    );
  if (cell === undefined) return <td class={kind === 'amount' ? 'none num' : 'none'}>—</td>;
  const text = cellText(column, cell, names, lang);
  return isVerbatim(column) ? (
    <td class={classes(kind === 'text' ? undefined : 'short')} data-label={label} data-row={row.id} data-column={key}>
      {text}
    </td>
  ) : (
    <td class={classes(lettersOf(text) <= SHORT_LETTERS ? 'whole' : undefined)} data-label={label}>
      {text}
    </td>
  );
}
