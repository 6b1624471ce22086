import type { Account } from './account.js';
import { type Fen, formatYuan, MAX_AMOUNT_FEN, parseYuan, sumFen, type Yuan } from './money.js';
import { Refusal } from './refusal.js';

/** One leg of an entry as it stands in the event; the legs of an event sum to zero for each fund. */
export interface Posting {
  account: Account;
  amount: Yuan;
  fund: string;
}

export interface Line {
  fund: string;
  /** Positive. */
  amount: Yuan;
}

export interface FundAmount {
  fund: string;
  amountFen: Fen;
}

/** Refusal: amount_above_limit. */
export function refuseAboveLimit(lines: readonly { amount: Yuan }[], field: string): void {
  if (lines.length < 2) return;
  const totalFen = sumFen(lines.map(({ amount }) => parseYuan(amount)));
  if (totalFen <= MAX_AMOUNT_FEN) return;
  const [amount, limit] = [formatYuan(totalFen), formatYuan(MAX_AMOUNT_FEN)];
  throw new Refusal('amount_above_limit', `The lines add to ${amount}, more than ${limit}.`, { field, amount, limit });
}

/** Name of the rule that split an amount over funds, as events record it. */
export const LARGEST_REMAINDER = 'largest_remainder';

/** Moves each line from one account to another. */
export function move(from: Account, to: Account, lines: FundAmount[]): Posting[] {
  const postings: Posting[] = [];
  for (const { fund, amountFen } of lines) {
    const amount = formatYuan(amountFen);
    const taken = amountFen > 0n ? `-${amount}` : formatYuan(-amountFen);
    postings.push({ account: from, amount: taken, fund }, { account: to, amount, fund });
  }
  return postings;
}

export function negate(postings: Posting[]): Posting[] {
  return postings.map(({ account, amount, fund }) => ({ account, amount: formatYuan(-parseYuan(amount)), fund }));
}

/** The first fund whose legs do not sum to zero, if any. */
export function unbalancedFund(postings: Posting[]): string | undefined {
  if (arePairs(postings)) return undefined;
  const totals = new Map<string, Fen>();
  for (const { fund, amount } of postings) totals.set(fund, (totals.get(fund) ?? 0n) + parseYuan(amount));
  for (const [fund, totalFen] of totals) if (totalFen !== 0n) return fund;
  return undefined;
}

/** As `move` makes them: each leg with the same amount of the same fund beside it, without its sign. */
function arePairs(postings: Posting[]): boolean {
  for (let at = 0; at < postings.length; at += 2) {
    const [taken, given] = [postings[at], postings[at + 1]];
    if (taken?.fund !== given?.fund || taken?.amount !== `-${given?.amount}`) return false;
  }
  return true;
}

/**
 * Splits an amount over holdings in proportion to them, by largest remainder; ties go to the smaller fund id.
 * The parts sum to the amount exactly and none exceeds its holding.
 *
 * @param holdings positive balances of one holder; their sum must be at least the amount
 */
export function splitByLargestRemainder(holdings: FundAmount[], amountFen: Fen): FundAmount[] {
  const totalFen = holdings.reduce((sum, holding) => sum + holding.amountFen, 0n);
  if (amountFen <= 0n || amountFen > totalFen) throw new RangeError('the amount must lie between 1 fen and the total');
  const parts = holdings.map((holding) => ({
    fund: holding.fund,
    amountFen: (holding.amountFen * amountFen) / totalFen,
    remainder: (holding.amountFen * amountFen) % totalFen,
  }));
  let restFen = amountFen - parts.reduce((sum, part) => sum + part.amountFen, 0n);
  const byRemainder = [...parts].sort((a, b) => compare(b.remainder, a.remainder) || compare(a.fund, b.fund));
  for (const part of byRemainder) {
    if (restFen === 0n) break;
    part.amountFen += 1n;
    restFen -= 1n;
  }
  return parts
    .filter((part) => part.amountFen > 0n)
    .map(({ fund, amountFen: partFen }) => ({ fund, amountFen: partFen }))
    .sort((a, b) => compare(a.fund, b.fund));
}

function compare<T extends bigint | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
