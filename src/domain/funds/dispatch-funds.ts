import { account, type Holder } from '../account.js';
import type { Circumstances, CommandOf, Decision } from '../command.js';
import { claimId } from '../ids.js';
import { formatYuan, type Yuan } from '../money.js';
import { move } from '../posting.js';
import { Refusal } from '../refusal.js';
import type { BookState } from '../state.js';
import { type FundFacts, knownFund } from './register-fund.js';
import { knownHolder, type LinesOrAmount, take } from './take.js';

/** 下达: money leaves for a lower bureau's book. */
export interface DispatchFunds extends LinesOrAmount {
  id?: string;
  toBook: string;
  /** Default `bureau`. */
  from?: Holder;
}

export interface DispatchEvidence {
  toBookExists: boolean;
}

/** The event carries the facts of each fund it takes along, so that the arrival can quote it and nothing else. */
export interface FundsDispatched {
  id: string;
  toBook: string;
  from: Holder;
  amount: Yuan;
  split?: string;
  funds: DispatchedFund[];
}

export interface DispatchedFund extends FundFacts {
  amount: Yuan;
}

/** Refusals: id_exists, dispatch_to_self, book_unknown, those of the holder, then those of `take`. */
export function dispatchFunds(
  state: BookState,
  command: CommandOf<'dispatch'>,
  { book, newId }: Circumstances,
): Decision {
  const { body, evidence } = command;
  const { from = account.bureau, toBook } = body;
  const id = claimId(state, 'funds.dispatched', body.id, newId);
  if (toBook === book) throw new Refusal('dispatch_to_self', undefined, { field: 'toBook' });
  if (!evidence.toBookExists) throw new Refusal('book_unknown', `There is no book ${toBook}.`, { field: 'toBook' });
  knownHolder(state, from, 'from');
  const { lines, record } = take(state, from, body, ['no_dispatch']);
  const funds = lines.map(({ fund, amountFen }): DispatchedFund => {
    const { seq: _seq, reversed: _reversed, ...facts } = knownFund(state, fund, 'lines');
    return { ...facts, amount: formatYuan(amountFen) };
  });
  return {
    type: 'funds.dispatched',
    data: { id, toBook, from, ...record, funds },
    postings: move(from, account.transit(toBook), lines),
  };
}
