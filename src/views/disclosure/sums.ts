import { accountId, accountKind, account as accounts } from '../../domain/account.js';
import type { BookEvent, EventOf } from '../../domain/event.js';
import type { Fen } from '../../domain/money.js';
import { codesOf } from '../divisions/divisions.js';
import { causeOf } from '../engine/cause.js';
import { legsOf } from '../engine/legs.js';
import { type Need, need, type Rows } from '../engine/view.js';
import { payoutOf } from '../payouts/payout-of.js';
import { counts, type MemberRow, members, money, received } from './disclosure-tables.js';
import type { MemberName, MembersOf } from './members.js';

/** Uses that are no category of a project nor a policy stand for themselves, as their outcome does. */
interface Place {
  division: string;
  use: string;
  outcome: string;
}

/** What is counted, where it lies. */
type Counted = [division: string, kind: string, category: string];

/** The sums that the event changes, so far as its members are known. */
export function* sumNeeds(event: BookEvent, membersOf: MembersOf): Iterable<Need> {
  const sender = senderOf(event);
  for (const { account, fund } of event.postings) {
    if (accountKind(account) === 'source') continue;
    for (const { category: level, year } of membersOf(['fund', fund])) {
      if (sender !== undefined) yield need(received, sender, level, year ?? 0);
      for (const { division, use, outcome } of placesOf(event, account, membersOf)) {
        for (const code of codesOf(event.book, division)) yield need(money, code, level, use, outcome, year ?? 0);
      }
    }
  }
  for (const [division, kind, category] of countedIn(event, membersOf)) {
    for (const code of codesOf(event.book, division)) yield need(counts, code, kind, category);
  }
}

/** Moves what stands where, for the division of each account and all above it. */
export function addMoney(rows: Rows, event: BookEvent): void {
  const membersOf = knownTo(rows);
  const sender = senderOf(event);
  for (const { account, fund, amountFen } of legsOf(event)) {
    if (accountKind(account) === 'source') continue;
    const [from] = membersOf(['fund', fund]);
    if (from !== undefined && sender !== undefined) receive(rows, sender, from, amountFen);
    const [place] = placesOf(event, account, membersOf);
    if (from !== undefined && place !== undefined) add(rows, place, from, amountFen);
  }
}

/** Counts what the event makes, pays or takes back, and who is paid for the first time or is no longer. */
export function countThings(rows: Rows, event: BookEvent): void {
  const by = event.type === 'entry.reversed' ? -1 : 1;
  const payout = payoutOf(event);
  const person = payout && rows.findMade(members, ['beneficiary', payout.beneficiary]);
  const before = person?.payouts ?? 0;
  if (payout !== undefined && person !== undefined) {
    person.payouts += payout.payouts;
    rows.save(members, person);
  }
  const isHouseholdCounted = (before === 0) !== ((person?.payouts ?? 0) === 0);
  for (const counted of countedIn(event, knownTo(rows))) {
    if (counted[1] !== HOUSEHOLD || isHouseholdCounted) count(rows, counted, by);
  }
}

const HOUSEHOLD = 'household';

function knownTo(rows: Rows): MembersOf {
  return (name) => {
    const member = rows.findMade(members, name);
    return member === undefined ? [] : [member];
  };
}

function countedIn(event: BookEvent, membersOf: MembersOf): Counted[] {
  const payout = payoutOf(event);
  if (payout !== undefined) {
    return membersOf(['beneficiary', payout.beneficiary]).flatMap(({ division }): Counted[] => [
      [division, 'payout', payout.policy],
      [division, HOUSEHOLD, ''],
    ]);
  }
  const cause = causeOf(event);
  if (cause !== 'project.registered' && cause !== 'asset.registered') return [];
  const kind = cause === 'project.registered' ? 'project' : 'asset';
  const id = event.type === 'entry.reversed' ? event.data.of.id : 'id' in event.data ? event.data.id : undefined;
  return membersOf([kind, id ?? '']).map((member): Counted => [member.division, kind, member.class ?? member.category]);
}

function placesOf(event: BookEvent, account: string, membersOf: MembersOf): Place[] {
  const [kind, id] = [accountKind(account), accountId(account)];
  switch (kind) {
    case 'project':
    case 'wip':
    case 'expense':
      return membersOf(['project', id]).map(({ division, category: use }) => ({ division, use, outcome: kind }));
    case 'asset':
      return membersOf(['asset', id]).map((asset) => {
        return { division: asset.division, use: asset.category, outcome: `asset:${asset.class}` };
      });
    case 'income':
      return membersOf(['asset', id]).map(({ division }) => ({ division, use: kind, outcome: kind }));
    case 'paid': {
      const payout = payoutOf(event);
      const person: MemberName = ['beneficiary', payout?.beneficiary ?? ''];
      return membersOf(person).map(({ division }) => ({ division, use: id, outcome: kind }));
    }
    case 'collective':
      return [{ division: id, use: kind, outcome: kind }];
    default:
      return [{ division: event.book, use: kind, outcome: account === accounts.bureau ? 'bureau' : kind }];
  }
}

function add(rows: Rows, place: Place, fund: MemberRow, amountFen: Fen): void {
  const { use, outcome } = place;
  const { category: level } = fund;
  const year = fund.year ?? 0;
  const codes = codesOf(rows.book, place.division);
  for (const [index, division] of codes.entries()) {
    const row = rows.find(money, [division, level, use, outcome, year]) ?? {
      ...{ book: rows.book, division, level, use, outcome, year },
      ...{ parent: codes[index + 1] ?? null, amountFen: 0n },
    };
    row.amountFen += amountFen;
    rows.save(money, row);
  }
}

/** The book that an arrival came from, also where it is reversed. */
function senderOf(event: BookEvent): string | undefined {
  if (event.type === 'funds.received') return event.data.fromBook;
  if (causeOf(event) !== 'funds.received') return undefined;
  return (event as EventOf<'entry.reversed'>).data.of.fromBook;
}

function receive(rows: Rows, fromBook: string, { category: level, year: yearOf }: MemberRow, amountFen: Fen): void {
  const year = yearOf ?? 0;
  const row = rows.find(received, [fromBook, level, year]) ?? { book: rows.book, fromBook, level, year, amountFen: 0n };
  row.amountFen += amountFen;
  rows.save(received, row);
}

function count(rows: Rows, [place, kind, category]: Counted, by: number): void {
  const codes = codesOf(rows.book, place);
  for (const [index, division] of codes.entries()) {
    const row = rows.find(counts, [division, kind, category]) ?? {
      ...{ book: rows.book, division, kind, category },
      ...{ parent: codes[index + 1] ?? null, count: 0 },
    };
    row.count += by;
    rows.save(counts, row);
  }
}
