import { account } from '../account.js';
import type { Circumstances, CommandOf, Decision } from '../command.js';
import type { EventOf } from '../event.js';
import { claimId } from '../ids.js';
import { parseYuan, type Yuan } from '../money.js';
import { move } from '../posting.js';
import { Refusal } from '../refusal.js';
import type { BookState } from '../state.js';
import type { DispatchedFund } from './dispatch-funds.js';

/** 到账: money of a dispatch arrives, whole, and once only. */
export interface ReceiveFunds {
  id?: string;
  fromBook: string;
  /** Id of the dispatch in the sender's book. */
  dispatch: string;
}

export interface ArrivalEvidence {
  /** The dispatch in the sender's book, where there is one that stands and is not settled. */
  dispatch: EventOf<'funds.dispatched'> | undefined;
  /** How it was settled, where it was: by its arrival or by its reversal. */
  settledBy: { book: string; seq: number } | undefined;
}

export interface FundsReceived {
  id: string;
  fromBook: string;
  dispatch: string;
  /** Seq of the dispatch in the sender's book. */
  dispatchSeq: number;
  amount: Yuan;
  /** One fund for each line of the dispatch; `id` is `<arrival>.<n>`, `origin` names the fund in the sender's book. */
  funds: DispatchedFund[];
}

/** Refusals: id_exists, dispatch_unknown, dispatch_settled, fund_exists. */
export function receiveFunds(
  state: BookState,
  command: CommandOf<'arrival'>,
  { book, newId }: Circumstances,
): Decision {
  const { body, evidence } = command;
  const id = claimId(state, 'funds.received', body.id, newId);
  const { dispatch, settledBy } = evidence;
  if (dispatch === undefined || dispatch.data.toBook !== book) {
    throw new Refusal('dispatch_unknown', `Book ${body.fromBook} has no dispatch ${body.dispatch} to ${book}.`, {
      field: 'dispatch',
    });
  }
  if (settledBy !== undefined) throw dispatchSettled(body.dispatch, settledBy);
  const funds = dispatch.data.funds.map(
    (fund, index): DispatchedFund => ({
      ...fund,
      id: `${id}.${index + 1}`,
      origin: { book: body.fromBook, fund: fund.id, seq: dispatch.seq },
    }),
  );
  for (const fund of funds) {
    if (state.funds.has(fund.id)) throw new Refusal('fund_exists', `Fund ${fund.id} already exists.`, { field: 'id' });
  }
  return {
    type: 'funds.received',
    data: {
      id,
      fromBook: body.fromBook,
      dispatch: body.dispatch,
      dispatchSeq: dispatch.seq,
      amount: dispatch.data.amount,
      funds,
    },
    postings: funds.flatMap((fund) =>
      move(account.source(fund.id), account.bureau, [{ fund: fund.id, amountFen: parseYuan(fund.amount) }]),
    ),
  };
}

export function dispatchSettled(dispatch: string, settledBy: { book: string; seq: number }): Refusal {
  return new Refusal(
    'dispatch_settled',
    `Dispatch ${dispatch} was settled by entry ${settledBy.seq} of book ${settledBy.book}.`,
    {
      field: 'dispatch',
      settledBy,
    },
  );
}
