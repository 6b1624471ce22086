import type { DivisionLevel } from '../division.js';
import type { EventType } from '../event.js';
import type { ContactField, NoticeField } from './fields.js';

/** 公告公示 of each kind: the rows of the standard catalogue, and what assets, their income and donations add to it. */
export const NOTICE_TYPES = [
  'identification',
  'allocation_result',
  'annual_plan',
  'loans',
  'sector_funds',
  'project_library',
  'project_before',
  'project_after',
  'household_subsidy',
  'integration_plan',
  'asset_register',
  'asset_income',
  'donation',
  'assessment_result',
  'supervision',
] as const;
export type NoticeType = (typeof NOTICE_TYPES)[number];

/** What a notice can cover, part by part; `covers` of a type names the parts that it must have and those that it may. */
export const COVER_PARTS = [
  'entries',
  'project',
  'funds',
  'fiscalYear',
  'pool',
  'policy',
  'period',
  'assetClass',
  'asset',
] as const;
export type CoverPart = (typeof COVER_PARTS)[number];

/** What the text of a column is, for whoever shows it; a `beneficiary` is an id, shown as a masked name. */
export type ColumnKind = 'text' | 'amount' | 'beneficiary' | 'list' | 'owners' | 'date' | 'year' | 'holder';

export interface Column {
  key: string;
  zh: string;
  en: string;
  kind: ColumnKind;
}

export interface NoticeRule {
  zh: string;
  en: string;
  levels: readonly DivisionLevel[];
  covers: { needs: readonly CoverPart[]; may?: readonly CoverPart[] };
  /** Types of entries that it may name, where it covers entries. */
  entryTypes?: readonly EventType[];
  fields: readonly NoticeField[];
  contact?: readonly ContactField[];
  columns: readonly Column[];
}

/** 县级 of a catalogue for the grass roots: a city and a province publish by the same rows. */
const BUREAUS: readonly DivisionLevel[] = ['province', 'city', 'county'];
const BOARDS: readonly DivisionLevel[] = ['town', 'village'];
const ALL: readonly DivisionLevel[] = [...BUREAUS, ...BOARDS];

const column =
  (kind: ColumnKind) =>
  (key: string, zh: string, en: string): Column => ({ key, zh, en, kind });
const text = column('text');
const amount = column('amount');
const list = column('list');
const name = text('name', '名称', 'Name');
const documents = list('documents', '文号', 'Documents');
const date = column('date')('date', '日期', 'Date');
const beneficiary = column('beneficiary')('beneficiary', '户主', 'Head of household');
const fundFacts = [
  text('fund', '资金名称', 'Fund'),
  text('level', '资金层级', 'Level'),
  text('nature', '资金性质', 'Nature'),
  column('year')('fiscalYear', '年度', 'Year'),
];
const projectFacts = [
  name,
  text('category', '类别', 'Category'),
  text('division', '实施地点', 'Division'),
  text('responsibleUnit', '责任单位', 'Responsible unit'),
  amount('plannedAmount', '计划投资', 'Planned'),
];
const projectMoney = [
  amount('allocated', '安排资金', 'Allocated'),
  amount('capital', '资本性支出', 'Capital spending'),
  amount('expense', '费用性支出', 'Expense'),
];
const entryFacts = [
  date,
  column('holder')('from', '从', 'From'),
  column('holder')('to', '到', 'To'),
  text('fund', '资金名称', 'Fund'),
  text('level', '资金层级', 'Level'),
  amount('amount', '金额', 'Amount'),
  documents,
];

/** One source of what each type demands. Names and levels: the catalogue; the last five types are named by the practice. */
export const NOTICE_RULES: Record<NoticeType, NoticeRule> = {
  identification: {
    zh: '贫困人口识别',
    en: 'Identification',
    levels: BOARDS,
    covers: { needs: [] },
    fields: ['standard', 'procedure', 'result'],
    columns: [beneficiary, list('categories', '类别', 'Categories'), text('division', '所在村', 'Division'), date],
  },
  allocation_result: {
    zh: '资金分配结果',
    en: 'Allocation result',
    levels: BUREAUS,
    covers: { needs: ['entries'] },
    entryTypes: [
      'fund.registered',
      'fund.adjusted',
      'funds.allocated',
      'funds.integrated',
      'funds.dispatched',
      'funds.received',
    ],
    fields: ['basis'],
    columns: entryFacts,
  },
  annual_plan: {
    zh: '年度计划',
    en: 'Annual plan',
    levels: BUREAUS,
    covers: { needs: ['fiscalYear'] },
    fields: ['fundPlan', 'projectArrangement', 'planCompletion'],
    columns: [...fundFacts, amount('received', '资金规模', 'Received'), amount('left', '尚未分配', 'Unallocated')],
  },
  loans: {
    zh: '精准扶贫贷款',
    en: 'Loans',
    levels: ALL,
    covers: { needs: [] },
    fields: ['borrowers', 'loanPurpose', 'loanLimit', 'loanTerm', 'loanRate', 'interestSubsidy', 'reductionMechanism'],
    columns: [],
  },
  sector_funds: {
    zh: '行业扶贫财政资金、东西部协作资金',
    en: 'Sector and east-west funds',
    levels: BUREAUS,
    covers: { needs: ['funds'] },
    fields: ['usage'],
    columns: [...fundFacts, amount('received', '资金规模', 'Received'), amount('left', '尚未分配', 'Unallocated')],
  },
  project_library: {
    zh: '项目库建设',
    en: 'Project library',
    levels: ALL,
    covers: { needs: [] },
    fields: [
      'projectNature',
      'schedule',
      'tasks',
      'fundingScale',
      'beneficiaries',
      'performanceTargets',
      'reductionMechanism',
    ],
    columns: [...projectFacts, text('stage', '阶段', 'Stage')],
  },
  project_before: {
    zh: '项目实施前',
    en: 'Before a project',
    levels: ALL,
    covers: { needs: ['project'] },
    fields: [
      'location',
      'construction',
      'subsidyStandard',
      'fundSource',
      'implementationPeriod',
      'implementer',
      'performanceTargets',
      'reductionMechanism',
      'supervisionPhone',
    ],
    columns: [...projectFacts, ...fundFacts, amount('allocated', '安排资金', 'Allocated')],
  },
  project_after: {
    zh: '项目完成后',
    en: 'After a project',
    levels: ALL,
    covers: { needs: ['project'] },
    fields: ['fundUse', 'projectResult', 'acceptance', 'performanceResult'],
    columns: [...projectFacts, text('stage', '阶段', 'Stage'), ...fundFacts, ...projectMoney],
  },
  household_subsidy: {
    zh: '到户补助',
    en: 'Household subsidies',
    levels: ['village'],
    covers: { needs: ['policy', 'period'] },
    fields: ['subsidyStandard', 'paymentMethod'],
    columns: [
      beneficiary,
      text('policy', '项目', 'Policy'),
      text('period', '期间', 'Period'),
      amount('amount', '补助金额', 'Amount'),
      date,
    ],
  },
  integration_plan: {
    zh: '涉农资金统筹整合方案',
    en: 'Integration plan',
    levels: BUREAUS,
    covers: { needs: ['pool'] },
    fields: ['basis', 'projectArrangement'],
    columns: [
      ...fundFacts,
      amount('integrated', '整合金额', 'Integrated'),
      amount('left', '池中余额', 'Left in the pool'),
    ],
  },
  asset_register: {
    zh: '资产登记',
    en: 'Asset register',
    levels: ALL,
    covers: { needs: [], may: ['assetClass'] },
    fields: [],
    columns: [
      name,
      text('class', '资产类别', 'Class'),
      text('category', '类型', 'Category'),
      text('division', '所在地', 'Division'),
      column('owners')('owners', '所有权人', 'Owners'),
      text('operator', '经营主体', 'Operator'),
      text('custodian', '管护人', 'Custodian'),
      column('date')('acquiredOn', '取得日期', 'Acquired'),
      amount('value', '原值', 'Value'),
    ],
  },
  asset_income: {
    zh: '资产收益及分配',
    en: 'Income of an asset and its sharing',
    levels: ALL,
    covers: { needs: ['asset'], may: ['period'] },
    fields: ['incomeSharing'],
    columns: [
      date,
      text('period', '期间', 'Period'),
      text('payer', '付款方', 'Payer'),
      column('holder')('to', '分配去向', 'Shared to'),
      beneficiary,
      amount('received', '收益', 'Received'),
      amount('shared', '分配', 'Shared'),
    ],
  },
  donation: {
    zh: '捐赠收支',
    en: 'Donations',
    levels: ALL,
    covers: { needs: ['entries'] },
    entryTypes: [
      'fund.registered',
      'fund.adjusted',
      'funds.allocated',
      'funds.dispatched',
      'funds.received',
      'payment.made',
    ],
    fields: ['donors', 'donationUse'],
    columns: entryFacts,
  },
  assessment_result: {
    zh: '考核结果',
    en: 'Result of an assessment',
    levels: ALL,
    covers: { needs: [] },
    fields: ['assessmentScope', 'assessmentResult'],
    columns: [],
  },
  supervision: {
    zh: '监督举报',
    en: 'Supervision and reports',
    levels: ALL,
    covers: { needs: [] },
    fields: ['supervisionPhone'],
    contact: ['address', 'email'],
    columns: [],
  },
};
