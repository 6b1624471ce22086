import { naturalDays } from '../../domain/notices/minimum-days.js';
import type { LineRow, ObjectionRow } from '../../views/disclosure/disclosure-tables.js';
import type { LineFacts } from '../lines.js';
import { nameOf } from '../published-lines.js';
import { daysBetween, type Finding, NOTHING_MORE } from './finding.js';

type NoticesById = ReadonlyMap<string, LineRow>;

/** 更正 and 撤回: what the notice took the place of, and that it was taken back. */
export function noticeRemarks(row: LineRow, byId: NoticesById): Finding[] {
  const { type, replaces, reason, withdrawal } = row.facts as LineFacts['notice'];
  const { book, division, title, id, effectiveDate } = row;
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
    const since = byId.get(replaces)?.effectiveDate ?? effectiveDate;
    const days = Math.max(0, daysBetween(since, effectiveDate));
    found.push({ ...about, kind: 'corrected', since, doneOn: effectiveDate, days, reason, replaces, seq: row.seq });
  }
  if (withdrawal !== null) {
    const { seq, date, reason: why } = withdrawal;
    // Its date may lie before that of the notice where that was recorded after it hung, or in books of before any rule against it.
    const days = Math.max(0, daysBetween(effectiveDate, date));
    found.push({ ...about, kind: 'withdrawn', since: effectiveDate, doneOn: date, days, reason: why, seq });
  }
  return found;
}

/** 异议, 举报: that it waits for its answer, in time or not, or how it was answered. What was said stays in the vault. */
export function objectionFinding(row: ObjectionRow, byId: NoticesById, today: string): Finding {
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
