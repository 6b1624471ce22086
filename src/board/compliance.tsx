import { Injectable } from '@nestjs/common';
import {
  type Compliance,
  ComplianceReader,
  DISCLOSE_WITHIN_WORKING_DAYS,
  PHOTO_WITHIN_DAYS,
  SHORTCOMINGS,
  type Shortcoming,
  type ShortcomingKind,
} from '../disclosure/compliance.js';
import { SHORTCOMING_WORDS } from '../disclosure/files/compliance-sheet.js';
import type { DivisionCode } from '../domain/division.js';
import type { Words } from '../domain/words.js';
import type { Moment } from '../views/engine/moment.js';
import { Proof } from './cards/card-parts.js';
import { FileLinks } from './file-links.js';
import { linkIn, type Setting, tabTitle } from './page.js';
import { renderPage } from './render-page.js';
import { type Column, Table } from './table.js';
import { noticeTypeWords, placeName } from './words.js';

/** A page is for reading; whoever wants all of it takes the file. */
const MOST_SHOWN = 200;

/** What a division and all below it owe the public. */
@Injectable()
export class CompliancePage {
  constructor(private readonly compliance: ComplianceReader) {}

  async of(setting: Setting, division: DivisionCode, moment: Moment): Promise<string> {
    const compliance = await this.compliance.of(division, moment);
    return renderPage(
      { setting, title: tabTitle(setting, 'compliance'), division, tab: 'compliance', kicker: placeName(division) },
      <Shortcomings setting={setting} division={division} compliance={compliance} />,
    );
  }
}

interface KindWords {
  /** The rule, and what falls short of it. */
  rule: Words;
  since: Words;
  due: Words;
  days: Words;
}

const OVERDUE: Words = { zh: '已超过（天）', en: 'Days overdue' };

const KIND_WORDS: Record<ShortcomingKind, KindWords> = {
  undisclosed: {
    rule: {
      zh: `资金分配、项目、补贴、资产等应在 ${DISCLOSE_WITHIN_WORKING_DAYS} 个工作日内公开，这些过了期限还没有公开。`,
      en: `To be disclosed within ${DISCLOSE_WITHIN_WORKING_DAYS} working days, and still not disclosed.`,
    },
    since: { zh: '最早一笔', en: 'First entry' },
    due: { zh: '应公开日期', en: 'Due on' },
    days: OVERDUE,
  },
  late: {
    rule: {
      zh: `已经公开，但过了 ${DISCLOSE_WITHIN_WORKING_DAYS} 个工作日的期限。`,
      en: `Disclosed, but later than ${DISCLOSE_WITHIN_WORKING_DAYS} working days.`,
    },
    since: { zh: '最早一笔', en: 'First entry' },
    due: { zh: '应公开日期', en: 'Due on' },
    days: { zh: '晚了（天）', en: 'Days late' },
  },
  too_short: {
    rule: { zh: '公示的天数少于规定的天数。', en: 'Public for fewer days than the rule demands.' },
    since: { zh: '开始公示', en: 'Public from' },
    due: { zh: '至少应到', en: 'At least until' },
    days: { zh: '少了（天）', en: 'Days too few' },
  },
  no_photo: {
    rule: {
      zh: `乡、村公示栏上的公告，贴出 ${PHOTO_WITHIN_DAYS} 天后还没有张贴照片。`,
      en: `On a board of a town or village for ${PHOTO_WITHIN_DAYS} days, without a photo of it.`,
    },
    since: { zh: '开始公示', en: 'Public from' },
    due: { zh: '应有照片', en: 'Photo due on' },
    days: OVERDUE,
  },
  objection_overdue: {
    rule: { zh: '异议、举报过了答复期限还没有答复。', en: 'Filed, and not answered in time.' },
    since: { zh: '提出日期', en: 'Filed on' },
    due: { zh: '应答复日期', en: 'Answer due on' },
    days: OVERDUE,
  },
};

interface ShortcomingsProps {
  setting: Setting;
  division: DivisionCode;
  compliance: Compliance;
}

function Shortcomings({ setting, division, compliance: { items, books } }: ShortcomingsProps) {
  const { say } = setting;
  const kinds = SHORTCOMINGS.map((kind) => ({ kind, of: items.filter((item) => item.kind === kind) }));
  return (
    <>
      <p class="lead">
        {items.length === 0
          ? say('该公开的都按时公开了，没有发现问题。', 'All that was due was disclosed in time; nothing is amiss.')
          : say(
              '该公开而没有按规定公开的，都列在这里，由账本自动查出。',
              'What was not disclosed as it should have been, found in the book by itself.',
            )}
      </p>
      <Counts setting={setting} kinds={kinds} />
      {kinds
        .filter(({ of }) => of.length > 0)
        .map(({ kind, of }) => (
          <Kind key={kind} setting={setting} division={division} kind={kind} of={of} />
        ))}
      <div class="pages">
        <FileLinks
          setting={setting}
          path={`/v1/disclosure/divisions/${division}/compliance`}
          formats={['csv', 'xlsx']}
        />
        <span class="quiet">
          {say(
            `查了 ${books.length} 个账套的全部记录和公告`,
            `All entries and notices of ${books.length} ${books.length === 1 ? 'book' : 'books'} were looked through`,
          )}
        </span>
      </div>
    </>
  );
}

interface CountsProps {
  setting: Setting;
  kinds: readonly { kind: ShortcomingKind; of: readonly Shortcoming[] }[];
}

function Counts({ setting: { say, lang }, kinds }: CountsProps) {
  return (
    <dl class="key">
      {kinds.map(({ kind, of }) => (
        <div key={kind}>
          <dt>{SHORTCOMING_WORDS[kind][lang]}</dt>
          <dd>
            <span class={of.length > 0 ? 'big amiss' : 'big'}>
              {of.length.toLocaleString('en')}
              <span class="unit">{say('件', of.length === 1 ? 'case' : 'cases')}</span>
            </span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

interface KindProps {
  setting: Setting;
  division: DivisionCode;
  kind: ShortcomingKind;
  of: readonly Shortcoming[];
}

function Kind({ setting, division, kind, of }: KindProps) {
  const { say, lang } = setting;
  return (
    <section aria-labelledby={kind}>
      <header>
        <h2 id={kind}>{SHORTCOMING_WORDS[kind][lang]}</h2>
        <span class="quiet">{KIND_WORDS[kind].rule[lang]}</span>
      </header>
      <Table
        columns={columnsOf(setting, division, kind)}
        rows={of.slice(0, MOST_SHOWN)}
        keyOf={({ book, seq, notice, title }) => [book, seq, notice, title].join(' ')}
        empty=""
      />
      {of.length > MOST_SHOWN && (
        <p class="quiet">
          {say(`只列出前 ${MOST_SHOWN} 件，其余见下载的表格。`, `The first ${MOST_SHOWN}; the files have them all.`)}
        </p>
      )}
    </section>
  );
}

function columnsOf(setting: Setting, division: DivisionCode, kind: ShortcomingKind): Column<Shortcoming>[] {
  const { say, lang } = setting;
  const words = KIND_WORDS[kind];
  return [
    {
      head: say('内容', 'What'),
      cell: ({ book, notice, title }) =>
        notice === null ? title : <a href={linkIn(setting, `/board/${division}/notices/${book}/${notice}`)}>{title}</a>,
    },
    {
      head: say('公开事项', 'Type of notice'),
      cell: ({ type }) => (type === null ? null : noticeTypeWords(type, lang)),
    },
    { head: say('地点', 'Place'), cell: ({ divisionName }) => divisionName },
    { head: say('责任单位', 'Responsible unit'), cell: ({ unit }) => unit },
    { head: words.since[lang], cell: ({ since }) => since },
    { head: words.due[lang], cell: ({ dueOn }) => dueOn },
    { head: words.days[lang], isNumber: true, cell: ({ days }) => days },
    { head: say('核对', 'Proof'), cell: ({ book, seq }) => <Proof setting={setting} book={book} seq={seq} /> },
  ];
}
