import type { Duty, Told, Waiting } from '../../disclosure/duties.js';
import type { LineFacts } from '../../disclosure/lines.js';
import type { BookEvent, EventOf } from '../../domain/event.js';
import { ASSET_CLASSES } from '../../domain/kinds.js';
import { naturalDays } from '../../domain/notices/minimum-days.js';
import { causeOf } from '../engine/cause.js';
import { type Need, need, type Rows } from '../engine/view.js';
import { payoutOf } from '../payouts/payout-of.js';
import { type DutyRow, duties, lines, members, told } from './disclosure-tables.js';
import { isFromIncome } from './made-lines.js';
import type { MembersOf } from './members.js';

type DutyName = [duty: Duty, subject: string];

interface Due {
  name: DutyName;
  division: string;
  title: string;
  /** Who answers for it, where that is not the bureau of the book. */
  unit?: string;
}

const VILLAGE_DIGITS = 12;
/** A bureau has the code of a province, city or county. */
const BUREAU_DIGITS = 6;

/** Duties that an event makes, meets or takes back, so far as it names them itself. */
export function* dutyNeeds(event: BookEvent): Iterable<Need> {
  const { book } = event;
  if (event.type === 'notice.published') {
    for (const name of metBy(event)) yield need(duties, ...name);
    return;
  }
  if (event.type === 'notice.withdrawn') {
    yield need(told, event.data.notice);
    return;
  }
  // That of the entry itself is new.
  if (event.type === 'entry.reversed') yield need(duties, 'allocation_result', String(event.data.seq));
  const cause = causeOf(event);
  if (cause === 'project.registered') yield need(duties, 'project_library', book);
  const project = advancedProject(event);
  if (project !== undefined) {
    yield need(duties, 'project_after', project);
    yield need(lines, 'project', project);
  }
  const asset = earningAsset(event);
  if (asset !== undefined) yield need(duties, 'asset_income', asset);
  if (event.type === 'asset.registered')
    yield need(duties, 'asset_register', `${event.data.division}/${event.data.class}`);
}

/** Those whose names lie in the rows of members, and those that a withdrawn notice had met. */
export function* furtherDutyNeeds(event: BookEvent, rows: Pick<Rows, 'find'>, membersOf: MembersOf): Iterable<Need> {
  const payout = payoutOf(event);
  if (payout !== undefined) {
    const { beneficiary, policy, period } = payout;
    for (const { division } of membersOf(['beneficiary', beneficiary]))
      yield need(duties, ...subsidyName(division, policy, period));
  }
  if (event.type === 'entry.reversed' && event.data.type === 'asset.registered') {
    const asset = rows.find(members, ['asset', event.data.of.id ?? '']);
    if (asset !== undefined) yield need(duties, 'asset_register', `${asset.division}/${asset.class}`);
  }
  if (event.type === 'notice.withdrawn') {
    for (const name of rows.find(told, [event.data.notice])?.duties ?? []) yield need(duties, ...name);
  }
}

export function writeDuties(rows: Rows, event: BookEvent): void {
  if (event.type === 'notice.published') meet(rows, event);
  else if (event.type === 'notice.withdrawn') takeBack(rows, event.data.notice);
  else if (event.type === 'entry.reversed') {
    for (const { name } of dueOf(rows, event)) forget(rows, name, event.data.seq);
  } else for (const due of dueOf(rows, event)) owe(rows, due, event);
}

/** What the entry, or the one that it reverses, must be told of by. */
function dueOf(rows: Rows, event: BookEvent): Due[] {
  const { book } = event;
  const seq = event.type === 'entry.reversed' ? event.data.seq : event.seq;
  const isIncome = isFromIncome(event.postings);
  switch (causeOf(event)) {
    case 'fund.registered':
    case 'fund.adjusted':
    case 'funds.allocated':
    case 'funds.integrated':
    case 'funds.dispatched':
    case 'funds.received': {
      if (isIncome) return incomeDue(rows, event);
      const fund = rows.findMade(members, ['fund', event.postings[0]?.fund ?? '']);
      const due = { name: ['allocation_result', String(seq)] as DutyName, division: book, title: fund?.name ?? '' };
      return book.length === BUREAU_DIGITS ? [due] : [];
    }
    case 'project.registered':
      return [{ name: ['project_library', book], division: book, title: '' }];
    case 'project.advanced':
      return projectDue(rows, event);
    case 'subsidy.paid':
      return [...subsidyDue(rows, event), ...(isIncome ? incomeDue(rows, event) : [])];
    case 'asset.registered':
      return assetDue(rows, event);
    case 'income.received':
      return incomeDue(rows, event);
    default:
      return [];
  }
}

/** Of a reversal the stage is not known; whatever it was, only a completion has an entry that waits. */
function projectDue(rows: Rows, event: BookEvent): Due[] {
  const project = advancedProject(event);
  if (project === undefined || (event.type === 'project.advanced' && event.data.stage !== 'completed')) return [];
  const line = rows.findMade(lines, ['project', project]);
  if (line === undefined) return [];
  const unit = (line.facts as LineFacts['project']).responsibleUnit;
  return [{ name: ['project_after', project], division: line.division, title: line.title, unit }];
}

function subsidyDue(rows: Rows, event: BookEvent): Due[] {
  const payout = payoutOf(event);
  const person = payout && rows.findMade(members, ['beneficiary', payout.beneficiary]);
  if (payout === undefined || person === undefined || person.division.length !== VILLAGE_DIGITS) return [];
  const { policy, period } = payout;
  const name = subsidyName(person.division, policy, period);
  return [{ name, division: person.division, title: `${policy} ${period}` }];
}

function assetDue(rows: Rows, event: BookEvent): Due[] {
  const id =
    event.type === 'asset.registered' ? event.data.id : event.type === 'entry.reversed' ? event.data.of.id : '';
  const asset = rows.findMade(members, ['asset', id ?? '']);
  if (asset === undefined) return [];
  const { division, class: assetClass } = asset;
  return [{ name: ['asset_register', `${division}/${assetClass}`], division, title: '' }];
}

function incomeDue(rows: Rows, event: BookEvent): Due[] {
  const id = earningAsset(event);
  const asset = id === undefined ? undefined : rows.findMade(members, ['asset', id]);
  if (id === undefined || asset === undefined) return [];
  return [{ name: ['asset_income', id], division: asset.division, title: asset.name }];
}

function subsidyName(division: string, policy: string, period: string): DutyName {
  return ['household_subsidy', `${division}/${policy}/${period}`];
}

function advancedProject(event: BookEvent): string | undefined {
  if (event.type === 'project.advanced') return event.data.project;
  return event.type === 'entry.reversed' && event.data.type === 'project.advanced' ? event.data.of.project : undefined;
}

function earningAsset({ postings }: BookEvent): string | undefined {
  return postings.find(({ account }) => account.startsWith('income:'))?.account.slice('income:'.length);
}

/** The duties that a notice meets where they are there: what it covers, of the very division that must publish it. */
function metBy({ book, data }: EventOf<'notice.published'>): DutyName[] {
  const { type, division, covers } = data;
  const { entries = [], policy = '', period = '', project = '', asset = '', assetClass } = covers;
  switch (type) {
    case 'allocation_result':
    case 'donation':
      return entries.map((seq) => ['allocation_result', String(seq)]);
    case 'project_library':
      return division === book ? [['project_library', book]] : [];
    case 'project_after':
      return [['project_after', project]];
    case 'household_subsidy':
      return [subsidyName(division, policy, period)];
    case 'asset_register':
      return (assetClass === undefined ? ASSET_CLASSES : [assetClass]).map((name) => [type, `${division}/${name}`]);
    case 'asset_income':
      return [['asset_income', asset]];
    default:
      return [];
  }
}

function owe(rows: Rows, { name, division, title, unit }: Due, event: BookEvent): void {
  const [duty, subject] = name;
  const none = { book: rows.book, duty, subject, division, title, unit: unit ?? null, told: [], longestWait: 0 };
  const known = duty === 'allocation_result' ? undefined : rows.find(duties, name);
  const row = known ?? { ...none, waiting: [], waitingSince: null };
  save(rows, row, { waiting: withLast(row.waiting, event) });
}

function meet(rows: Rows, event: EventOf<'notice.published'>): void {
  const { id, asOfSeq, publicFrom } = event.data;
  const met = metBy(event).filter((name) => {
    const row = rows.find(duties, name);
    if (row === undefined) return false;
    const entries = parted(row.waiting, (seq) => seq <= asOfSeq);
    if (entries.length === 0) return false;
    const now: Told = { notice: id, seq: event.seq, on: publicFrom, entries };
    save(rows, row, { waiting: parted(row.waiting, (seq) => seq > asOfSeq), told: [...row.told, now] });
    return true;
  });
  if (met.length > 0) rows.save(told, { book: rows.book, notice: id, duties: met });
}

/** What a withdrawn notice told of waits again. */
function takeBack(rows: Rows, notice: string): void {
  for (const name of rows.find(told, [notice])?.duties ?? []) {
    const row = rows.findMade(duties, name);
    if (row === undefined) continue;
    const back = row.told.filter((one) => one.notice === notice).flatMap(({ entries }) => entries);
    const left = row.told.filter((one) => one.notice !== notice);
    save(rows, row, { waiting: merged([...row.waiting, ...back]), told: left });
  }
}

function forget(rows: Rows, name: DutyName, reversed: number): void {
  const row = rows.find(duties, name);
  if (row === undefined) return;
  const without = (waiting: readonly Waiting[]) => parted(waiting, (seq) => seq !== reversed);
  const left = row.told.map((one) => ({ ...one, entries: without(one.entries) }));
  save(rows, row, { waiting: without(row.waiting), told: left.filter(({ entries }) => entries.length > 0) });
}

function save(rows: Rows, row: DutyRow, change: Partial<Pick<DutyRow, 'waiting' | 'told'>>): void {
  const next = { ...row, ...change };
  const waits = next.told.map(({ on, entries }) => naturalDays(entries[0]?.day ?? on, on));
  rows.save(duties, {
    ...next,
    waitingSince: next.waiting[0]?.day ?? null,
    longestWait: Math.max(0, ...waits),
  });
}

/** With the last entry so far. They may be thousands, so they are not put in order again. */
function withLast(waiting: readonly Waiting[], { effectiveDate: day, seq }: BookEvent): Waiting[] {
  const at = waiting.findLastIndex((one) => one.day <= day);
  const same = waiting[at];
  if (same?.day !== day) return waiting.toSpliced(at + 1, 0, { day, seqs: [seq] });
  return waiting.with(at, { day, seqs: [...same.seqs, seq] });
}

/** By day, each once. */
function merged(waiting: readonly Waiting[]): Waiting[] {
  const days = Map.groupBy(waiting, ({ day }) => day);
  return [...days]
    .map(([day, parts]) => ({ day, seqs: parts.flatMap(({ seqs }) => seqs).sort((a, b) => a - b) }))
    .sort((a, b) => (a.day < b.day ? -1 : 1));
}

function parted(waiting: readonly Waiting[], isKept: (seq: number) => boolean): Waiting[] {
  return waiting.map(({ day, seqs }) => ({ day, seqs: seqs.filter(isKept) })).filter(({ seqs }) => seqs.length > 0);
}
