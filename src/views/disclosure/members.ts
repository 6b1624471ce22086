import { accountId, accountKind } from '../../domain/account.js';
import type { BookEvent } from '../../domain/event.js';
import type { DispatchedFund } from '../../domain/funds/dispatch-funds.js';
import type { Rows } from '../engine/view.js';
import { payoutOf } from '../payouts/payout-of.js';
import { type MemberRow, members } from './disclosure-tables.js';

export type MemberName = [kind: MemberRow['kind'], id: string];
/** What may be known of a member: one row, or several while it is not settled which of them holds. */
export type MembersOf = (name: MemberName) => readonly MemberRow[];

/** Category of an asset that is older than its book. */
export const OPENING = 'opening';

export function fundsMadeBy(event: BookEvent): readonly DispatchedFund[] {
  switch (event.type) {
    case 'fund.registered':
      return [event.data];
    case 'funds.received':
      return event.data.funds;
    case 'asset.registered':
      return event.data.opening ?? [];
    case 'income.received':
      return [event.data.fund];
    default:
      return [];
  }
}

/** All that the event makes or names. */
export function membersOf(event: BookEvent): MemberName[] {
  const named: MemberName[] = fundsMadeBy(event).map(({ id }): MemberName => ['fund', id]);
  for (const { account, fund } of event.postings) {
    named.push(['fund', fund]);
    const kind = accountKind(account);
    if (kind === 'project' || kind === 'wip' || kind === 'expense') named.push(['project', accountId(account)]);
    if (kind === 'asset' || kind === 'income') named.push(['asset', accountId(account)]);
  }
  const payout = payoutOf(event);
  if (payout !== undefined) named.push(['beneficiary', payout.beneficiary]);
  switch (event.type) {
    case 'project.registered':
      named.push(['project', event.data.id]);
      break;
    case 'beneficiary.enrolled':
      named.push(['beneficiary', event.data.id]);
      break;
    case 'asset.registered':
      named.push(['asset', event.data.id]);
      if (event.data.project !== undefined) named.push(['project', event.data.project]);
      break;
    case 'entry.reversed':
      if (event.data.type === 'project.registered') named.push(['project', event.data.of.id ?? '']);
      if (event.data.type === 'asset.registered') named.push(['asset', event.data.of.id ?? '']);
  }
  return named;
}

export function makeMembers(rows: Rows, event: BookEvent): void {
  const made = madeBy(event, (project) => rows.findMade(members, ['project', project])?.category);
  for (const member of made) rows.save(members, member);
}

const inBatches = new WeakMap<readonly BookEvent[], ReadonlyMap<string, readonly MemberRow[]>>();

/** What a member is before a batch, and what events of the batch make of it: who is enrolled anew may have moved. */
export function membersAround(rows: Pick<Rows, 'find'>, batch: readonly BookEvent[]): MembersOf {
  const made = inBatches.get(batch) ?? madeIn(rows, batch);
  inBatches.set(batch, made);
  return (name) => {
    const before = rows.find(members, name);
    const later = made.get(nameOf(name)) ?? [];
    return before === undefined ? later : [before, ...later];
  };
}

function madeIn(rows: Pick<Rows, 'find'>, batch: readonly BookEvent[]): Map<string, MemberRow[]> {
  const made = new Map<string, MemberRow[]>();
  for (const event of batch) {
    const categoryOf = (project: string) =>
      (made.get(nameOf(['project', project]))?.[0] ?? rows.find(members, ['project', project]))?.category;
    for (const member of madeBy(event, categoryOf)) {
      const name = nameOf([member.kind, member.id]);
      made.set(name, [...(made.get(name) ?? []), member]);
    }
  }
  return made;
}

function nameOf([kind, id]: MemberName): string {
  return `${kind} ${id}`;
}

function madeBy(event: BookEvent, categoryOf: (project: string) => string | undefined): MemberRow[] {
  const none = { book: event.book, class: null, year: null, payouts: 0, name: '', category: '' };
  const made = fundsMadeBy(event).map(({ id, name, level, fiscalYear }): MemberRow => {
    return { ...none, kind: 'fund', id, division: event.book, name, category: level, year: fiscalYear };
  });
  switch (event.type) {
    case 'project.registered': {
      const { id, name, division, category } = event.data;
      made.push({ ...none, kind: 'project', id, division, name, category });
      break;
    }
    case 'beneficiary.enrolled': {
      const { id, division } = event.data;
      made.push({ ...none, kind: 'beneficiary', id, division });
      break;
    }
    case 'asset.registered': {
      const { id, name, division, project, class: assetClass } = event.data;
      const category = (project === undefined ? undefined : categoryOf(project)) ?? OPENING;
      made.push({ ...none, kind: 'asset', id, division, name, category, class: assetClass });
    }
  }
  return made;
}
