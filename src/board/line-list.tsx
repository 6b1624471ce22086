import type { LineFilter, LineSort } from '../disclosure/disclosure-reader.js';
import type { DivisionSummary, LineKind } from '../disclosure/lines.js';
import type { PublishedLine, PublishedPage } from '../disclosure/published-lines.js';
import type { DivisionCode } from '../domain/division.js';
import { columnsOf } from './columns.js';
import { FileLinks } from './file-links.js';
import { Filters, sortWord } from './filters.js';
import { isOf, totalOf } from './list-total.js';
import { NoticeCards } from './notices/notice-cards.js';
import { linkIn, type Setting, TAB_OF, tabTitle } from './page.js';
import { Table } from './table.js';

export interface LineListProps<Kind extends LineKind> {
  /** Where sums stand above it. */
  heading?: string;
  setting: Setting;
  kind: Kind;
  division: DivisionCode;
  filter: LineFilter;
  sort: LineSort;
  page: PublishedPage<Kind>;
  summary: DivisionSummary;
  /** The day that the page tells of, `YYYY-MM-DD`. */
  today: string;
  isFirst: boolean;
}

/** A page of lines of one kind, each with a way to its proof; the same as files. */
export function LineList<Kind extends LineKind>(props: LineListProps<Kind>) {
  const { setting, kind, division, filter, sort, page, summary, today, isFirst, heading } = props;
  const { say, kiosk } = setting;
  const path = `/board/${division}/${TAB_OF[kind]}`;
  const query = queryOf(filter, sort);
  // Only what stands counts; a sum of one page of many is called so.
  const standing = page.items.filter(({ status }) => status === 'standing');
  const lines: readonly PublishedLine[] = page.items;
  const isWhole = page.next === null && isFirst;
  return (
    <section aria-label={heading ?? tabTitle(setting, TAB_OF[kind])}>
      {heading !== undefined && (
        <header>
          <h2>{heading}</h2>
        </header>
      )}
      {!kiosk && (
        <Filters
          setting={setting}
          kind={kind}
          path={path}
          filter={filter}
          sort={sort}
          summary={summary}
          today={today}
        />
      )}
      {kind === 'notice' && page.items.length > 0 ? (
        <NoticeCards
          setting={setting}
          within={division}
          notices={lines.filter(isOf('notice'))}
          today={today}
          heading="h2"
        />
      ) : (
        <Table
          columns={columnsOf(kind, setting, division, totalOf(kind, standing, setting))}
          rows={page.items}
          keyOf={({ book, id }) => `${book} ${id}`}
          isGone={({ status }) => status === 'reversed'}
          totals={`${isWhole ? say('合计', 'In all') : say('本页小计', 'On this page')} ${standing.length} ${say('条', 'lines')}`}
          empty={say('没有符合条件的记录。', 'Nothing on record fits.')}
        />
      )}
      {!kiosk && (
        <div class="pages">
          <FileLinks
            setting={setting}
            path={`/v1/disclosure/divisions/${division}/${TAB_OF[kind]}`}
            query={{
              ...filter,
              year: filter.year?.toString(),
              sort: sort.by,
              order: sort.isDescending ? 'desc' : 'asc',
            }}
            formats={['csv', 'xlsx', 'json']}
          >
            <a href={linkIn(setting, `/board/${division}/files`)}>{say('每日文件', 'Files of the day')}</a>
          </FileLinks>
          {!isFirst && (
            <a class="button plain" href={linkIn(setting, path, query)}>
              {say('回到第一页', 'First page')}
            </a>
          )}
          {page.next !== null && (
            <a class="button" rel="next" href={linkIn(setting, path, { ...query, after: page.next })}>
              {say('下一页', 'Next page')}
            </a>
          )}
        </div>
      )}
      {kind === 'notice' && !kiosk && (
        <p class="quiet">
          <a href={linkIn(setting, '/board/objections')}>
            {say('凭查询码看异议或举报的答复', 'Follow up an objection by its code')}
          </a>
        </p>
      )}
    </section>
  );
}

function queryOf(filter: LineFilter, sort: LineSort): Record<string, string | undefined> {
  const { year, ...rest } = filter;
  const word = sortWord(sort);
  return {
    ...rest,
    year: year?.toString(),
    sort: word === '-date' ? undefined : word,
  };
}
