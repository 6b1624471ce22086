import type { BookEvent } from '../../domain/event.js';
import type { Fen } from '../../domain/money.js';
import { type Leg, legsOf } from '../engine/legs.js';
import { ofLast } from '../engine/of-last.js';

/** Money of one fund that went from one account to another in one entry. */
export interface Flow {
  fund: string;
  fromAccount: string;
  toAccount: string;
  amountFen: Fen;
}

/** Pairs the legs of an entry, fund by fund: what left an account with what came to another, in the order of the legs. */
export const flowsOf = ofLast(paired);

function paired(event: Pick<BookEvent, 'postings'>): readonly Flow[] {
  const all = legsOf(event);
  return oneEach(all) ?? pairedByFund(all);
}

const FEW = 8;

/** As most entries are: from each fund one amount goes from one account to another. Undefined where it is not so. */
function oneEach(legs: readonly Leg[]): Flow[] | undefined {
  if (legs.length > FEW) return undefined;
  const flows: Flow[] = [];
  for (let at = 0; at < legs.length; at += 2) {
    const [from, to] = [legs[at], legs[at + 1]];
    if (from === undefined || to === undefined || from.fund !== to.fund || from.account === to.account)
      return undefined;
    if (to.amountFen <= 0n || from.amountFen !== -to.amountFen) return undefined;
    if (flows.some(({ fund }) => fund === from.fund)) return undefined;
    flows.push({ fund: from.fund, fromAccount: from.account, toAccount: to.account, amountFen: to.amountFen });
  }
  return flows;
}

function pairedByFund(all: readonly Leg[]): Flow[] {
  const flows: Flow[] = [];
  for (const [fund, legs] of legsByFund(all)) {
    const left = [...legs]
      .filter(([, amountFen]) => amountFen < 0n)
      .map(([account, amountFen]) => ({ account, amountFen: -amountFen }));
    const came = [...legs]
      .filter(([, amountFen]) => amountFen > 0n)
      .map(([account, amountFen]) => ({ account, amountFen }));
    for (let [from, to] = [left.shift(), came.shift()]; from !== undefined && to !== undefined; ) {
      const amountFen = from.amountFen < to.amountFen ? from.amountFen : to.amountFen;
      flows.push({ fund, fromAccount: from.account, toAccount: to.account, amountFen });
      from.amountFen -= amountFen;
      to.amountFen -= amountFen;
      if (from.amountFen === 0n) from = left.shift();
      if (to.amountFen === 0n) to = came.shift();
    }
  }
  return flows;
}

function legsByFund(all: readonly Leg[]): Map<string, Map<string, Fen>> {
  const funds = new Map<string, Map<string, Fen>>();
  for (const { fund, account, amountFen } of all) {
    const legs = funds.get(fund) ?? new Map<string, Fen>();
    legs.set(account, (legs.get(account) ?? 0n) + amountFen);
    funds.set(fund, legs);
  }
  return funds;
}
