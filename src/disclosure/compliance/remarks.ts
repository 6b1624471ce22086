import { naturalDays } from '../../domain/notices/minimum-days.js';
import { dateInShanghai } from '../../posting/decide-batch.js';
import type { ObjectionRow } from '../../views/disclosure/disclosure-tables.js';
import type { LineFacts } from '../lines.js';
import { nameOf } from '../published-lines.js';
import { daysBetween, type Finding, NOTHING_MORE } from './finding.js';
import { type NoticeRow, PHOTO_WITHIN_DAYS } from './shortcomings.js';

/** All but the answer, which is long. */
export const OF_OBJECTION = [
  'book',
  'division',
  'notice',
  'kind',
  'filedOn',
  'dueOn',
  'seq',
  'answeredOn',
  'answeredBy',
  'outcome',
] as const;
type NoticesById = ReadonlyMap<string, NoticeRow>;

/** A notice is in the book by then, as its photo must be; no rule sets the days. */
export const RECORDED_WITHIN_DAYS = PHOTO_WITHIN_DAYS;

/**
 * 更正, 撤回 and 补录: what the notice took the place of, that it was taken back, and that it was recorded long after its first public day, which
 * then nothing but its own word tells.
 */
export function noticeRemarks(row: NoticeRow, byId: NoticesById): Finding[] {
  const { type, replaces, reason, withdrawal, publicFrom } = row.facts as LineFacts['notice'];
  const { book, division, title, id } = row;
  const about = {
    ...NOTHING_MORE,
    book,
    division,
    divisionName: nameOf(division),
    type,
    title,
    dueOn: null,
    notice: id,
  };
  const found: Finding[] = [];
  if (replaces !== null) {
    // A correction is of the division of what it corrects, so both are found together.
    const since = firstDayOf(byId.get(replaces) ?? row);
    const doneOn = firstDayOf(row);
    const days = Math.max(0, daysBetween(since, doneOn));
    found.push({ ...about, kind: 'corrected', since, doneOn, days, reason, replaces, seq: row.seq });
  }
  if (withdrawal !== null) {
    const { seq, date, reason: why } = withdrawal;
    const since = firstDayOf(row);
    // In books of before any rule against it, the date of the withdrawal may lie before.
    const days = Math.max(0, daysBetween(since, date));
    found.push({ ...about, kind: 'withdrawn', since, doneOn: date, days, reason: why, seq });
  }
  const recordedOn = dateInShanghai(row.recordedAt.toISOString());
  const days = daysBetween(publicFrom, recordedOn);
  if (days > RECORDED_WITHIN_DAYS)
    found.push({ ...about, kind: 'recorded_late', since: publicFrom, doneOn: recordedOn, days, seq: row.seq });
  return found;
}

/** From which on it is there: it may be recorded after it hung, as of the day of its entry, or ahead. */
function firstDayOf({ effectiveDate, facts }: Pick<NoticeRow, 'effectiveDate' | 'facts'>): string {
  const { publicFrom } = facts as LineFacts['notice'];
  return publicFrom < effectiveDate ? publicFrom : effectiveDate;
}

/** 异议, 举报: that it waits for its answer, in time or not, or how it was answered. What was said stays in the vault. */
export function objectionFinding(
  row: Pick<ObjectionRow, (typeof OF_OBJECTION)[number]>,
  byId: NoticesById,
  today: string,
): Finding {
  const { book, division, notice = null, kind: objection, filedOn: since, dueOn, answeredOn, answeredBy } = row;
  const about = notice === null ? undefined : byId.get(notice);
  const found = {
    ...{ ...NOTHING_MORE, book, division, divisionName: nameOf(division), notice, objection, since, dueOn },
    type: about === undefined ? null : (about.facts as LineFacts['notice']).type,
    title: about?.title ?? (objection === 'objection' ? '异议' : '举报'),
    seq: row.seq,
  };
  if (typeof answeredOn === 'string' && typeof answeredBy === 'number') {
    const days = Math.max(0, daysBetween(dueOn, answeredOn));
    const outcome = row.outcome ?? null;
    return { ...found, kind: 'objection_answered', doneOn: answeredOn, outcome, days, seq: answeredBy };
  }
  if (dueOn < today) return { ...found, kind: 'objection_overdue', days: daysBetween(dueOn, today) };
  return { ...found, kind: 'objection_open', days: naturalDays(today, dueOn) };
}
