import { accountId, accountKind } from '../../domain/account.js';
import type { BookEvent } from '../../domain/event.js';
import type { DispatchedFund } from '../../domain/funds/dispatch-funds.js';
import type { Rows } from '../engine/view.js';
import { payoutOf } from '../payouts/payout-of.js';
import { type MemberRow, members } from './disclosure-tables.js';

export type MemberName = [kind: MemberRow['kind'], id: string];

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

/** Where the thing lies that the event makes; undefined where it makes none. */
export function divisionMadeIn(event: BookEvent): string | undefined {
  switch (event.type) {
    case 'project.registered':
    case 'beneficiary.enrolled':
    case 'asset.registered':
      return event.data.division;
    default:
      return undefined;
  }
}

export function makeMembers(rows: Rows, event: BookEvent): void {
  const { book } = rows;
  const none = { book, class: null, year: null, payouts: 0, name: '', category: '' };
  for (const { id, name, level, fiscalYear } of fundsMadeBy(event)) {
    rows.save(members, { ...none, kind: 'fund', id, division: book, name, category: level, year: fiscalYear });
  }
  switch (event.type) {
    case 'project.registered': {
      const { id, name, division, category } = event.data;
      rows.save(members, { ...none, kind: 'project', id, division, name, category });
      return;
    }
    case 'beneficiary.enrolled': {
      const { id, division } = event.data;
      rows.save(members, { ...none, kind: 'beneficiary', id, division });
      return;
    }
    case 'asset.registered': {
      const { id, name, division, project } = event.data;
      const made = project === undefined ? undefined : rows.findMade(members, ['project', project]);
      const category = made?.category ?? OPENING;
      rows.save(members, { ...none, kind: 'asset', id, division, name, category, class: event.data.class });
    }
  }
}
