import { DivisionTable, plainName } from '../divisions/division-table.js';
import { accountId, accountKind } from '../domain/account.js';
import type { AssetClass } from '../domain/assets/assets.js';
import type { Owner, OwnerKind } from '../domain/assets/owners.js';
import type { DivisionLevel } from '../domain/division.js';
import type { FundLevel, FundNature, FundRestriction } from '../domain/funds/register-fund.js';
import type { NoticeStanding } from '../domain/notices/standing.js';
import { NOTICE_RULES, type NoticeType } from '../domain/notices/types.js';
import { sumShares } from '../domain/share.js';
import type { Words } from '../domain/words.js';

/** Chinese first; English by switch. */
export type Lang = 'zh' | 'en';

export type Say = (zh: string, en: string) => string;

export function sayIn(lang: Lang): Say {
  return (zh, en) => (lang === 'zh' ? zh : en);
}

/** A code's word, or the code itself where it has none. */
export function wordOf(words: Partial<Record<string, Words>>, code: string, lang: Lang): string {
  return words[code]?.[lang] ?? code;
}

export const FUND_LEVEL_WORDS: Record<FundLevel, Words> = {
  central: { zh: '中央', en: 'Central' },
  province: { zh: '省级', en: 'Province' },
  city: { zh: '市级', en: 'City' },
  county: { zh: '县级', en: 'County' },
  town: { zh: '乡镇', en: 'Town' },
  village: { zh: '村级', en: 'Village' },
  social: { zh: '社会与集体', en: 'Society' },
  mixed: { zh: '未分层级', en: 'Mixed' },
};

export const FUND_NATURE_WORDS: Record<FundNature, Words> = {
  special: { zh: '专项资金', en: 'Special fund' },
  integrated: { zh: '统筹整合资金', en: 'Integrated fund' },
  sector: { zh: '行业资金', en: 'Sector fund' },
  bond: { zh: '政府债券', en: 'Bond' },
  land_quota: { zh: '土地指标交易收益', en: 'Land quota proceeds' },
  east_west: { zh: '东西部协作资金', en: 'East-west cooperation' },
  designated: { zh: '定点帮扶资金', en: 'Designated assistance' },
  donation: { zh: '社会捐赠', en: 'Donation' },
  collective: { zh: '集体收入', en: 'Collective income' },
  stock: { zh: '存量资金', en: 'Carried-over fund' },
};

export const FUND_RESTRICTION_WORDS: Record<FundRestriction, Words> = {
  no_integration: { zh: '不得统筹整合', en: 'not to be integrated' },
  no_dispatch: { zh: '不得下达下级', en: 'not to be dispatched' },
  no_payout: { zh: '不得直接发放', en: 'not to be paid out' },
  capital_only: { zh: '只能用于资本性支出', en: 'capital spending only' },
};

export const DIVISION_LEVEL_WORDS: Record<DivisionLevel, Words> = {
  province: { zh: '省', en: 'Province' },
  city: { zh: '市', en: 'City' },
  county: { zh: '县区', en: 'County' },
  town: { zh: '乡镇', en: 'Town' },
  village: { zh: '村', en: 'Village' },
};

export const ASSET_CLASS_WORDS: Record<AssetClass, Words> = {
  operating: { zh: '经营性资产', en: 'Operating' },
  public: { zh: '公益性资产', en: 'Public welfare' },
  household: { zh: '到户类资产', en: 'Household' },
};

export const STAGE_WORDS: Record<string, Words> = {
  registered: { zh: '入库', en: 'In the library' },
  approved: { zh: '批复', en: 'Approved' },
  started: { zh: '开工', en: 'Started' },
  completed: { zh: '完工', en: 'Completed' },
  accepted: { zh: '验收', en: 'Accepted' },
  settled: { zh: '决算', en: 'Settled' },
  closed: { zh: '办结', en: 'Closed' },
};

/** Where money stands; see `DivisionSums.money`. */
export const OUTCOME_WORDS: Record<string, Words> = {
  bureau: { zh: '财政待分配', en: 'Unallocated' },
  department: { zh: '在部门', en: 'With departments' },
  pool: { zh: '在整合资金池', en: 'In a pool' },
  transit: { zh: '已下达下级', en: 'Dispatched below' },
  project: { zh: '项目待支付', en: 'Projects, unspent' },
  wip: { zh: '在建工程', en: 'Work in progress' },
  expense: { zh: '项目支出', en: 'Spent' },
  paid: { zh: '补贴到户', en: 'Paid to households' },
  'asset:operating': { zh: '经营性资产', en: 'Operating assets' },
  'asset:public': { zh: '公益性资产', en: 'Public assets' },
  'asset:household': { zh: '到户类资产', en: 'Household assets' },
  income: { zh: '资产收益待分', en: 'Income to share' },
  collective: { zh: '村集体账户', en: 'Village collective' },
};

export const OWNER_WORDS: Record<OwnerKind, Words> = {
  village: { zh: '村集体', en: 'Village collective' },
  township: { zh: '乡镇', en: 'Township' },
  county: { zh: '县级', en: 'County' },
  enterprise: { zh: '企业', en: 'Enterprise' },
  cooperative: { zh: '合作社', en: 'Cooperative' },
  household: { zh: '农户', en: 'Household' },
};

/** `村集体 永清村 1/3、农户 6 户 2/3`; households are counted, not named. */
export function ownersText(owners: readonly Owner[], lang: Lang): string {
  const isShared = owners.length > 1;
  const households = owners.filter(({ kind }) => kind === 'household');
  const others = owners
    .filter(({ kind }) => kind !== 'household')
    .map(({ kind, id, name, share }) => [OWNER_WORDS[kind][lang], name ?? placeName(id), ...(isShared ? [share] : [])]);
  const counted = lang === 'zh' ? `${households.length} 户` : `${households.length}`;
  const share = sumShares(households.map((owner) => owner.share));
  const together = [OWNER_WORDS.household[lang], counted, ...(others.length > 0 ? [share] : [])];
  return [...others, ...(households.length > 0 ? [together] : [])]
    .map((parts) => parts.join(' '))
    .join(lang === 'zh' ? '、' : ', ');
}

const HOLDER_WORDS: Record<string, Words> = {
  source: { zh: '资金来源', en: 'Source' },
  wip: { zh: '在建', en: 'Work in progress of' },
  expense: { zh: '支出', en: 'Spent on' },
  asset: { zh: '资产', en: 'Asset' },
  bureau: { zh: '财政局（待分配）', en: 'Bureau, unallocated' },
  department: { zh: '部门', en: 'Department' },
  pool: { zh: '整合资金池', en: 'Pool' },
  project: { zh: '项目', en: 'Project' },
  transit: { zh: '下达', en: 'Dispatched to' },
  income: { zh: '资产收益', en: 'Income of' },
  collective: { zh: '村集体', en: 'Collective of' },
  paid: { zh: '补贴发放', en: 'Paid out' },
};

/** Whose account it is, as `names` have it: the work in progress of a project is that of the project. */
export function namedHolder(account: string): string {
  const [kind, id] = [accountKind(account), accountId(account)];
  if (kind === 'wip' || kind === 'expense') return `project:${id}`;
  return kind === 'income' ? `asset:${id}` : account;
}

/**
 * A holder of money in words; a division by its name, the bureau and the source of a fund, which is told beside it, by their
 * kind alone.
 *
 * @param names of projects, assets and funds by `project:<id>`, `asset:<id>` and so on; what is not among them is shown by its id
 */
export function holderWords(holder: string, lang: Lang, names: ReadonlyMap<string, string> = new Map()): string {
  const [kind, id] = [accountKind(holder), accountId(holder)];
  const word = wordOf(HOLDER_WORDS, kind, lang);
  if (kind === 'bureau' || kind === 'source') return word;
  const name =
    kind === 'transit' || kind === 'collective'
      ? placeName(id)
      : (names.get(holder) ?? names.get(namedHolder(holder)) ?? id);
  return `${word} ${name}`;
}

/** The name of a division, or its code where the table has none. */
export function placeName(code: string): string {
  const table = DivisionTable.get();
  const name = (table.find(code) ?? table.formerly(code))?.name;
  return name === undefined ? code : plainName(name);
}

/** `天水市 麦积区 花牛镇` below the province: many villages share their names. */
export function longPlaceName(code: string): string {
  const path = DivisionTable.get().path(code);
  const below = path.length > 1 ? path.slice(1) : path;
  return below.length === 0 ? code : below.map(({ name }) => plainName(name)).join(' ');
}

const PARTS_OF_A_YEAR: Record<string, string> = {
  H1: '上半年',
  H2: '下半年',
  Q1: '一季度',
  Q2: '二季度',
  Q3: '三季度',
  Q4: '四季度',
};

/** `2019-H1` as `2019年上半年`; see the period of a payout. */
export function periodWords(period: string, lang: Lang): string {
  if (lang === 'en') return period;
  const [year, part] = period.split('-');
  if (part === undefined) return `${year}年`;
  return `${year}年${PARTS_OF_A_YEAR[part] ?? `${Number(part)}月`}`;
}

/** `2019-07-05` as `2019年7月5日`. */
export function dateInChinese(day: string): string {
  const [year, month, date] = day.split('-').map(Number);
  return `${year}年${month}月${date}日`;
}

/** An instant as a clock in China shows it: `2016-07-14 09:30`. */
export function timeInChina(instant: string): string {
  return new Date(Date.parse(instant) + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');
}

export function noticeTypeWords(type: string, lang: Lang): string {
  return NOTICE_RULES[type as NoticeType]?.[lang] ?? type;
}

export const NOTICE_STATE_WORDS: Record<NoticeStanding, Words> = {
  announced: { zh: '即将公示', en: 'Announced' },
  standing: { zh: '公示中', en: 'Standing' },
  objected: { zh: '有异议待答复', en: 'Objected' },
  closed: { zh: '期满', en: 'Closed' },
  withdrawn: { zh: '已撤回', en: 'Withdrawn' },
  replaced: { zh: '已更正', en: 'Replaced' },
};
