import type { ComponentChildren } from 'preact';
import type { LineKind } from '../disclosure/lines.js';
import type { PublishedLine } from '../disclosure/published-lines.js';
import { formatYuan, parseYuan } from '../domain/money.js';
import { grouped } from './figures.js';
import { linkIn, type Setting } from './page.js';
import type { Column } from './table.js';
import {
  ASSET_CLASS_WORDS,
  FUND_LEVEL_WORDS,
  FUND_NATURE_WORDS,
  holderWords,
  NOTICE_STATE_TAGS,
  NOTICE_STATE_WORDS,
  ownersText,
  placeName,
  STAGE_WORDS,
  wordOf,
} from './words.js';

type Columns<Kind extends LineKind> = Column<PublishedLine<Kind>>[];

/** The columns of each list, the same on the page, in the CSV and in the workbook. */
export function columnsOf<Kind extends LineKind>(
  kind: Kind,
  setting: Setting,
  within: string,
  total: ComponentChildren,
): Columns<Kind> {
  const columns = OF_KIND[kind](setting, within) as Columns<Kind>;
  return [...columns.map((column) => (column.cell === ofAmount ? { ...column, total } : column)), proof(setting)];
}

const OF_KIND: { [Kind in LineKind]: (setting: Setting, within: string) => Columns<Kind> } = {
  fund: (setting, within) => {
    const { say, lang } = setting;
    return [
      titled(setting, within, 'funds', say('资金名称', 'Fund')),
      { head: say('层级', 'Level'), cell: ({ facts }) => wordOf(FUND_LEVEL_WORDS, facts.level, lang) },
      { head: say('性质', 'Nature'), cell: ({ facts }) => wordOf(FUND_NATURE_WORDS, facts.nature, lang) },
      { head: say('文号', 'Document'), cell: ({ documents }) => documents.join('、') },
      { head: say('年度', 'Year'), isNumber: true, cell: ({ year }) => year },
      amount(say('金额（元）', 'Yuan')),
      date(say('日期', 'Date')),
    ];
  },
  allocation: (setting, within) => {
    const { say, lang } = setting;
    return [
      {
        head: say('用到哪里', 'To'),
        cell: ({ book, facts }) =>
          facts.project === null ? (
            holderWords(facts.to, lang)
          ) : (
            <a href={linkIn(setting, `/board/${within}/projects/${book}/${facts.project}`)}>{facts.projectName}</a>
          ),
      },
      {
        head: say('资金', 'Fund'),
        cell: ({ book, facts }) => (
          <a href={linkIn(setting, `/board/${within}/funds/${book}/${facts.fund}`)}>{facts.fundName}</a>
        ),
      },
      { head: say('层级', 'Level'), cell: ({ facts }) => wordOf(FUND_LEVEL_WORDS, facts.level, lang) },
      { head: say('文号', 'Document'), cell: ({ documents }) => documents.join('、') },
      place(say('地点', 'Place')),
      amount(say('金额（元）', 'Yuan')),
      date(say('日期', 'Date')),
    ];
  },
  integration: (setting, within) => {
    const { say, lang } = setting;
    return [
      { head: say('整合资金池', 'Pool'), cell: ({ facts }) => facts.pool },
      {
        head: say('资金', 'Fund'),
        cell: ({ book, facts }) => (
          <a href={linkIn(setting, `/board/${within}/funds/${book}/${facts.fund}`)}>{facts.fundName}</a>
        ),
      },
      { head: say('层级', 'Level'), cell: ({ facts }) => wordOf(FUND_LEVEL_WORDS, facts.level, lang) },
      amount(say('金额（元）', 'Yuan')),
      date(say('日期', 'Date')),
    ];
  },
  project: (setting, within) => {
    const { say, lang } = setting;
    return [
      titled(setting, within, 'projects', say('项目', 'Project')),
      { head: say('类别', 'Category'), cell: ({ facts }) => facts.category },
      place(say('实施地点', 'Place')),
      { head: say('责任单位', 'Unit'), cell: ({ facts }) => facts.responsibleUnit },
      {
        head: say('进度', 'Stage'),
        cell: ({ facts }) => <span class="tag">{wordOf(STAGE_WORDS, facts.stages.at(-1) ?? 'registered', lang)}</span>,
      },
      { head: say('计划（元）', 'Planned, yuan'), isNumber: true, cell: ({ facts }) => grouped(facts.planned) },
      amount(say('已安排（元）', 'Allocated, yuan')),
      {
        head: say('已支付（元）', 'Paid, yuan'),
        isNumber: true,
        cell: ({ facts }) =>
          grouped(formatYuan(parseYuan(facts.paidCapital) + parseYuan(facts.paidExpense) + parseYuan(facts.paidOut))),
      },
    ];
  },
  payout: ({ say }) => [
    {
      head: say('户主', 'Household'),
      cell: ({ facts, status }) => (
        <>
          {facts.person?.name ?? say('（个人信息已删除）', '(personal data erased)')}
          {status === 'reversed' && <span class="tag off">{say('已冲销', 'reversed')}</span>}
        </>
      ),
    },
    { head: say('证件号', 'ID number'), cell: ({ facts }) => facts.person?.idNumber },
    { head: say('补贴政策', 'Policy'), cell: ({ facts }) => facts.policy },
    { head: say('期间', 'Period'), cell: ({ facts }) => facts.period },
    place(say('村', 'Village')),
    amount(say('金额（元）', 'Yuan')),
    date(say('发放日期', 'Date')),
  ],
  asset: (setting, within) => {
    const { say, lang } = setting;
    return [
      titled(setting, within, 'assets', say('资产名称', 'Asset')),
      { head: say('类别', 'Class'), cell: ({ facts }) => wordOf(ASSET_CLASS_WORDS, facts.class, lang) },
      place(say('地点', 'Place')),
      { head: say('所有权人', 'Owners'), cell: ({ facts }) => ownersText(facts.owners, lang) },
      { head: say('管护人', 'Custodian'), cell: ({ facts }) => facts.custodian },
      amount(say('原值（元）', 'Value, yuan')),
      { head: say('累计收益（元）', 'Income, yuan'), isNumber: true, cell: ({ facts }) => grouped(facts.income) },
    ];
  },
  income: (setting, within) => {
    const { say, lang } = setting;
    return [
      {
        head: say('资产', 'Asset'),
        cell: ({ book, facts }) => (
          <a href={linkIn(setting, `/board/${within}/assets/${book}/${facts.asset}`)}>{facts.assetName}</a>
        ),
      },
      {
        head: say('收入或分配', 'Received or shared'),
        cell: ({ facts }) =>
          facts.to === null ? (
            <span class="tag">{say('收入', 'Received')}</span>
          ) : (
            <>
              <span class="tag warn">{say('分配', 'Shared')}</span> {holderWords(facts.to, lang)}
            </>
          ),
      },
      { head: say('期间', 'Period'), cell: ({ facts }) => facts.period },
      place(say('地点', 'Place')),
      amount(say('金额（元）', 'Yuan')),
      date(say('日期', 'Date')),
    ];
  },
  notice: (setting, within) => {
    const { say, lang } = setting;
    return [
      titled(setting, within, 'notices', say('公告公示', 'Notice')),
      place(say('公示单位', 'Division')),
      { head: say('地点', 'Posted at'), cell: ({ facts }) => facts.place },
      { head: say('公示期', 'Period'), cell: ({ facts }) => `${facts.publicFrom} — ${facts.publicTo}` },
      {
        head: say('状态', 'State'),
        cell: ({ facts }) => (
          <span class={`tag ${NOTICE_STATE_TAGS[facts.state]}`}>{wordOf(NOTICE_STATE_WORDS, facts.state, lang)}</span>
        ),
      },
    ];
  },
};

function titled<Kind extends LineKind>(
  setting: Setting,
  within: string,
  tab: string,
  head: string,
): Column<PublishedLine<Kind>> {
  return {
    head,
    cell: ({ book, id, title, status }) => (
      <>
        <a href={linkIn(setting, `/board/${within}/${tab}/${book}/${id}`)}>{title}</a>
        {status === 'reversed' && <span class="tag off">{setting.say('已冲销', 'reversed')}</span>}
      </>
    ),
  };
}

function amount<Kind extends LineKind>(head: string): Column<PublishedLine<Kind>> {
  return { head, isNumber: true, cell: ofAmount };
}

function ofAmount({ amount }: { amount: string }): string {
  return grouped(amount);
}

function date<Kind extends LineKind>(head: string): Column<PublishedLine<Kind>> {
  return { head, cell: (line) => line.date };
}

function place<Kind extends LineKind>(head: string): Column<PublishedLine<Kind>> {
  return { head, cell: ({ division }) => placeName(division) };
}

function proof<Kind extends LineKind>(setting: Setting): Column<PublishedLine<Kind>> {
  return {
    head: setting.say('核对', 'Proof'),
    cell: ({ book, seq }) => (
      <a class="proof" href={linkIn(setting, `/verify/${book}/${seq}`)}>
        {setting.say(`第 ${seq} 号记录`, `entry ${seq}`)}
      </a>
    ),
  };
}
