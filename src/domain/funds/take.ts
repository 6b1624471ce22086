import { type Account, accountId, accountKind, type Holder } from '../account.js';
import { formatYuan, parseYuan, sumFen, type Yuan } from '../money.js';
import {
  type FundAmount,
  LARGEST_REMAINDER,
  type Line,
  refuseAboveLimit,
  splitByLargestRemainder,
} from '../posting.js';
import { knownProject, refuseDivisionOutside } from '../projects/projects.js';
import { Refusal, type RefusalCode } from '../refusal.js';
import { type BookState, balanceFen, knownAsset } from '../state.js';
import { type FundRestriction, knownFund } from './register-fund.js';

/** How a command names money: its lines, or an amount that is split over the holder's funds. Exactly one of the two. */
export interface LinesOrAmount {
  lines?: Line[];
  amount?: Yuan;
}

export interface Taken {
  lines: FundAmount[];
  /** What the event records: the total and, where an amount was split, the rule's name. */
  record: { amount: Yuan; split?: string };
}

const RESTRICTION_CODES: Record<FundRestriction, RefusalCode> = {
  no_integration: 'fund_not_integrable',
  no_dispatch: 'fund_not_dispatchable',
  no_payout: 'fund_not_for_payouts',
  capital_only: 'fund_capital_only',
};

/**
 * Takes money out of an account, fund by fund.
 *
 * Refusals, in this order: amount_above_limit, line_duplicate, fund_unknown, insufficient_balance (lines) or
 * insufficient_total (amount), then the refusals of those restrictions that forbid it, in their order.
 */
export function take(
  state: BookState,
  from: Account,
  wanted: LinesOrAmount,
  forbiddenFor: readonly FundRestriction[] = [],
): Taken {
  const lines =
    wanted.lines === undefined
      ? splitAmount(state, from, wanted.amount ?? '0.00')
      : namedLines(state, from, wanted.lines);
  for (const restriction of forbiddenFor) refuseRestricted(state, lines, restriction);
  let totalFen = 0n;
  for (const { amountFen } of lines) totalFen += amountFen;
  const amount = formatYuan(totalFen);
  return { lines, record: wanted.lines === undefined ? { amount, split: LARGEST_REMAINDER } : { amount } };
}

function namedLines(state: BookState, from: Account, lines: Line[]): FundAmount[] {
  refuseAboveLimit(lines, 'lines');
  for (let index = 1; index < lines.length; index += 1) {
    const fund = lines[index]?.fund;
    if (lines.findIndex((line) => line.fund === fund) < index)
      throw new Refusal('line_duplicate', `Fund ${fund} stands on two lines.`, { field: `lines[${index}].fund` });
  }
  for (let index = 0; index < lines.length; index += 1)
    knownFund(state, lines[index]?.fund ?? '', `lines[${index}].fund`);
  return lines.map(({ fund, amount }, index) => {
    const amountFen = parseYuan(amount);
    const availableFen = balanceFen(state, from, fund);
    if (availableFen < amountFen) {
      const available = formatYuan(availableFen);
      throw new Refusal('insufficient_balance', `${from} holds ${available} of fund ${fund}, less than ${amount}.`, {
        field: `lines[${index}].amount`,
        account: from,
        fund,
        available,
      });
    }
    return { fund, amountFen };
  });
}

function splitAmount(state: BookState, from: Account, amount: Yuan): FundAmount[] {
  const amountFen = parseYuan(amount);
  const holdings = [...(state.balances.get(from) ?? [])]
    .map(([fund, balance]) => ({ fund, amountFen: balance.amountFen }))
    .filter((holding) => holding.amountFen > 0n);
  const availableFen = sumFen(holdings.map((holding) => holding.amountFen));
  if (availableFen < amountFen) {
    const available = formatYuan(availableFen);
    throw new Refusal('insufficient_total', `${from} holds ${available} in all, less than ${amount}.`, {
      field: 'amount',
      account: from,
      available,
    });
  }
  return splitByLargestRemainder(holdings, amountFen);
}

function refuseRestricted(state: BookState, lines: FundAmount[], restriction: FundRestriction): void {
  for (const { fund } of lines) {
    if (state.funds.get(fund)?.restrictions.includes(restriction) === true) {
      throw new Refusal(RESTRICTION_CODES[restriction], `Fund ${fund} is marked ${restriction}.`, { fund });
    }
  }
}

/**
 * A department and a collective need no registration.
 *
 * Refusals: holder_unknown, project_unknown, asset_unknown, division_outside_book.
 */
export function knownHolder(state: BookState, holder: Holder, field: string): void {
  switch (accountKind(holder)) {
    case 'pool':
      if (!state.balances.has(holder)) throw new Refusal('holder_unknown', `There is no ${holder}.`, { field });
      return;
    case 'project':
      knownProject(state, accountId(holder), field);
      return;
    case 'income':
      knownAsset(state, accountId(holder), field);
      return;
    case 'collective':
      refuseDivisionOutside(state.opened?.id ?? '', accountId(holder), field);
  }
}
