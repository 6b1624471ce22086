import {
  ASSET_CLASS_WORDS,
  DIVISION_LEVEL_WORDS,
  FUND_LEVEL_WORDS,
  FUND_NATURE_WORDS,
  holderWords,
  type Lang,
  NOTICE_STATE_WORDS,
  ownersText,
  STAGE_WORDS,
  timeInChina,
  wordOf,
} from '../../board/words.js';
import { NOTICE_RULES } from '../../domain/notices/types.js';
import type { Column } from '../../export/tables/tables.js';
import type { LineKind } from '../lines.js';
import type { PublishedLine } from '../published-lines.js';

/** A column of the CSV and of the workbook, under a Chinese and an English head. */
export interface LineColumn<Kind extends LineKind> {
  zh: string;
  en: string;
  kind: Column['kind'];
  /** Tells who somebody is. */
  isPersonal?: true;
  value(line: PublishedLine<Kind>, lang: Lang): string | number | null;
}

type Columns<Kind extends LineKind> = readonly LineColumn<Kind>[];
type Value<Kind extends LineKind> = LineColumn<Kind>['value'];

const column =
  (kind: Column['kind']) =>
  <Kind extends LineKind>(zh: string, en: string, value: Value<Kind>): LineColumn<Kind> => ({ zh, en, kind, value });
const text = column('text');
const yuan = column('yuan');
const count = column('count');

const before = <Kind extends LineKind>(): Columns<Kind> => [
  text('编号', 'Id', ({ id }) => id),
  text('区划代码', 'Division code', ({ division }) => division),
  text('地点', 'Place', ({ divisionName }) => divisionName),
];

const after = <Kind extends LineKind>(): Columns<Kind> => [
  text('文号', 'Documents', ({ documents }) => documents.join('、')),
  text('日期', 'Date', ({ date }) => date),
  text('状态', 'Status', ({ status }, lang) =>
    status === 'standing' ? (lang === 'zh' ? '有效' : 'standing') : lang === 'zh' ? '已冲销' : 'reversed',
  ),
  text('账套', 'Book', ({ book }) => book),
  count('记录序号', 'Entry', ({ seq }) => seq),
  text('记账时间', 'Recorded at', ({ recordedAt }) => recordedAt),
  text('证明', 'Proof', ({ proof }) => proof),
];

/** Of what levels the money came, each once. */
const sources = <Kind extends 'project' | 'asset'>(): LineColumn<Kind> =>
  text('资金来源', 'Sources of money', ({ levels }, lang) =>
    levels.map((level) => wordOf(FUND_LEVEL_WORDS, level, lang)).join(lang === 'zh' ? '、' : ', '),
  );

const level = <Kind extends 'fund' | 'allocation' | 'integration'>(): LineColumn<Kind> =>
  text('资金层级', 'Level', ({ facts }, lang) => wordOf(FUND_LEVEL_WORDS, facts.level, lang));

const OWN: { [Kind in LineKind]: Columns<Kind> } = {
  fund: [
    text('资金名称', 'Fund', ({ title }) => title),
    level(),
    text('资金性质', 'Nature', ({ facts }, lang) => wordOf(FUND_NATURE_WORDS, facts.nature, lang)),
    text('资金渠道', 'Channel', ({ facts }) => facts.channel),
    text('支出功能分类', 'Subject', ({ facts }) => facts.subject),
    count('年度', 'Year', ({ year }) => year),
    yuan('金额(元)', 'Amount', ({ amount }) => amount),
    yuan('其中追加调减(元)', 'Adjusted', ({ facts }) => facts.adjusted),
  ],
  allocation: [
    text('资金编号', 'Fund id', ({ facts }) => facts.fund),
    text('资金名称', 'Fund', ({ facts }) => facts.fundName),
    level(),
    text('从', 'From', ({ facts }, lang) => holderWords(facts.from, lang)),
    text('用到哪里', 'To', ({ facts }, lang) => holderWords(facts.to, lang)),
    text('项目编号', 'Project id', ({ facts }) => facts.project),
    text('项目名称', 'Project', ({ facts }) => facts.projectName),
    yuan('金额(元)', 'Amount', ({ amount }) => amount),
  ],
  integration: [
    text('资金编号', 'Fund id', ({ facts }) => facts.fund),
    text('资金名称', 'Fund', ({ facts }) => facts.fundName),
    level(),
    text('整合资金池', 'Pool', ({ facts }) => facts.pool),
    yuan('金额(元)', 'Amount', ({ amount }) => amount),
  ],
  project: [
    text('项目名称', 'Project', ({ title }) => title),
    text('项目类别', 'Category', ({ facts }) => facts.category),
    text('责任单位', 'Responsible unit', ({ facts }) => facts.responsibleUnit),
    text('阶段', 'Stage', ({ facts }, lang) => wordOf(STAGE_WORDS, facts.stages.at(-1) ?? 'registered', lang)),
    sources(),
    yuan('计划投资(元)', 'Planned', ({ facts }) => facts.planned),
    yuan('安排资金(元)', 'Allocated', ({ amount }) => amount),
    yuan('资本性支出(元)', 'Capital spending', ({ facts }) => facts.paidCapital),
    yuan('费用性支出(元)', 'Expense', ({ facts }) => facts.paidExpense),
    yuan('发放补贴(元)', 'Paid out', ({ facts }) => facts.paidOut),
    yuan('形成资产(元)', 'Capitalised', ({ facts }) => facts.capitalised),
  ],
  payout: [
    { ...text('户主', 'Household', ({ facts }) => facts.person?.name ?? null), isPersonal: true },
    { ...text('证件号', 'ID number', ({ facts }) => facts.person?.idNumber ?? null), isPersonal: true },
    text('受益人编号', 'Beneficiary', ({ facts }) => facts.beneficiary),
    text('补贴政策', 'Policy', ({ facts }) => facts.policy),
    text('期间', 'Period', ({ facts }) => facts.period),
    yuan('金额(元)', 'Amount', ({ amount }) => amount),
  ],
  asset: [
    text('资产名称', 'Asset', ({ title }) => title),
    text('资产类别', 'Class', ({ facts }, lang) => wordOf(ASSET_CLASS_WORDS, facts.class, lang)),
    text('类型', 'Category', ({ facts }) => facts.category),
    text('项目编号', 'Project id', ({ facts }) => facts.project),
    sources(),
    text('所有权人', 'Owners', ({ facts }, lang) => ownersText(facts.owners, lang)),
    text('经营主体', 'Operator', ({ facts }) => facts.operator),
    text('管护人', 'Custodian', ({ facts }) => facts.custodian),
    text('取得日期', 'Acquired on', ({ facts }) => facts.acquiredOn),
    yuan('原值(元)', 'Value', ({ amount }) => amount),
    yuan('累计收益(元)', 'Income so far', ({ facts }) => facts.income),
  ],
  income: [
    text('资产编号', 'Asset id', ({ facts }) => facts.asset),
    text('资产名称', 'Asset', ({ facts }) => facts.assetName),
    text('收入或分配', 'Received or shared', ({ facts }, lang) =>
      facts.to === null ? (lang === 'zh' ? '收入' : 'received') : lang === 'zh' ? '分配' : 'shared',
    ),
    text('分配去向', 'Shared to', ({ facts }, lang) => (facts.to === null ? null : holderWords(facts.to, lang))),
    text('期间', 'Period', ({ facts }) => facts.period),
    yuan('金额(元)', 'Amount', ({ amount }) => amount),
  ],
  notice: [
    text('标题', 'Title', ({ title }) => title),
    text('类型', 'Type', ({ facts }, lang) => NOTICE_RULES[facts.type][lang]),
    text('公示层级', 'Level', ({ facts }, lang) => wordOf(DIVISION_LEVEL_WORDS, facts.level, lang)),
    text('公示开始', 'Public from', ({ facts }) => facts.publicFrom),
    text('公示结束', 'Public to', ({ facts }) => facts.publicTo),
    text('公示状态', 'State', ({ facts }, lang) => wordOf(NOTICE_STATE_WORDS, facts.state, lang)),
    text('张贴地点', 'Place of posting', ({ facts }) => facts.place),
    count('行数', 'Rows', ({ facts }) => facts.rows),
    count('照片', 'Photos', ({ facts }) => facts.photos.length),
    text('照片拍摄时间和地点', 'Photos taken', ({ facts }) =>
      facts.photos.map(({ takenAt, place }) => `${timeInChina(takenAt)} ${place}`).join('；'),
    ),
    count('待答复异议', 'Open objections', ({ facts }) => facts.objections.open),
    count('已答复异议', 'Answered objections', ({ facts }) => facts.objections.answered),
    text('替代', 'Replaces', ({ facts }) => facts.replaces),
    text('更正原因', 'Reason', ({ facts }) => facts.reason),
    text('被替代', 'Replaced by', ({ facts }) => facts.replacedBy),
    text('撤回日期', 'Withdrawn on', ({ facts }) => facts.withdrawal?.date ?? null),
    text('撤回原因', 'Why withdrawn', ({ facts }) => facts.withdrawal?.reason ?? null),
  ],
};

/** The columns of the lines of a kind, the same in CSV and workbook. */
export function lineColumns<Kind extends LineKind>(kind: Kind): Columns<Kind> {
  return [...before<Kind>(), ...(OWN[kind] as Columns<Kind>), ...after<Kind>()];
}
