import { account } from '../../domain/account.js';
import type { BookEvent } from '../../domain/event.js';
import { type Fen, sumFen } from '../../domain/money.js';
import { legsOf } from '../engine/legs.js';
import { ofLast } from '../engine/of-last.js';

/** A payout that an entry makes, or takes back: then the number and the amount are negative. */
export interface PayoutChange {
  id: string;
  policy: string;
  period: string;
  beneficiary: string;
  payouts: 1 | -1;
  amountFen: Fen;
}

export const payoutOf = ofLast(reckoned);

function reckoned(event: BookEvent): PayoutChange | undefined {
  const isReversal = event.type === 'entry.reversed' && event.data.type === 'subsidy.paid';
  if (event.type !== 'subsidy.paid' && !isReversal) return undefined;
  const {
    id = '',
    policy = '',
    period = '',
    beneficiary = '',
  } = event.type === 'subsidy.paid' ? event.data : event.data.of;
  const paid = legsOf(event).filter((leg) => leg.account === account.paid(policy));
  const amountFen = sumFen(paid.map((leg) => leg.amountFen));
  return { id, policy, period, beneficiary, payouts: isReversal ? -1 : 1, amountFen };
}
