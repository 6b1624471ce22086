import { accountId, accountKind } from '../../domain/account.js';
import type { BookEvent } from '../../domain/event.js';
import { codesOf } from '../divisions/divisions.js';
import { causeOf } from '../engine/cause.js';
import { type Need, need, type Rows, type View } from '../engine/view.js';
import { payoutOf } from '../payouts/payout-of.js';
import { duties, lines, members, objections, sums, told } from './disclosure-tables.js';
import { dutyNeeds, furtherDutyNeeds, writeDuties } from './duties.js';
import { lineNeeds, writeLines } from './lines.js';
import { divisionMadeIn, makeMembers, membersOf } from './members.js';
import { changeNotices, objectionOf } from './notices.js';
import { addMoney, count } from './sums.js';

/** What is to be disclosed of a book: its lines, and the sums of every division from the village up. */
export const disclosureView: View = {
  name: 'disclosure',
  tables: [lines, members, sums, objections, duties, told],
  *needs(event): Iterable<Need> {
    for (const name of membersOf(event)) yield need(members, ...name);
    for (const [kind, id] of lineNeeds(event)) yield need(lines, kind, id);
    const objection = objectionOf(event);
    if (objection !== undefined) yield need(objections, objection);
    yield* dutyNeeds(event);
    yield* needSums(event.book, event.book);
    const made = divisionMadeIn(event);
    if (made !== undefined) yield* needSums(event.book, made);
    for (const { account } of event.postings) {
      if (accountKind(account) === 'collective') yield* needSums(event.book, accountId(account));
    }
  },
  *furtherNeeds(event, rows, batch): Iterable<Need> {
    const objection = objectionOf(event);
    const about = objection === undefined ? undefined : rows.find(objections, [objection])?.notice;
    if (typeof about === 'string') yield need(lines, 'notice', about);
    yield* furtherDutyNeeds(event, rows, batch);
    for (const name of membersOf(event)) {
      const member = rows.find(members, name);
      if (member !== undefined) yield* needSums(event.book, member.division);
    }
  },
  evolve(rows, event) {
    makeMembers(rows, event);
    writeLines(rows, event);
    changeNotices(rows, event);
    writeDuties(rows, event);
    addMoney(rows, event);
    countThings(rows, event);
  },
};

function* needSums(book: string, division: string): Iterable<Need> {
  for (const code of codesOf(book, division)) yield need(sums, code);
}

function countThings(rows: Rows, event: BookEvent): void {
  const by = event.type === 'entry.reversed' ? -1 : 1;
  const id = event.type === 'entry.reversed' ? (event.data.of.id ?? '') : 'id' in event.data ? event.data.id : '';
  const cause = causeOf(event);
  if (cause === 'project.registered' || cause === 'asset.registered') {
    const kind = cause === 'project.registered' ? 'project' : 'asset';
    const member = rows.findMade(members, [kind, id]);
    if (member !== undefined) count(rows, member.division, [kind, member.class ?? member.category], by);
  }
  const payout = payoutOf(event);
  if (payout === undefined) return;
  const person = rows.findMade(members, ['beneficiary', payout.beneficiary]);
  if (person === undefined) return;
  count(rows, person.division, ['payout', payout.policy], payout.payouts);
  const before = person.payouts;
  person.payouts += payout.payouts;
  rows.save(members, person);
  if ((before === 0) !== (person.payouts === 0)) count(rows, person.division, ['household', ''], payout.payouts);
}
