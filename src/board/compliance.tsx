import { Injectable } from '@nestjs/common';
import { ComplianceReader, SHORTCOMINGS, type Shortcoming } from '../disclosure/compliance.js';
import { COMPLIANCE_COLUMNS, SHORTCOMING_WORDS } from '../disclosure/files/compliance-sheet.js';
import { DivisionTable } from '../divisions/division-table.js';
import type { DivisionCode } from '../domain/division.js';
import type { Moment } from '../views/engine/moment.js';
import { html } from './html.js';
import { linkIn, Page, type Setting, tabTitle } from './page.js';
import { type Column, Table } from './table.js';

/** A page is for reading; whoever wants all of it takes the file. */
const MOST_SHOWN = 200;

/** What a division and all below it owe the public. */
@Injectable()
export class CompliancePage {
  constructor(private readonly compliance: ComplianceReader) {}

  async of(setting: Setting, division: DivisionCode, moment: Moment): Promise<string> {
    const { items } = await this.compliance.of(division, moment);
    return html(
      <Page
        setting={setting}
        title={tabTitle(setting, 'compliance')}
        path={DivisionTable.get().path(division)}
        tab="compliance"
      >
        <Shortcomings setting={setting} division={division} items={items} />
      </Page>,
    );
  }
}

interface ShortcomingsProps {
  setting: Setting;
  division: DivisionCode;
  items: readonly Shortcoming[];
}

function Shortcomings({ setting, division, items }: ShortcomingsProps) {
  const { say, lang } = setting;
  const file = (format: string) => `/v1/disclosure/divisions/${division}/compliance?format=${format}&lang=${lang}`;
  const kinds = SHORTCOMINGS.map((kind) => ({ kind, of: items.filter((item) => item.kind === kind) }));
  return (
    <>
      <p class="quiet">
        {say(
          '应在二十个工作日内公开而未公开的、逾期公开的、公示期不足的、没有张贴照片的、异议逾期未答复的。',
          'What was not disclosed within twenty working days, came late, hung too short, has no photo, or was not answered in time.',
        )}{' '}
        <a href={file('csv')}>CSV</a> <a href={file('xlsx')}>XLSX</a>
      </p>
      {items.length === 0 && <p class="empty">{say('没有发现问题。', 'Nothing is amiss.')}</p>}
      {kinds
        .filter(({ of }) => of.length > 0)
        .map(({ kind, of }) => (
          <section key={kind} aria-labelledby={kind}>
            <header>
              <h2 id={kind}>{SHORTCOMING_WORDS[kind][lang]}</h2>
              <span class="quiet">{of.length.toLocaleString('en')}</span>
            </header>
            <Table
              columns={columnsOf(setting)}
              rows={of.slice(0, MOST_SHOWN)}
              keyOf={({ book, seq, notice, title }) => [book, seq, notice, title].join(' ')}
              empty=""
            />
            {of.length > MOST_SHOWN && (
              <p class="quiet">
                {say(`只列出前 ${MOST_SHOWN} 条，其余见文件。`, `The first ${MOST_SHOWN}; the files have them all.`)}
              </p>
            )}
          </section>
        ))}
    </>
  );
}

/** Those of the file that a reader needs, and the way to the proof. */
function columnsOf(setting: Setting): Column<Shortcoming>[] {
  const shown = ['Place', 'Responsible unit', 'Type of notice', 'What', 'Since', 'Due on', 'Days'];
  const columns = COMPLIANCE_COLUMNS.filter(({ en }) => shown.includes(en));
  return [
    ...columns.map(
      (column): Column<Shortcoming> => ({
        head: column[setting.lang],
        isNumber: column.kind === 'count',
        cell: (item) => column.value(item, setting.lang),
      }),
    ),
    {
      head: setting.say('核对', 'Proof'),
      cell: ({ book, seq }) => (
        <a class="proof" href={linkIn(setting, `/verify/${book}/${seq}`)}>
          {setting.say(`第 ${seq} 号记录`, `entry ${seq}`)}
        </a>
      ),
    },
  ];
}
