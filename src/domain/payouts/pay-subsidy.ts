import { account, accountId, accountKind, type Holder } from '../account.js';
import type { Circumstances, Decision } from '../command.js';
import { knownHolder, type LinesOrAmount, take } from '../funds/take.js';
import { claimId } from '../ids.js';
import type { Yuan } from '../money.js';
import { move } from '../posting.js';
import { openProject } from '../projects/projects.js';
import { Refusal } from '../refusal.js';
import { type BookState, isPaid } from '../state.js';
import { knownBeneficiary } from './enroll-beneficiary.js';

/** 补贴发放: a subsidy to one beneficiary under a policy for a period. */
export interface PaySubsidy extends LinesOrAmount {
  id?: string;
  policy: string;
  /** What the subsidy is for, e.g. `2016`, `2016-Q3`, `2016-07`. */
  period: string;
  beneficiary: string;
  /** Default `bureau`. */
  from?: Holder;
}

export interface SubsidyPaid {
  id: string;
  policy: string;
  period: string;
  beneficiary: string;
  from: Holder;
  amount: Yuan;
  split?: string;
}

/**
 * Refusals: id_exists, beneficiary_unknown, payout_duplicate, those of the holder, project_closed, then those of `take`,
 * fund_not_for_payouts and fund_capital_only among them: what households are paid is no capital spending.
 */
export function paySubsidy(state: BookState, body: PaySubsidy, { newId }: Circumstances): Decision {
  const { policy, period, beneficiary, from = account.bureau } = body;
  const id = claimId(state, 'subsidy.paid', body.id, newId);
  knownBeneficiary(state, beneficiary, 'beneficiary');
  if (isPaid(state, payoutKey(policy, period), beneficiary)) {
    throw new Refusal(
      'payout_duplicate',
      `Beneficiary ${beneficiary} was already paid under ${policy} for ${period}.`,
      {
        field: 'beneficiary',
      },
    );
  }
  knownHolder(state, from, 'from');
  if (accountKind(from) === 'project') openProject(state, accountId(from), 'from');
  const { lines, record } = take(state, from, body, ['no_payout', 'capital_only']);
  return {
    type: 'subsidy.paid',
    data: { ...record, beneficiary, from, id, period, policy },
    postings: move(from, account.paid(policy), lines),
  };
}

/** A policy holds no `|`, so that the key is unambiguous. */
export function payoutKey(policy: string, period: string): string {
  return `${policy}|${period}`;
}
