import { noticeWarnings } from '../../domain/notices/minimum-days.js';
import { NOTICE_RULES } from '../../domain/notices/types.js';
import type { DutyRow, LineRow } from '../../views/disclosure/disclosure-tables.js';
import { addDays, afterWorkingDays } from '../calendar.js';
import type { Waiting } from '../duties.js';
import type { LineFacts } from '../lines.js';
import { nameOf } from '../published-lines.js';
import { daysBetween, type Finding, NOTHING_MORE } from './finding.js';

/** 公开时限: 自信息形成或者变更之日起 20 个工作日内 (扶贫领域基层政务公开标准目录). */
export const DISCLOSE_WITHIN_WORKING_DAYS = 20;
/** A board's photo is asked for once the notice has hung so many days; no rule sets them. */
export const PHOTO_WITHIN_DAYS = 3;
/** So many natural days are at least as many as the working days of the term: whoever took fewer was in time. */
export const SURELY_IN_TIME_DAYS = 26;

/** What is looked at of a row. */
export const OF_NOTICE = ['book', 'id', 'division', 'title', 'effectiveDate', 'recordedAt', 'seq', 'facts'] as const;
export type NoticeRow = Pick<LineRow, (typeof OF_NOTICE)[number]>;
const OF_DUTY = ['book', 'duty', 'division', 'title', 'unit'] as const;
export const OF_WAITING = [...OF_DUTY, 'waiting'] as const;
export const OF_TOLD = [...OF_DUTY, 'told'] as const;

export function undisclosed(row: Pick<DutyRow, (typeof OF_WAITING)[number]>, today: string): Finding[] {
  const dueOn = due(row.waiting);
  if (dueOn === undefined || dueOn >= today) return [];
  return [{ ...ofDuty(row, row.waiting), kind: 'undisclosed', dueOn, days: daysBetween(dueOn, today) }];
}

export function lateOnes(row: Pick<DutyRow, (typeof OF_TOLD)[number]>): Finding[] {
  return row.told.flatMap(({ notice, on, entries }) => {
    const dueOn = due(entries);
    if (dueOn === undefined || dueOn >= on) return [];
    const days = daysBetween(dueOn, on);
    return [{ ...ofDuty(row, entries), kind: 'late' as const, notice, dueOn, doneOn: on, days }];
  });
}

function ofDuty(
  { book, duty, division, title, unit }: Pick<DutyRow, (typeof OF_DUTY)[number]>,
  waiting: readonly Waiting[],
) {
  const [first] = waiting;
  return {
    ...NOTHING_MORE,
    book,
    division,
    divisionName: nameOf(division),
    unit: unit ?? null,
    type: duty,
    title: title === '' ? NOTICE_RULES[duty].zh : title,
    since: first?.day ?? '',
    seq: first?.seqs[0] ?? 0,
    entries: waiting.reduce((sum, { seqs }) => sum + seqs.length, 0),
  };
}

function due(waiting: readonly Waiting[]): string | undefined {
  const [first] = waiting;
  return first && afterWorkingDays(first.day, DISCLOSE_WITHIN_WORKING_DAYS);
}

/** That a notice hangs too short, or that nobody has shown a photo of it; one that was withdrawn counts for nothing. */
export function noticeShortcomings(row: NoticeRow, today: string): Finding[] {
  const { type, level, publicFrom: since, publicTo, rows, photos, withdrawal } = row.facts as LineFacts['notice'];
  if (withdrawal !== null) return [];
  const { book, division, title, seq, id: notice } = row;
  const about = { ...NOTHING_MORE, book, division, divisionName: nameOf(division), type, title, notice, seq, since };
  const found: Finding[] = [];
  const short = noticeWarnings({ level, publicFrom: since, publicTo, rows, hasRows: false })[0];
  if (short?.code === 'notice_too_short') {
    const least = Number(short.minimumDays);
    found.push({ ...about, kind: 'too_short', dueOn: addDays(since, least - 1), days: least - Number(short.days) });
  }
  const isOnBoard = level === 'town' || level === 'village';
  const dueOn = addDays(since, PHOTO_WITHIN_DAYS);
  if (isOnBoard && photos.length === 0 && dueOn < today)
    found.push({ ...about, kind: 'no_photo', dueOn, days: daysBetween(dueOn, today) });
  return found;
}
