import { accountId, accountKind } from '../../domain/account.js';
import type { BookEvent } from '../../domain/event.js';
import type { Fen } from '../../domain/money.js';
import { causeOf } from '../engine/cause.js';
import { legsOf } from '../engine/legs.js';
import { ofLast } from '../engine/of-last.js';

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

export const projectMoneyOf = ofLast(reckoned);

function reckoned(event: BookEvent): ReadonlyMap<string, Readonly<ProjectMoney>> {
  const cause = causeOf(event);
  const projects = new Map<string, ProjectMoney>();
  for (const { account, amountFen } of legsOf(event)) {
    const kind = accountKind(account);
    if (kind !== 'project' && kind !== 'wip' && kind !== 'expense') continue;
    const money = projects.get(accountId(account)) ?? noMoney();
    projects.set(accountId(account), money);
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
