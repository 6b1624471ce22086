import { Injectable } from '@nestjs/common';
import { DAILY_NAMES, type Edition, SUMS_NAME } from '../disclosure/daily/daily-file.js';
import { DailyStore } from '../disclosure/daily/daily-store.js';
import { LINE_KINDS } from '../disclosure/lines.js';
import type { DivisionCode } from '../domain/division.js';
import { linkIn, type Setting, TAB_OF, tabTitle } from './page.js';
import { renderPage } from './render-page.js';
import { type Column, Table } from './table.js';

const DAYS_OF_A_PAGE = 7;

/** All that is disclosed of a division, as files to take away. */
@Injectable()
export class DailyFilesPage {
  constructor(private readonly daily: DailyStore) {}

  /** @param before the last day of the page before */
  async of(setting: Setting, division: DivisionCode, before: string | undefined): Promise<string> {
    const { say } = setting;
    const found = await this.daily.list(division, DAYS_OF_A_PAGE + 1, before);
    const shown = found.slice(0, DAYS_OF_A_PAGE);
    const last = found.length > DAYS_OF_A_PAGE ? shown.at(-1)?.day : undefined;
    return renderPage(
      { setting, title: say('每日文件', 'Files of the day'), division },
      <>
        <p class="quiet">
          {say(
            '每天一套，含本级及以下全部公开信息，截至当日结束；只有编号、没有姓名。生成后不再改变，可用 SHA256SUMS 核对。当日没有新记录的，沿用前一套。',
            'A set for each day with all that is disclosed here and below, as it stood when the day ended; ids, no names of persons. It never changes; SHA256SUMS checks it. A day without a new entry has none: the set before it still tells all.',
          )}
        </p>
        {shown.length === 0 && (
          <p class="empty">
            {say('还没有文件，有记录的第二天生成。', 'There are none yet: they are made on the day after an entry.')}
          </p>
        )}
        {shown.map((edition) => (
          <Day key={edition.day} setting={setting} edition={edition} />
        ))}
        {last !== undefined && (
          <p>
            <a rel="next" href={linkIn(setting, `/board/${division}/files`, { after: last })}>
              {say('更早的', 'Earlier')}
            </a>
          </p>
        )}
      </>,
    );
  }
}

function Day({ setting, edition: { division, day, books, files } }: { setting: Setting; edition: Edition }) {
  const { say } = setting;
  const address = (name: string) => `/v1/disclosure/divisions/${division}/files/${day}/${name}`;
  const kinds = LINE_KINDS.flatMap((kind) => {
    const of = files.filter(({ name }) => DAILY_NAMES.get(name)?.kind === kind);
    return of.length === 0 ? [] : [{ what: tabTitle(setting, TAB_OF[kind]), of }];
  });
  // What another version of this service made is shown as it is called.
  const others = files.filter(({ name }) => !DAILY_NAMES.has(name)).map((file) => ({ what: file.name, of: [file] }));
  const columns: Column<(typeof kinds)[number]>[] = [
    { head: say('内容', 'What'), cell: ({ what }) => what },
    { head: say('行数', 'Rows'), isNumber: true, cell: ({ of: [first] }) => first?.rows.toLocaleString('en') },
    {
      head: say('文件', 'Files'),
      cell: ({ of }) =>
        of.map((file) => (
          <span key={file.name} class="part">
            <a href={address(file.name)} title={`SHA-256 ${file.sha256}`}>
              {file.name}
            </a>{' '}
            <span class="quiet">
              {file.bytes.toLocaleString('en')} {say('字节', 'bytes')}
            </span>
          </span>
        )),
    },
  ];
  return (
    <section aria-labelledby={`day-${day}`}>
      <header>
        <h2 id={`day-${day}`}>{day}</h2>
        <a href={address(SUMS_NAME)}>{SUMS_NAME}</a>
      </header>
      <p class="quiet">
        {books
          .map(({ book, seq }) => say(`账套 ${book} 至第 ${seq} 号记录`, `book ${book} up to entry ${seq}`))
          .join(say('；', '; '))}
      </p>
      <Table columns={columns} rows={[...kinds, ...others]} keyOf={({ what }) => what} empty="" />
    </section>
  );
}
