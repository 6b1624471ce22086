import type { BookEvent } from '../domain/event.js';
import { type Fen, formatYuan, parseYuan } from '../domain/money.js';
import { shown } from './difference.js';
import type { Misfit } from './shape.js';

/** What the postings of an event must do by what its data say. */
interface Move {
  from: (fund: string) => string;
  to: string;
  /** In yuan, above zero. */
  amount: string;
}

/**
 * Whether the postings do what the event says: each fund's sum is zero, money goes from where it says to where it says, and
 * as much as it says. The postings of a reversal are judged by what they cancel, elsewhere.
 */
export function postingsMisfit(event: BookEvent): Misfit | undefined {
  const { postings } = event;
  const sums = new Map<string, Fen>();
  let movedFen = 0n;
  for (const { fund, amount } of postings) {
    const amountFen = parseYuan(amount);
    sums.set(fund, (sums.get(fund) ?? 0n) + amountFen);
    if (amountFen > 0n) movedFen += amountFen;
  }
  for (const [fund, sumFen] of sums) {
    if (sumFen !== 0n)
      return { path: 'postings', expected: `a sum of 0.00 for fund ${fund}`, found: formatYuan(sumFen) };
  }
  if (event.type === 'entry.reversed') return undefined;
  const move = moveOf(event);
  if (move === undefined) {
    return postings.length === 0
      ? undefined
      : { path: 'postings', expected: `none for ${event.type}`, found: shown(postings) };
  }
  const amount = formatYuan(movedFen);
  if (amount !== move.amount)
    return { path: 'data.amount', expected: `${amount}, as the postings`, found: move.amount };
  for (const [index, posting] of postings.entries()) {
    const isOut = posting.amount.startsWith('-') !== isNegativeAdjustment(event);
    const expected = isOut ? move.from(posting.fund) : move.to;
    if (posting.account !== expected)
      return { path: `postings[${index}].account`, expected, found: shown(posting.account) };
  }
  return undefined;
}

function isNegativeAdjustment(event: BookEvent): boolean {
  return event.type === 'fund.adjusted' && event.data.amount.startsWith('-');
}

function moveOf(event: Exclude<BookEvent, { type: 'entry.reversed' }>): Move | undefined {
  const source = (fund: string) => `source:${fund}`;
  switch (event.type) {
    case 'fund.registered':
    case 'funds.received':
      return { from: source, to: 'bureau', amount: event.data.amount };
    case 'fund.adjusted':
      return { from: source, to: 'bureau', amount: event.data.amount.replace('-', '') };
    case 'funds.allocated': {
      const { from, to, amount } = event.data;
      return { from: () => from, to, amount };
    }
    case 'funds.integrated':
      return { from: () => 'bureau', to: `pool:${event.data.pool}`, amount: event.data.amount };
    case 'funds.dispatched': {
      const { from, toBook, amount } = event.data;
      return { from: () => from, to: `transit:${toBook}`, amount };
    }
    case 'payment.made': {
      const { project, kind, amount } = event.data;
      return { from: () => `project:${project}`, to: `${kind === 'capital' ? 'wip' : 'expense'}:${project}`, amount };
    }
    case 'subsidy.paid': {
      const { from, policy, amount } = event.data;
      return { from: () => from, to: `paid:${policy}`, amount };
    }
    case 'income.received':
      return { from: source, to: `income:${event.data.asset}`, amount: event.data.amount };
    case 'asset.registered': {
      const { id, project, amount } = event.data;
      return { from: project === undefined ? source : () => `wip:${project}`, to: `asset:${id}`, amount };
    }
    case 'book.opened':
    case 'project.registered':
    case 'project.advanced':
    case 'beneficiary.enrolled':
    case 'asset.ownership_changed':
    case 'period.closed':
      return undefined;
  }
}
