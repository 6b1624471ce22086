import { account } from '../account.js';
import type { Circumstances, Decision } from '../command.js';
import { claimId } from '../ids.js';
import type { Yuan } from '../money.js';
import { type Line, move } from '../posting.js';
import type { BookState } from '../state.js';
import { take } from './take.js';

/** 涉农资金统筹整合: funds of the bureau enter a pool for joint use; each yuan keeps the id of its fund. */
export interface IntegrateFunds {
  id?: string;
  /** Id of the pool; the first integration makes it. */
  pool: string;
  lines: Line[];
}

export interface FundsIntegrated {
  id: string;
  pool: string;
  amount: Yuan;
}

/** Refusals: id_exists, then those of `take`, fund_not_integrable among them. */
export function integrateFunds(state: BookState, body: IntegrateFunds, { newId }: Circumstances): Decision {
  const id = claimId(state, 'funds.integrated', body.id, newId);
  const { lines, record } = take(state, account.bureau, { lines: body.lines }, ['no_integration']);
  return {
    type: 'funds.integrated',
    data: { amount: record.amount, id, pool: body.pool },
    postings: move(account.bureau, account.pool(body.pool), lines),
  };
}
