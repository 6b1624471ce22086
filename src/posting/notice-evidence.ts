import { afterWorkingDays, lastDay } from '../disclosure/calendar.js';
import { noticeRows } from '../disclosure/notice-rows.js';
import type { NoticeEvidence, PublishNotice } from '../domain/notices/publish-notice.js';
import { ANSWER_WITHIN_WORKING_DAYS, type ObjectionEvidence } from '../domain/objections/objections.js';
import { Refusal } from '../domain/refusal.js';
import type { EventStore } from '../event-store/event-store.js';

/** What the events up to the pinned entry say of a notice; they never change, so neither does this. */
export async function noticeEvidence(store: EventStore, book: string, body: PublishNotice): Promise<NoticeEvidence> {
  const publicTo = lastDay(body.publicFrom, body.days, body.dayKind);
  const revision = await store.revision(book);
  const asOfSeq = body.asOfSeq ?? revision;
  if (asOfSeq > revision) {
    const rows = new Refusal('entry_unknown', `There is no entry ${asOfSeq}.`, { field: 'asOfSeq' });
    return { asOfSeq, publicTo, rows };
  }
  try {
    const { rows, hash } = await noticeRows(store, book, body, asOfSeq);
    return { asOfSeq, publicTo, rows: { count: rows.length, hash } };
  } catch (error) {
    if (error instanceof Refusal) return { asOfSeq, publicTo, rows: error };
    throw error;
  }
}

export const OBJECTION_EVIDENCE: ObjectionEvidence = {
  dueOn: (filedOn) => afterWorkingDays(filedOn, ANSWER_WITHIN_WORKING_DAYS),
};
