import type { Words } from './words.js';

/**
 * Every refusal by a rule, in words, as clerks and programs are told of it: in Chinese, then in English. The code is stable and public: callers switch on it, the OpenAPI lists it.
 * The order of checks is documented in docs/refusals.md and tested in that order.
 */
export const REFUSALS = {
  book_unknown: { zh: '没有这个区划代码的账套。', en: 'No book of this division code is open.' },
  book_exists: { zh: '这个区划代码的账套已经开立。', en: 'A book of this division code is already open.' },
  book_level_mismatch: {
    zh: '账套的级别须与区划代码的长度相符。',
    en: 'The level of a book must fit the length of its division code.',
  },
  effective_date_in_future: {
    zh: '业务日期晚于今天(北京时间)。',
    en: 'The effective date lies after today in Asia/Shanghai.',
  },
  period_closed: { zh: '业务日期所在期间已经结账。', en: 'The effective date lies inside a closed period.' },
  personal_data_in_text: {
    zh: '文字中疑似含有身份证号、银行卡号或手机号。',
    en: 'A text holds what looks like an ID number, a bank card or a mobile number.',
  },
  id_exists: { zh: '同类记录已用过这个编号。', en: 'Another entry of the same kind already has this id.' },
  event_too_large: { zh: '这笔记录超过 65,535 字节。', en: 'The entry would be larger than 65,535 bytes.' },
  fund_unknown: { zh: '账套中没有这项资金。', en: 'The book has no such fund.' },
  fund_exists: { zh: '账套中已有或曾有这个编号的资金。', en: 'The book already has, or had, a fund of this id.' },
  fund_not_integrable: {
    zh: '这项资金不得整合(no_integration)。',
    en: 'The fund is marked no_integration and cannot enter a pool.',
  },
  fund_not_dispatchable: {
    zh: '这项资金不得下达,须在本级使用(no_dispatch)。',
    en: 'The fund is marked no_dispatch and must be used at this level.',
  },
  fund_not_for_payouts: {
    zh: '这项资金不得发放给个人(no_payout)。',
    en: 'The fund is marked no_payout and cannot be paid out to beneficiaries.',
  },
  fund_capital_only: {
    zh: '这项资金只能用于资本性支出(capital_only)。',
    en: 'The fund is marked capital_only: neither expense nor subsidy may be paid of it.',
  },
  adjustment_exceeds_unallocated: {
    zh: '调减不得超过财政尚未分配的部分。',
    en: 'A fund cannot be reduced below what is still unallocated at the bureau.',
  },
  holder_unknown: { zh: '账套中没有这个资金持有单位。', en: 'No such holder of money exists in the book.' },
  same_holder: { zh: '资金不能从一个单位转给它自己。', en: 'Money cannot move from a holder to itself.' },
  allocation_into_pool: { zh: '资金只能经整合进入资金池。', en: 'Money enters a pool by integration only.' },
  allocation_into_income: {
    zh: '资产收益账户只接收收益。',
    en: 'Only income that is received enters the account of what an asset earned.',
  },
  amount_above_limit: {
    zh: '一笔记录各行金额合计不得超过一万亿元。',
    en: 'The lines of one entry may add to no more than a trillion yuan.',
  },
  line_duplicate: { zh: '同一资金出现在多行。', en: 'A fund stands on more than one line.' },
  insufficient_balance: { zh: '持有单位的这项资金不足。', en: 'The holder has less of this fund than the line takes.' },
  insufficient_total: { zh: '持有单位的资金总额不足。', en: 'The holder has less in all than the amount.' },
  dispatch_to_self: { zh: '账套不能向自己下达资金。', en: 'A book cannot dispatch to itself.' },
  dispatch_unknown: {
    zh: '下达账套没有这笔给本账套的下达。',
    en: 'The sending book has no such dispatch to this book.',
  },
  dispatch_settled: {
    zh: '这笔下达已经到账,或已由下达方冲销。',
    en: 'The dispatch has already arrived, or was reversed by its sender.',
  },
  project_unknown: { zh: '账套中没有这个项目。', en: 'The book has no such project.' },
  project_exists: { zh: '账套中已有或曾有这个编号的项目。', en: 'The book already has, or had, a project of this id.' },
  project_closed: {
    zh: '项目已办结,不能再拨入或支付。',
    en: 'The project is closed; no money may enter it or be paid from it.',
  },
  division_outside_book: {
    zh: '这个区划不在账套的区划之内。',
    en: 'The division does not lie inside the division of the book.',
  },
  stage_out_of_order: {
    zh: '项目阶段须依次推进:批复、开工、完工、验收、决算、办结。',
    en: 'Stages follow one another: approved, started, completed, accepted, settled, closed.',
  },
  beneficiary_unknown: { zh: '账套中没有这个受益人。', en: 'The book has no such beneficiary.' },
  beneficiary_exists: { zh: '账套中已登记此人。', en: 'The book already knows this person.' },
  payout_duplicate: {
    zh: '该受益人本期的这项补贴已经发放。',
    en: 'The beneficiary was already paid under this policy for this period.',
  },
  asset_unknown: { zh: '账套中没有这项资产。', en: 'The book has no such asset.' },
  asset_exists: { zh: '账套中已有或曾有这个编号的资产。', en: 'The book already has, or had, an asset of this id.' },
  owner_duplicate: { zh: '同一所有者出现多次。', en: 'An owner stands more than once.' },
  owner_shares_not_whole: {
    zh: '各所有者的份额之和须正好为 1。',
    en: 'The shares of the owners must add to exactly 1.',
  },
  owner_class_mismatch: { zh: '到户类资产须归农户所有。', en: 'An asset of class household belongs to households.' },
  owner_name_not_allowed: {
    zh: '农户只以受益人编号表示,不写姓名。',
    en: 'A household is named by its beneficiary id alone.',
  },
  payer_name_not_allowed: { zh: '付款的农户不写姓名。', en: 'A household that pays is not named.' },
  ownership_unchanged: { zh: '所有者及份额与现状相同。', en: 'The owners and shares are those that already stand.' },
  notice_unknown: { zh: '账套中没有这份公告。', en: 'The book has no such notice.' },
  notice_exists: { zh: '账套中已有这个编号的公告。', en: 'The book already has a notice of this id.' },
  notice_level_mismatch: {
    zh: '公告的级别须能发布这类公告,并与区划代码的长度相符。',
    en: 'The level must be one that publishes notices of this type, and fit the length of the division code.',
  },
  notice_covers_mismatch: {
    zh: '公告所涵盖的内容须与其类型的要求一致。',
    en: 'The notice must cover what its type demands, and nothing else.',
  },
  notice_fields_missing: { zh: '公告缺少其类型要求的内容。', en: 'The notice lacks fields that its type demands.' },
  notice_replaces_another: {
    zh: '更正公告须与原公告同类型、同区划。',
    en: 'A correction is a notice of the same type and division.',
  },
  notice_not_standing: { zh: '公告已被撤回或更正。', en: 'The notice was withdrawn or replaced.' },
  dated_before_subject: {
    zh: '业务日期早于所针对的公告(以其业务日期与公示首日中较早者为准)或异议的日期。',
    en: 'The effective date lies before that of the objection that the entry is about, or before both the date and the first public day of the notice.',
  },
  notice_entry_unfit: {
    zh: '公告涵盖的某笔记录在所固定的序号处无效,或类型不符。',
    en: 'An entry that the notice covers does not stand at the pinned entry, or is of another type.',
  },
  notice_row_unknown: { zh: '公告中没有这一行。', en: 'The notice has no such row.' },
  photo_from_future: { zh: '照片的拍摄时间不得晚于现在。', en: 'The photo cannot have been taken after now.' },
  photo_exists: { zh: '公告已有这张照片。', en: 'The notice already has this photo.' },
  objection_unknown: { zh: '账套中没有这件异议。', en: 'The book has no such objection.' },
  objection_exists: { zh: '账套中已有这件异议。', en: 'The book already has this objection.' },
  objection_answered: { zh: '这件异议已经答复。', en: 'The objection was already answered.' },
  entry_unknown: { zh: '账套中没有这个序号的记录。', en: 'The book has no entry of this seq.' },
  entry_not_reversible: { zh: '这类记录不能冲销。', en: 'An entry of this type cannot be reversed.' },
  entry_already_reversed: { zh: '这笔记录已经冲销。', en: 'The entry was already reversed.' },
  entry_built_upon: {
    zh: '后来的记录以这笔为依据,请先冲销它们。',
    en: 'Later entries depend on this one; reverse them first.',
  },
  period_not_over: { zh: '期间结束后才能结账。', en: 'A period can be closed only when it is over.' },
  period_already_closed: { zh: '这个期间已经结账。', en: 'The period is already closed.' },
} as const satisfies Record<string, Words>;

export type RefusalCode = keyof typeof REFUSALS;

export interface RefusalFacts {
  /** Path of the offending field in the body, e.g. `lines[1].fund`. */
  field?: string;
  /** Entries of this book that stand in the way. */
  entries?: number[];
  /** Further facts for the caller: amounts in yuan, codes, ids. Never personal data. */
  [fact: string]: unknown;
}

/** A command that a rule refuses. The history is untouched. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly facts: RefusalFacts;

  constructor(code: RefusalCode, detail?: string, facts: RefusalFacts = {}) {
    super(detail ?? REFUSALS[code].en);
    this.name = 'Refusal';
    this.code = code;
    this.facts = facts;
  }
}
