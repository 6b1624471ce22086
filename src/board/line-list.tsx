import type { LinePage } from '../disclosure/disclosure-reader.js';
import type { LineKind } from '../disclosure/lines.js';
import type { DivisionCode } from '../domain/division.js';
import { columnsOf } from './columns.js';
import { linkIn, type Setting, TAB_OF } from './page.js';
import { Table } from './table.js';

interface LineListProps<Kind extends LineKind> {
  setting: Setting;
  kind: Kind;
  division: DivisionCode;
  page: LinePage<Kind>;
}

/** A page of lines of one kind, each with a way to its proof. */
export function LineList<Kind extends LineKind>({ setting, kind, division, page }: LineListProps<Kind>) {
  const { say, url } = setting;
  const query = Object.fromEntries(url.searchParams);
  return (
    <>
      <Table
        columns={columnsOf(kind, setting, division)}
        rows={page.items}
        keyOf={({ book, id }) => `${book} ${id}`}
        isGone={({ status }) => status === 'reversed'}
        empty={say('没有记录。', 'Nothing is on record.')}
      />
      {page.next !== null && (
        <p class="pages">
          <a
            class="button plain"
            href={linkIn(setting, `/board/${division}/${TAB_OF[kind]}`, { ...query, after: page.next })}
          >
            {say('下一页', 'Next page')}
          </a>
        </p>
      )}
    </>
  );
}
