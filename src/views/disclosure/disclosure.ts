import { type Need, need, type View } from '../engine/view.js';
import { counts, duties, lines, members, money, objections, received, told } from './disclosure-tables.js';
import { dutyNeeds, furtherDutyNeeds, writeDuties } from './duties.js';
import { lineNeeds, writeLines } from './lines.js';
import { makeMembers, membersAround, membersOf } from './members.js';
import { changeNotices, objectionOf } from './notices.js';
import { addMoney, countThings, sumNeeds } from './sums.js';

/** What is to be disclosed of a book: its lines, and the sums of every division from the village up. */
export const disclosureView: View = {
  name: 'disclosure',
  isLarge: true,
  tables: [lines, members, money, received, counts, objections, duties, told],
  *needs(event): Iterable<Need> {
    for (const name of membersOf(event)) yield need(members, ...name);
    for (const [kind, id] of lineNeeds(event)) yield need(lines, kind, id);
    const objection = objectionOf(event);
    if (objection !== undefined) yield need(objections, objection);
    yield* dutyNeeds(event);
  },
  *furtherNeeds(event, rows, batch): Iterable<Need> {
    const objection = objectionOf(event);
    const about = objection === undefined ? undefined : rows.find(objections, [objection])?.notice;
    if (typeof about === 'string') yield need(lines, 'notice', about);
    const around = membersAround(rows, batch);
    yield* furtherDutyNeeds(event, rows, around);
    yield* sumNeeds(event, around);
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
