import { accountId, accountKind } from '../account.js';
import type { BookEvent } from '../event.js';
import { payeeBeneficiary } from '../projects/make-payment.js';

/**
 * What an entry made, as keys of `BookState.uses`: nobody may use it any more once the entry is reversed. A stage or an
 * ownership is made on top of the one before, so whatever was put on top of it comes off first.
 */
export function made(event: BookEvent): string[] {
  switch (event.type) {
    case 'fund.registered':
      return [`fund:${event.data.id}`];
    case 'funds.received':
      return event.data.funds.map((fund) => `fund:${fund.id}`);
    case 'project.registered':
      return [`project:${event.data.id}`];
    case 'project.advanced':
      return [`stage:${event.data.project}`];
    case 'beneficiary.enrolled':
      return [`beneficiary:${event.data.id}`];
    case 'asset.registered':
      return [`asset:${event.data.id}`, ...(event.data.opening ?? []).map((fund) => `fund:${fund.id}`)];
    case 'asset.ownership_changed':
      return [`owners:${event.data.asset}`];
    case 'income.received':
      return [`fund:${event.data.fund.id}`];
    default:
      return [];
  }
}

/** What an entry uses that an earlier one made, some of it twice; the funds of its postings are always among it. */
export function used(event: BookEvent): string[] {
  if (event.type === 'entry.reversed') return [];
  const keys: string[] = [];
  let last = '';
  for (const { account, fund } of event.postings) {
    // The two legs of a line follow one another.
    if (fund !== last) keys.push(`fund:${fund}`);
    last = fund;
    const kind = accountKind(account);
    if (kind === 'income') keys.push(`asset:${accountId(account)}`);
    if (kind === 'project' || kind === 'wip') keys.push(`project:${accountId(account)}`);
  }
  switch (event.type) {
    case 'project.advanced':
      keys.push(`project:${event.data.project}`, `stage:${event.data.project}`);
      break;
    case 'payment.made': {
      const beneficiary = payeeBeneficiary(event.data.payee);
      if (beneficiary !== undefined) keys.push(`beneficiary:${beneficiary}`);
      break;
    }
    case 'subsidy.paid':
      keys.push(`beneficiary:${event.data.beneficiary}`);
      break;
    case 'asset.ownership_changed':
      keys.push(`asset:${event.data.asset}`, `owners:${event.data.asset}`);
  }
  if (event.type === 'asset.registered' || event.type === 'asset.ownership_changed') {
    for (const owner of event.data.owners) if (owner.kind === 'household') keys.push(`beneficiary:${owner.id}`);
  }
  return keys;
}
