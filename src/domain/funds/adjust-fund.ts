import { account } from '../account.js';
import type { Circumstances, Decision } from '../command.js';
import { claimId } from '../ids.js';
import { formatYuan, parseYuan, type Yuan } from '../money.js';
import { move } from '../posting.js';
import { Refusal } from '../refusal.js';
import { type BookState, balanceFen } from '../state.js';
import { knownFund } from './register-fund.js';

/** 追加 (positive) or 调减 (negative) of a fund. */
export interface AdjustFund {
  id?: string;
  fund: string;
  /** Signed, not zero. */
  amount: Yuan;
}

export interface FundAdjusted {
  id: string;
  fund: string;
  amount: Yuan;
}

/** Refusals: id_exists, fund_unknown, adjustment_exceeds_unallocated. */
export function adjustFund(state: BookState, body: AdjustFund, { newId }: Circumstances): Decision {
  const id = claimId(state, 'fund.adjusted', body.id, newId);
  knownFund(state, body.fund, 'fund');
  const amountFen = parseYuan(body.amount);
  const unallocatedFen = balanceFen(state, account.bureau, body.fund);
  if (unallocatedFen + amountFen < 0n) {
    const available = formatYuan(unallocatedFen);
    throw new Refusal(
      'adjustment_exceeds_unallocated',
      `Only ${available} of fund ${body.fund} is still unallocated.`,
      {
        field: 'amount',
        fund: body.fund,
        available,
      },
    );
  }
  return {
    type: 'fund.adjusted',
    data: { id, fund: body.fund, amount: body.amount },
    postings: move(account.source(body.fund), account.bureau, [{ fund: body.fund, amountFen }]),
  };
}
