import type { DivisionLevel } from '../division.js';

export const DAY_KINDS = ['natural', 'working'] as const;
/** 自然日, 工作日. */
export type DayKind = (typeof DAY_KINDS)[number];

export interface MinimumDays {
  /** First day on which the rule counts, by the day on which a notice goes up. */
  from: string;
  levels: readonly DivisionLevel[];
  days: number;
  source: string;
}

/**
 * How long a notice must stand at least, in natural days, both its first and its last day counted. The latest rule of a
 * level that counts on the day on which the notice goes up is the one it is judged by, whatever comes later.
 */
export const MINIMUM_DAYS: readonly MinimumDays[] = [
  {
    from: '2018-01-01',
    levels: ['town', 'village'],
    days: 10,
    source:
      '《关于完善扶贫资金项目公告公示制度的指导意见》(2018) 第四条: 乡镇、村固定信息公开栏公告公示时间原则上不得少于10天',
  },
];

export function minimumDays(level: DivisionLevel, publicFrom: string): MinimumDays | undefined {
  return MINIMUM_DAYS.filter((rule) => rule.levels.includes(level) && rule.from <= publicFrom).toSorted((a, b) =>
    a.from < b.from ? 1 : -1,
  )[0];
}

/** Natural days from the first to the last, both counted; days are `YYYY-MM-DD`. */
export function naturalDays(first: string, last: string): number {
  return (Date.parse(`${last}T00:00:00Z`) - Date.parse(`${first}T00:00:00Z`)) / 86_400_000 + 1;
}

export interface NoticeWarning {
  code: 'notice_too_short' | 'notice_empty';
  message: string;
  [fact: string]: unknown;
}

/** What the ledger records all the same, since it was done, but tells everybody. */
export function noticeWarnings(notice: {
  level: DivisionLevel;
  publicFrom: string;
  publicTo: string;
  rows: number;
  hasRows: boolean;
}): NoticeWarning[] {
  const { level, publicFrom, publicTo, rows, hasRows } = notice;
  const warnings: NoticeWarning[] = [];
  const rule = minimumDays(level, publicFrom);
  const stands = naturalDays(publicFrom, publicTo);
  if (rule !== undefined && stands < rule.days) {
    const message = `The notice stands for ${stands} days, fewer than the ${rule.days} that a notice on a board of this level must.`;
    warnings.push({ code: 'notice_too_short', message, days: stands, minimumDays: rule.days, source: rule.source });
  }
  if (hasRows && rows === 0) {
    warnings.push({ code: 'notice_empty', message: 'Nothing in the book fits what the notice covers.' });
  }
  return warnings;
}
