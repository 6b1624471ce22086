import type { BookState } from '../state.js';
import type { NoticeState } from './publish-notice.js';

/** By the calendar; `objected` while an objection waits for its answer, whatever the day. */
export const NOTICE_STATES = ['announced', 'standing', 'objected', 'closed', 'withdrawn', 'replaced'] as const;
export type NoticeStanding = (typeof NOTICE_STATES)[number];

/** How a public period ended: `no_objection` 无异议, or every objection `answered`. */
export const NOTICE_OUTCOMES = ['no_objection', 'answered'] as const;
export type NoticeOutcome = (typeof NOTICE_OUTCOMES)[number];

export interface StandingOfNotice {
  state: NoticeStanding;
  outcome: NoticeOutcome | null;
}

/** How a notice stands on a day; one with an open objection cannot close as 无异议. */
export function standingOf(
  notice: Pick<NoticeState, 'publicFrom' | 'publicTo' | 'withdrawnBy' | 'replacedBy'>,
  objections: { open: number; answered: number },
  today: string,
): StandingOfNotice {
  if (notice.withdrawnBy !== undefined) return { state: 'withdrawn', outcome: null };
  if (notice.replacedBy !== undefined) return { state: 'replaced', outcome: null };
  if (objections.open > 0) return { state: 'objected', outcome: null };
  if (today < notice.publicFrom) return { state: 'announced', outcome: null };
  if (today <= notice.publicTo) return { state: 'standing', outcome: null };
  return { state: 'closed', outcome: objections.answered > 0 ? 'answered' : 'no_objection' };
}

export function objectionsOf(state: BookState, notice: NoticeState): { open: number; answered: number } {
  const answered = notice.objections.filter((id) => state.objections.get(id)?.answeredBy !== undefined).length;
  return { open: notice.objections.length - answered, answered };
}
