/**
 * What a notice says in words beside its rows: the elements (公开内容要素) of the standard catalogue of public disclosure at
 * the grass roots (扶贫领域基层政务公开标准目录) that no entry of a ledger holds.
 */
export const NOTICE_FIELDS = {
  standard: { zh: '识别标准', en: 'Standard of identification' },
  procedure: { zh: '识别程序', en: 'Procedure of identification' },
  result: { zh: '识别结果', en: 'Result of identification' },
  basis: { zh: '分配依据', en: 'Basis of the allocation' },
  fundPlan: { zh: '资金计划', en: 'Plan of funds' },
  projectArrangement: { zh: '项目安排', en: 'Projects arranged' },
  planCompletion: { zh: '计划完成情况', en: 'How far the plan is carried out' },
  borrowers: { zh: '贷款对象', en: 'Borrowers' },
  loanPurpose: { zh: '贷款用途', en: 'Purpose of the loans' },
  loanLimit: { zh: '贷款额度', en: 'Limit of a loan' },
  loanTerm: { zh: '贷款期限', en: 'Term of a loan' },
  loanRate: { zh: '贷款利率', en: 'Rate of interest' },
  interestSubsidy: { zh: '贴息主体名称与规模', en: 'Who subsidises interest, and how much' },
  reductionMechanism: { zh: '带贫减贫(利益联结)机制', en: 'How poor households gain by it' },
  usage: { zh: '使用情况', en: 'How it is used' },
  projectNature: { zh: '建设性质', en: 'New or continued' },
  schedule: { zh: '时间进度', en: 'Schedule' },
  tasks: { zh: '建设任务', en: 'What is to be built' },
  fundingScale: { zh: '资金规模和筹资方式', en: 'Scale and sources of funds' },
  beneficiaries: { zh: '受益对象', en: 'Who benefits' },
  performanceTargets: { zh: '绩效目标', en: 'Targets' },
  location: { zh: '实施地点', en: 'Place' },
  construction: { zh: '建设内容', en: 'What is built' },
  subsidyStandard: { zh: '补助标准', en: 'Standard of the subsidy' },
  fundSource: { zh: '资金来源及规模', en: 'Sources and scale of funds' },
  implementationPeriod: { zh: '实施期限', en: 'Period' },
  implementer: { zh: '实施单位及责任人', en: 'Implementing unit and person in charge' },
  supervisionPhone: { zh: '监督电话', en: 'Telephone for complaints' },
  fundUse: { zh: '资金使用情况', en: 'How funds were used' },
  projectResult: { zh: '项目实施结果', en: 'Result of the project' },
  acceptance: { zh: '检查验收结果', en: 'Result of acceptance' },
  performanceResult: { zh: '绩效目标实现情况', en: 'Whether targets were met' },
  paymentMethod: { zh: '发放方式', en: 'How it is paid' },
  incomeSharing: { zh: '收益分配方案', en: 'Plan of sharing the income' },
  donors: { zh: '捐赠来源', en: 'Where donations came from' },
  donationUse: { zh: '捐赠使用情况', en: 'What donations were used for' },
  assessmentScope: { zh: '考核范围', en: 'Scope of the assessment' },
  assessmentResult: { zh: '考核结果', en: 'Result of the assessment' },
} as const;

export type NoticeField = keyof typeof NOTICE_FIELDS;

export const NOTICE_FIELD_NAMES = Object.keys(NOTICE_FIELDS) as NoticeField[];

export type NoticeFields = Partial<Record<NoticeField, string>>;

/** How a notice can be reached beside `phone` and `hotline`; asked of the notice that tells where to report. */
export const CONTACT_FIELDS = { address: '通讯地址', email: '邮箱' } as const;
export type ContactField = keyof typeof CONTACT_FIELDS;
