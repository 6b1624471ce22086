import type { AssetClass } from '../domain/assets/assets.js';
import type { Owner } from '../domain/assets/owners.js';
import type { DivisionCode, DivisionLevel } from '../domain/division.js';
import type { FundFacts } from '../domain/funds/register-fund.js';
import type { Yuan } from '../domain/money.js';
import type { DayKind } from '../domain/notices/minimum-days.js';
import type { NoticeType } from '../domain/notices/types.js';

/**
 * What must be disclosed, line by line: whatever a page, a file, a feed or the REST surface shows of the ledger is one of
 * these. Each names the entry that it comes from, so that a reader can check it against the signed log.
 */
export type LineKind = keyof LineFacts;
export const LINE_KINDS = [
  'fund',
  'allocation',
  'integration',
  'project',
  'payout',
  'asset',
  'income',
  'notice',
] as const satisfies readonly LineKind[];

/** What the list of each kind is called in addresses and names of files. */
export const LIST_OF = {
  fund: 'funds',
  allocation: 'allocations',
  integration: 'integrations',
  project: 'projects',
  payout: 'payouts',
  asset: 'assets',
  income: 'income',
  notice: 'notices',
} as const satisfies Record<LineKind, string>;

export interface LineFacts {
  fund: Pick<FundFacts, 'level' | 'nature' | 'restrictions'> & {
    channel: string | null;
    subject: string | null;
    /** What was added (or taken off, negative) after it was registered; the amount of the line has it in it. */
    adjusted: Yuan;
  };
  /** One for each fund and holder that an entry moved money to. */
  allocation: {
    fund: string;
    fundName: string;
    level: FundFacts['level'];
    from: string;
    to: string;
    project: string | null;
    projectName: string | null;
  };
  integration: { fund: string; fundName: string; level: FundFacts['level']; pool: string };
  /** The amount of the line is what was allocated. `stages` are those that stand, the last of them now. */
  project: {
    category: string;
    responsibleUnit: string;
    planned: Yuan;
    paidCapital: Yuan;
    paidExpense: Yuan;
    paidOut: Yuan;
    capitalised: Yuan;
    stages: string[];
  };
  /** `beneficiary` is the opaque id; name and numbers are put in, masked, where the line is shown. */
  payout: { policy: string; period: string; beneficiary: string; from: string; person?: ShownPerson };
  asset: {
    class: AssetClass;
    category: string;
    project: string | null;
    owners: Owner[];
    /** The owners since it was registered, the last of them now; without what was reversed. */
    ownerships: { seq: number; owners: Owner[] }[];
    operator: string | null;
    custodian: string | null;
    acquiredOn: string | null;
    /** Income of it that came in so far. */
    income: Yuan;
  };
  /** Income of an asset that came in (`to` is null), or was shared out. */
  income: { asset: string; assetName: string; period: string | null; to: string | null };
  notice: {
    type: NoticeType;
    level: DivisionLevel;
    publicFrom: string;
    publicTo: string;
    days: number;
    dayKind: DayKind;
    place: string;
    rows: number;
    /** The entry at which the book was looked at. */
    asOfSeq: number;
    /** The notice that it corrects, and why. */
    replaces: string | null;
    reason: string | null;
    replacedBy: string | null;
    withdrawal: Withdrawal | null;
    /** In the order in which they were recorded. */
    photos: PostedPhoto[];
    objections: { open: number; answered: number };
  };
}

/** 撤回: the entry that withdrew a notice, its business date and why. */
export interface Withdrawal {
  seq: number;
  date: string;
  reason: string;
}

/** 张贴照片: the entry that recorded it, and where and when it shows the notice posted. */
export interface PostedPhoto {
  seq: number;
  /** Lower-case hex; the photo is served under it. */
  sha256: string;
  /** UTC with milliseconds. */
  takenAt: string;
  place: string;
}

/** A person as a board may show one: the name in full, of numbers only the first and last digits. */
export interface ShownPerson {
  name: string;
  idNumber: string;
}

export interface Line<Kind extends LineKind = LineKind> {
  kind: Kind;
  book: DivisionCode;
  /**
   * Unique among the lines of this kind in its book, and stable for ever: the id of what it is about; of an allocation and an
   * integration the entry and the fund, `17.F-1`, and of income shared out `17~F-1`.
   */
  id: string;
  division: DivisionCode;
  title: string;
  /** Business date, `YYYY-MM-DD`. */
  date: string;
  year: number;
  amount: Yuan;
  status: 'standing' | 'reversed';
  /** Of the funds in it, each once. */
  levels: FundFacts['level'][];
  documents: string[];
  /** The entry that the line comes from. */
  seq: number;
  recordedAt: string;
  facts: LineFacts[Kind];
}

/** What stands in a division and all below it. Whoever wants to know how a sum came about reads the lines. */
export interface DivisionSummary extends DivisionSums {
  division: DivisionCode;
  /** The books that the sums are of, and up to which entry of each. */
  books: { book: DivisionCode; seq: number }[];
  children: ({ code: DivisionCode } & DivisionSums)[];
}

export interface DivisionSums {
  /**
   * Money by the level that gave it, what it is for, what became of it, and its fiscal year. `use` is a category of projects or
   * a policy; where money is not for one yet, the outcome says where it stands. Outcomes: `bureau department pool transit project
   * wip expense paid asset:<class> income collective`.
   */
  money: { level: FundFacts['level']; use: string; outcome: string; year: number; amount: Yuan }[];
  /** How many: `project` by category, `asset` by class, `payout` by policy, `household` that were paid at all. */
  counts: { kind: string; category: string; count: number }[];
}
