import type { Circumstances, Decision } from '../command.js';
import { Refusal } from '../refusal.js';
import type { BookState } from '../state.js';

/** Closes a month: it takes no event whose effective date lies inside it. */
export interface ClosePeriod {
  /** `YYYY-MM`. */
  period: string;
}

export interface PeriodClosed {
  period: string;
}

/** Refusals: period_already_closed, period_not_over. */
export function closePeriod(state: BookState, { period }: ClosePeriod, { today }: Circumstances): Decision {
  if (state.closedPeriods.has(period))
    throw new Refusal('period_already_closed', `${period} is already closed.`, { field: 'period' });
  if (period >= today.slice(0, 7))
    throw new Refusal('period_not_over', `${period} is not over on ${today}.`, { field: 'period' });
  return { type: 'period.closed', data: { period }, postings: [] };
}
