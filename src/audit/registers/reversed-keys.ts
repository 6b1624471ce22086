import type { BookEvent } from '../../domain/event.js';
import type { ReversedKeys } from '../../domain/reversals/reverse-entry.js';
import type { Way } from '../ledger.js';

type Data = BookEvent['data'];

/** What is kept of an entry so that its reversal can be judged: an id where that is enough, for there are many of these. */
export type Subject = string | Data;

export function subjectOf(event: BookEvent): Subject {
  switch (event.type) {
    case 'fund.registered':
    case 'fund.adjusted':
    case 'funds.allocated':
    case 'funds.integrated':
    case 'funds.dispatched':
    case 'payment.made':
    case 'subsidy.paid':
    case 'project.registered':
    case 'beneficiary.enrolled':
      return event.data.id;
    default:
      return event.data;
  }
}

/** What the reversal of an entry must say that it takes back, in the order of RFC 8785; of a payout its own register knows it. */
export function reversedKeys(type: BookEvent['type'], subject: Subject, [line]: readonly Way[]): ReversedKeys {
  if (typeof subject === 'string') {
    if (type === 'fund.adjusted') return { fund: line?.fund ?? '', id: subject };
    if (type === 'payment.made') return { id: subject, project: line?.from.slice('project:'.length) ?? '' };
    return { id: subject };
  }
  const event = { type, data: subject } as BookEvent;
  switch (event.type) {
    case 'project.advanced':
      return { project: event.data.project };
    case 'funds.received': {
      const { dispatch, fromBook, funds, id } = event.data;
      return { dispatch, fromBook, funds: funds.map((fund) => fund.id), id };
    }
    case 'asset.registered':
      return { funds: (event.data.opening ?? []).map((fund) => fund.id), id: event.data.id };
    case 'asset.ownership_changed':
      return { asset: event.data.asset, id: event.data.id };
    case 'income.received': {
      const { asset, fund, id } = event.data;
      return { asset, fund: fund.id, id };
    }
    default:
      return {};
  }
}
