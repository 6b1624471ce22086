/**
 * What a notice says in words beside its rows: the elements (公开内容要素) of the standard catalogue of public disclosure at
 * the grass roots (扶贫领域基层政务公开标准目录) that no entry of a ledger holds.
 */
export const NOTICE_FIELDS = {
  standard: '识别标准',
  procedure: '识别程序',
  result: '识别结果',
  basis: '分配依据',
  fundPlan: '资金计划',
  projectArrangement: '项目安排',
  planCompletion: '计划完成情况',
  borrowers: '贷款对象',
  loanPurpose: '贷款用途',
  loanLimit: '贷款额度',
  loanTerm: '贷款期限',
  loanRate: '贷款利率',
  interestSubsidy: '贴息主体名称与规模',
  reductionMechanism: '带贫减贫(利益联结)机制',
  usage: '使用情况',
  projectNature: '建设性质',
  schedule: '时间进度',
  tasks: '建设任务',
  fundingScale: '资金规模和筹资方式',
  beneficiaries: '受益对象',
  performanceTargets: '绩效目标',
  location: '实施地点',
  construction: '建设内容',
  subsidyStandard: '补助标准',
  fundSource: '资金来源及规模',
  implementationPeriod: '实施期限',
  implementer: '实施单位及责任人',
  supervisionPhone: '监督电话',
  fundUse: '资金使用情况',
  projectResult: '项目实施结果',
  acceptance: '检查验收结果',
  performanceResult: '绩效目标实现情况',
  paymentMethod: '发放方式',
  incomeSharing: '收益分配方案',
  donors: '捐赠来源',
  donationUse: '捐赠使用情况',
  assessmentScope: '考核范围',
  assessmentResult: '考核结果',
} as const;

export type NoticeField = keyof typeof NOTICE_FIELDS;

export const NOTICE_FIELD_NAMES = Object.keys(NOTICE_FIELDS) as NoticeField[];

export type NoticeFields = Partial<Record<NoticeField, string>>;

/** How a notice can be reached beside `phone` and `hotline`; asked of the notice that tells where to report. */
export const CONTACT_FIELDS = { address: '通讯地址', email: '邮箱' } as const;
export type ContactField = keyof typeof CONTACT_FIELDS;
