import type { DivisionCode } from '../../domain/division.js';
import type { NoticeType } from '../../domain/notices/types.js';
import type { ObjectionKind, ObjectionOutcome } from '../../domain/objections/objections.js';

/** 未公开, 逾期公开, 公示期不足, 无张贴照片, 异议逾期未答复. */
export const SHORTCOMINGS = ['undisclosed', 'late', 'too_short', 'no_photo', 'objection_overdue'] as const;
export type ShortcomingKind = (typeof SHORTCOMINGS)[number];

/** 备查: nothing amiss, but an auditor looks at it. 已更正, 已撤回, 异议待答复, 异议已答复, 公告补录. */
export const REMARKS = ['corrected', 'withdrawn', 'objection_open', 'objection_answered', 'recorded_late'] as const;

export const FINDINGS = [...SHORTCOMINGS, ...REMARKS] as const;
export type FindingKind = (typeof FINDINGS)[number];

/** What an auditor looks at: something that was not disclosed, shown or answered as it must be, or a remark. */
export interface Finding {
  kind: FindingKind;
  book: DivisionCode;
  division: DivisionCode;
  divisionName: string;
  /** Who answers for it; null for the bureau or board of the division. */
  unit: string | null;
  /** Type of the notice that was due, or that this is about. */
  type: NoticeType | null;
  title: string;
  /** Business date of the first entry, first day of a notice (of one that was corrected or withdrawn: or its business date, if earlier), day of an objection. */
  since: string;
  /** The last day in time; null where there is no term. */
  dueOn: string | null;
  /** When it was disclosed, corrected, withdrawn, recorded or answered; null where it was not, or where nothing is to be done any more. */
  doneOn: string | null;
  /**
   * Natural days after the last day; of `too_short` how many were missing, of `corrected`, `withdrawn` and `recorded_late` how many the notice
   * had been there, of `objection_open` how many are left, today counted.
   */
  days: number;
  /** Why it was corrected or withdrawn. */
  reason: string | null;
  /** What was filed, of findings about that. */
  objection: ObjectionKind | null;
  outcome: ObjectionOutcome | null;
  /** The notice that came late, falls short, was withdrawn or objected to; the correction. */
  notice: string | null;
  /** The notice that the correction took the place of. */
  replaces: string | null;
  /** The first of the entries that should have been told of; the entry of the notice, withdrawal, objection or answer. */
  seq: number;
  /** How many entries. */
  entries: number;
}

/** What most findings have nothing to say of. */
export const NOTHING_MORE = {
  unit: null,
  doneOn: null,
  reason: null,
  objection: null,
  outcome: null,
  notice: null,
  replaces: null,
  entries: 1,
} as const;

export function isShortcoming(kind: FindingKind): kind is ShortcomingKind {
  return (SHORTCOMINGS as readonly string[]).includes(kind);
}

/** What is worst comes first; of a kind what waits the longest, or is the oldest. */
export function compareFindings(a: Finding, b: Finding): number {
  const order = FINDINGS.indexOf(a.kind) - FINDINGS.indexOf(b.kind);
  if (order !== 0) return order;
  const [dayA, dayB] = [a.dueOn ?? a.doneOn ?? a.since, b.dueOn ?? b.doneOn ?? b.since];
  if (dayA !== dayB) return dayA < dayB ? -1 : 1;
  return a.book < b.book ? -1 : a.book > b.book ? 1 : a.seq - b.seq;
}

/** Natural days from one day to another. */
export function daysBetween(first: string, last: string): number {
  return (Date.parse(`${last}T00:00:00Z`) - Date.parse(`${first}T00:00:00Z`)) / 86_400_000;
}
