import type { CommandKind } from '../domain/command.js';

/** What a row of a table can say; a notice has more inside it than cells hold, and photos and objections come one by one. */
export type TableKind = Exclude<CommandKind, 'notice' | 'notice_evidence' | 'objection'>;

/** What the cells of a column hold, and so how they are read. */
export type ColumnType = 'text' | 'amount' | 'day' | 'whole' | 'list' | 'choice';

export interface Column {
  /** In the line of an import; what is between dots is a field of an item of a list. */
  field: string;
  chinese: string;
  type: ColumnType;
  /** Chinese words for the values of a choice. */
  words?: Record<string, string>;
  example?: string;
  note?: string;
}

const LEVELS = {
  中央: 'central',
  省级: 'province',
  市级: 'city',
  县级: 'county',
  乡级: 'town',
  村级: 'village',
  社会: 'social',
  混合: 'mixed',
};
const NATURES = {
  ...{
    专项: 'special',
    整合: 'integrated',
    行业: 'sector',
    债券: 'bond',
    土地指标: 'land_quota',
    东西部协作: 'east_west',
  },
  ...{ 定点帮扶: 'designated', 捐赠: 'donation', 集体: 'collective', 存量: 'stock' },
};
const STAGES = {
  批复: 'approved',
  开工: 'started',
  完工: 'completed',
  验收: 'accepted',
  结算: 'settled',
  销号: 'closed',
};
const CLASSES = { 经营性: 'operating', 公益性: 'public', 到户: 'household' };
const OWNERS = {
  ...{ 村: 'village', 乡镇: 'township', 县: 'county', 企业: 'enterprise', 合作社: 'cooperative', 农户: 'household' },
};

function text(field: string, chinese: string, example?: string, note?: string): Column {
  return {
    field,
    chinese,
    type: 'text',
    ...(example !== undefined && { example }),
    ...(note !== undefined && { note }),
  };
}

function amount(field: string, chinese: string, example: string): Column {
  const note = '单位写在表头: 元、万元、亿元 the unit stands in the header: 元 where it says nothing, 万元, 亿元';
  return { field, chinese, type: 'amount', example, note };
}

function choice(field: string, chinese: string, words: Record<string, string>): Column {
  const note = Object.entries(words).map(([chineseWord, word]) => `${chineseWord} ${word}`);
  return { field, chinese, type: 'choice', words, example: Object.keys(words)[0] ?? '', note: note.join('; ') };
}

export const KEY = text(
  'key',
  '业务编号',
  'YW-2016-0001',
  '同一编号只记一次 the idempotency key, once for ever; made from the row where absent',
);
const ID = text('id', '编号', undefined, '可空 made by the service where absent');
const NAME = text('name', '名称', '财政专项扶贫资金');
const DIVISION = text('division', '区划', '640121100201');
const FROM = text(
  'from',
  '来源单位',
  'bureau',
  'bureau, department:<code>, pool:<id>, project:<id>; bureau where absent',
);
const PROJECT = text('project', '项目', 'P-1');
const REASON = text('reason', '原因', '重复录入');
const AMOUNT = amount('amount', '金额', '1250000.00');
const LINES = [
  text(
    'lines.fund',
    '资金',
    'F-1',
    '一笔多资金时每行一项,业务编号相同 several funds: a row for each, under one key; without it the amount is split',
  ),
  AMOUNT,
];
const OWNED = [
  choice('owners.kind', '所有权人类型', OWNERS),
  text('owners.id', '所有权人编号', '640121100201'),
  text('owners.name', '所有权人名称', '杨和村股份经济合作社', '农户不填 never of a household'),
  text('owners.share', '份额', '1', '1, 1/3 … 合计为一 all add to 1; several owners: a row for each'),
];
const COMMON: Column[] = [
  {
    field: 'effectiveDate',
    chinese: '业务日期',
    type: 'day',
    example: '2016-07-13',
    note: '空为当天 today where absent',
  },
  {
    field: 'documents',
    chinese: '文号',
    type: 'list',
    example: '宁财农〔2016〕12号',
    note: '多个用顿号或分号 several: 、 or ;',
  },
  text('note', '备注'),
];

const OWN: Record<TableKind, Column[]> = {
  book: [{ ...ID, example: '640121' }, { ...NAME, example: '永宁县财政局' }, text('level', '层级', 'county')],
  fund: [
    { ...ID, example: 'F-1' },
    NAME,
    choice('level', '层级', LEVELS),
    choice('nature', '性质', NATURES),
    text('channel', '渠道', '农业农村'),
    { field: 'fiscalYear', chinese: '年度', type: 'whole', example: '2016' },
    text('subject', '支出功能分类', '2130505'),
    AMOUNT,
    {
      field: 'restrictions',
      chinese: '限制',
      type: 'list',
      note: 'no_integration、no_dispatch、no_payout、capital_only',
    },
  ],
  adjustment: [ID, text('fund', '资金', 'F-1'), { ...AMOUNT, example: '-250000.00' }],
  allocation: [ID, FROM, text('to', '去向', 'project:P-1'), ...LINES],
  integration: [ID, text('pool', '资金池', '2016'), ...LINES],
  dispatch: [ID, text('toBook', '接收账套', '640121'), FROM, ...LINES],
  arrival: [ID, text('fromBook', '下达账套', '640100'), text('dispatch', '下达编号', 'D-1')],
  project: [
    { ...ID, example: 'P-1' },
    { ...NAME, example: '设施蔬菜产业园' },
    text('category', '类别', '产业发展'),
    DIVISION,
    text('responsibleUnit', '责任单位', '永宁县农业农村局'),
    amount('plannedAmount', '计划金额', '5000000.00'),
  ],
  stage: [PROJECT, choice('stage', '阶段', STAGES)],
  payment: [
    ID,
    PROJECT,
    choice('paymentKind', '支付类型', { 资本性: 'capital', 费用性: 'expense' }),
    text('payee', '收款单位', '宁夏某建设有限公司', '个人只写 beneficiary:<编号> a person only so'),
    ...LINES,
  ],
  beneficiary: [
    text('name', '姓名', '张某'),
    text('idNumber', '身份证号', '11010519491231002X', '设为文本格式 as text'),
    text('bankAccount', '银行账号', undefined, '设为文本格式 as text'),
    DIVISION,
    { field: 'categories', chinese: '人员类别', type: 'list', example: '脱贫户' },
  ],
  payout: [
    ID,
    text('policy', '补贴政策', '光伏补贴'),
    text('period', '期间', '2016'),
    text('beneficiary', '受益人', 'b-7f3k', '受益人编号 the opaque id'),
    FROM,
    ...LINES,
  ],
  asset: [
    { ...ID, example: 'AS-1' },
    { ...NAME, example: '蔬菜大棚' },
    choice('class', '资产类型', CLASSES),
    text('category', '类别', '农业设施'),
    DIVISION,
    PROJECT,
    ...LINES,
    ...OWNED,
    text('operator', '经营单位'),
    text('custodian', '管护人', '杨和村村民委员会'),
    { field: 'acquiredOn', chinese: '取得日期', type: 'day' },
    { ...choice('opening.level', '期初层级', LEVELS), example: '' },
    { ...choice('opening.nature', '期初性质', NATURES), example: '' },
    amount('opening.amount', '期初金额', ''),
  ],
  ownership_change: [ID, text('asset', '资产', 'AS-1'), ...OWNED, REASON],
  income: [
    ID,
    text('asset', '资产', 'AS-1'),
    text('period', '期间', '2019-H1'),
    AMOUNT,
    text('payerKind', '付款方类型', 'enterprise'),
    text('payer', '付款方', '国网某县供电公司'),
  ],
  notice_withdrawal: [text('notice', '公示', 'N-1'), REASON],
  objection_answer: [
    text('objection', '异议', '5f0c1d9e-8b7a-4c55-9a54-0a1b2c3d4e5f'),
    choice('outcome', '处理结果', { 成立: 'upheld', 不成立: 'rejected', 已更正: 'corrected', 已记录: 'noted' }),
    text('answer', '答复', '经核实已补发。'),
  ],
  reversal: [{ field: 'seq', chinese: '序号', type: 'whole', example: '17' }, REASON],
  closing: [text('period', '期间', '2016-07')],
};

/** What each kind is called in a table. */
export const KIND_WORDS: Record<TableKind, string> = {
  ...{
    book: '开账',
    fund: '资金登记',
    adjustment: '追加调减',
    allocation: '资金分配',
    integration: '整合',
    dispatch: '下达',
  },
  ...{
    arrival: '到账',
    project: '项目登记',
    stage: '项目阶段',
    payment: '支付',
    beneficiary: '受益人登记',
    payout: '补贴发放',
  },
  ...{
    asset: '资产登记',
    ownership_change: '权属变更',
    income: '资产收益',
    notice_withdrawal: '公示撤回',
    objection_answer: '异议答复',
    reversal: '红字冲销',
    closing: '结账',
  },
};

export const KIND: Column = {
  ...choice('kind', '业务', {}),
  words: Object.fromEntries(Object.entries(KIND_WORDS).map(([k, w]) => [w, k])),
};

/** In the order of a template. */
export function columnsOf(kind: TableKind): Column[] {
  return [{ ...KIND, example: KIND_WORDS[kind] }, KEY, ...OWN[kind], ...COMMON];
}

/** As the header of a template says it. */
export function headerOf({ chinese, field, type }: Column): string {
  return `${chinese}${type === 'amount' ? '(元)' : ''} ${field}`;
}
