import { accountId, accountKind } from '../../domain/account.js';
import type { BookEvent } from '../../domain/event.js';
import { type Fen, parseYuan } from '../../domain/money.js';
import { causeOf } from '../engine/cause.js';

/** How an entry changes the money of a project; a reversal changes it by as much less. */
export interface ProjectMoney {
  /** What came to the project from other holders, less what it gave on to them. */
  allocatedFen: Fen;
  paidCapitalFen: Fen;
  paidExpenseFen: Fen;
  /** Subsidies paid out of the project's money. */
  paidOutFen: Fen;
  /** What became assets, 转固. */
  capitalisedFen: Fen;
}

/** Three views ask it of every event, each more than once. */
const known = new WeakMap<BookEvent, ReadonlyMap<string, Readonly<ProjectMoney>>>();

export function projectMoneyOf(event: BookEvent): ReadonlyMap<string, Readonly<ProjectMoney>> {
  const money = known.get(event) ?? reckoned(event);
  known.set(event, money);
  return money;
}

function reckoned(event: BookEvent): Map<string, ProjectMoney> {
  const cause = causeOf(event);
  const projects = new Map<string, ProjectMoney>();
  for (const { account, amount } of event.postings) {
    const kind = accountKind(account);
    if (kind !== 'project' && kind !== 'wip' && kind !== 'expense') continue;
    const money = projects.get(accountId(account)) ?? noMoney();
    projects.set(accountId(account), money);
    const amountFen = parseYuan(amount);
    if (kind === 'expense') money.paidExpenseFen += amountFen;
    else if (kind === 'wip' && cause === 'payment.made') money.paidCapitalFen += amountFen;
    else if (kind === 'wip') money.capitalisedFen -= amountFen;
    else if (cause === 'subsidy.paid') money.paidOutFen -= amountFen;
    // The other leg of a payment says what it was for.
    else if (cause !== 'payment.made') money.allocatedFen += amountFen;
  }
  return projects;
}

function noMoney(): ProjectMoney {
  return { allocatedFen: 0n, paidCapitalFen: 0n, paidExpenseFen: 0n, paidOutFen: 0n, capitalisedFen: 0n };
}
