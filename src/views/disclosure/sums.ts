import { accountId, accountKind, account as accounts } from '../../domain/account.js';
import type { BookEvent } from '../../domain/event.js';
import { type Fen, parseYuan } from '../../domain/money.js';
import { codesOf } from '../divisions/divisions.js';
import type { Rows } from '../engine/view.js';
import { payoutOf } from '../payouts/payout-of.js';
import { members, type SumsRow, sums } from './disclosure-tables.js';
import type { MemberName } from './members.js';

/** What money of one level and year is for, and what became of it so far. */
export type MoneyKey = [level: string, use: string, outcome: string, year: number];
export type CountKey = [kind: string, category: string];

/** Uses that are no category of a project nor a policy stand for themselves, as their outcome does. */
interface Place {
  division: string;
  use: string;
  outcome: string;
}

/** Moves what stands where, for the division of each account and all above it. */
export function addMoney(rows: Rows, event: BookEvent): void {
  const payout = payoutOf(event);
  const beneficiary: MemberName | undefined = payout === undefined ? undefined : ['beneficiary', payout.beneficiary];
  for (const { account, fund, amount } of event.postings) {
    if (accountKind(account) === 'source') continue;
    const from = rows.findMade(members, ['fund', fund]);
    const place = placeOf(rows, account, beneficiary);
    if (from === undefined || place === undefined) continue;
    const key: MoneyKey = [from.category, place.use, place.outcome, from.year ?? 0];
    const amountFen = parseYuan(amount);
    forDivisions(rows, place.division, (row) => addFen(row.money, JSON.stringify(key), amountFen));
  }
}

/** How many there are, where they lie. */
export function count(rows: Rows, division: string, key: CountKey, by: number): void {
  const name = JSON.stringify(key);
  forDivisions(rows, division, ({ counts }) => {
    const sum = (counts[name] ?? 0) + by;
    if (sum === 0) delete counts[name];
    else counts[name] = sum;
  });
}

function placeOf(rows: Rows, name: string, beneficiary: MemberName | undefined): Place | undefined {
  const [kind, id] = [accountKind(name), accountId(name)];
  switch (kind) {
    case 'project':
    case 'wip':
    case 'expense': {
      const project = rows.findMade(members, ['project', id]);
      return project && { division: project.division, use: project.category, outcome: kind };
    }
    case 'asset':
    case 'income': {
      const asset = rows.findMade(members, ['asset', id]);
      if (asset === undefined) return undefined;
      const { division, category } = asset;
      return kind === 'income'
        ? { division, use: kind, outcome: kind }
        : { division, use: category, outcome: `asset:${asset.class}` };
    }
    case 'paid': {
      const person = beneficiary && rows.findMade(members, beneficiary);
      return person && { division: person.division, use: id, outcome: kind };
    }
    case 'collective':
      return { division: id, use: kind, outcome: kind };
    default:
      return { division: rows.book, use: kind, outcome: name === accounts.bureau ? 'bureau' : kind };
  }
}

function forDivisions(rows: Rows, division: string, change: (row: SumsRow) => void): void {
  const codes = codesOf(rows.book, division);
  for (const [index, code] of codes.entries()) {
    const row = rows.find(sums, [code]) ?? {
      book: rows.book,
      division: code,
      parent: codes[index + 1] ?? null,
      money: {},
      counts: {},
    };
    change(row);
    rows.save(sums, row);
  }
}

function addFen(money: Record<string, string>, key: string, amountFen: Fen): void {
  const sum = BigInt(money[key] ?? 0) + amountFen;
  if (sum === 0n) delete money[key];
  else money[key] = sum.toString();
}
