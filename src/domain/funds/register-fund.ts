import { account } from '../account.js';
import type { Circumstances, Decision } from '../command.js';
import type { FUND_LEVELS, FUND_NATURES, FUND_RESTRICTIONS } from '../kinds.js';
import { parseYuan, type Yuan } from '../money.js';
import { move } from '../posting.js';
import { Refusal } from '../refusal.js';
import type { BookState } from '../state.js';

export type FundLevel = (typeof FUND_LEVELS)[number];

export type FundNature = (typeof FUND_NATURES)[number];

export type FundRestriction = (typeof FUND_RESTRICTIONS)[number];

/** What a yuan keeps for ever, whatever pool, project or book it goes through: 性质不变、渠道不乱. */
export interface FundFacts {
  id: string;
  name: string;
  level: FundLevel;
  nature: FundNature;
  /** 渠道: the ministry or department line it came through. */
  channel?: string;
  fiscalYear: number;
  /** 支出功能分类, e.g. `2130505`. */
  subject?: string;
  restrictions: FundRestriction[];
  /** The fund it was in the book that dispatched it, and the seq of the dispatch there. */
  origin?: FundOrigin;
}

export interface FundOrigin {
  book: string;
  fund: string;
  seq: number;
}

/** A fund received under one funding line. */
export interface RegisterFund {
  id?: string;
  name: string;
  level: FundLevel;
  nature: FundNature;
  channel?: string;
  fiscalYear: number;
  subject?: string;
  amount: Yuan;
  restrictions?: FundRestriction[];
}

export interface FundRegistered extends FundFacts {
  amount: Yuan;
}

export interface FundState extends FundFacts {
  /** Seq of the entry that made it. */
  seq: number;
  /** A reversed fund is unknown to later commands; its id stays taken. */
  reversed: boolean;
}

/** Refusals: fund_exists. */
export function registerFund(state: BookState, body: RegisterFund, { newId }: Circumstances): Decision {
  const id = body.id ?? newId;
  if (state.funds.has(id)) throw new Refusal('fund_exists', `Fund ${id} already exists.`, { field: 'id' });
  const { name, level, nature, channel, fiscalYear, subject, amount, restrictions = [] } = body;
  return {
    type: 'fund.registered',
    data: {
      id,
      name,
      level,
      nature,
      ...(channel !== undefined && { channel }),
      fiscalYear,
      ...(subject !== undefined && { subject }),
      restrictions: [...new Set(restrictions)].sort(),
      amount,
    },
    postings: move(account.source(id), account.bureau, [{ fund: id, amountFen: parseYuan(amount) }]),
  };
}

export function addFund(state: BookState, facts: FundFacts, seq: number): void {
  const { id, name, level, nature, channel, fiscalYear, subject, restrictions, origin } = facts;
  state.funds.set(id, {
    id,
    name,
    level,
    nature,
    ...(channel !== undefined && { channel }),
    fiscalYear,
    ...(subject !== undefined && { subject }),
    restrictions,
    ...(origin !== undefined && { origin }),
    seq,
    reversed: false,
  });
}

/** Refusal: fund_unknown. */
export function knownFund(state: BookState, id: string, field: string): FundState {
  const fund = state.funds.get(id);
  if (fund === undefined || fund.reversed)
    throw new Refusal('fund_unknown', `There is no fund ${id}.`, { field, fund: id });
  return fund;
}
