import { Injectable } from '@nestjs/common';
import { type DivisionCode, divisionPrefix } from '../domain/division.js';
import { noticeWarnings } from '../domain/notices/minimum-days.js';
import { NOTICE_RULES, type NoticeType } from '../domain/notices/types.js';
import { disclosureView } from '../views/disclosure/disclosure.js';
import {
  type DutyRow,
  duties,
  type LineRow,
  lines,
  type ObjectionRow,
  objections,
} from '../views/disclosure/disclosure-tables.js';
import type { Moment } from '../views/engine/moment.js';
import type { Condition, RowSource } from '../views/engine/row-source.js';
import { ViewReader } from '../views/engine/view-reader.js';
import { BearingBooks } from './bearing-books.js';
import { addDays, afterWorkingDays } from './calendar.js';
import { dayOf } from './day-of.js';
import type { Waiting } from './duties.js';
import type { LineFacts } from './lines.js';
import { nameOf } from './published-lines.js';

/** 公开时限: 自信息形成或者变更之日起 20 个工作日内 (扶贫领域基层政务公开标准目录). */
export const DISCLOSE_WITHIN_WORKING_DAYS = 20;
/** A board's photo is asked for once the notice has hung so many days; no rule sets them. */
export const PHOTO_WITHIN_DAYS = 3;
/** So many natural days are at least as many as the working days of the term: whoever took fewer was in time. */
const SURELY_IN_TIME_DAYS = 26;

/** 未公开, 逾期公开, 公示期不足, 无张贴照片, 异议逾期未答复. */
export const SHORTCOMINGS = ['undisclosed', 'late', 'too_short', 'no_photo', 'objection_overdue'] as const;
export type ShortcomingKind = (typeof SHORTCOMINGS)[number];

/** Something that should have been disclosed, shown or answered, and was not, or not as it must be. */
export interface Shortcoming {
  kind: ShortcomingKind;
  book: DivisionCode;
  division: DivisionCode;
  divisionName: string;
  /** Who answers for it; null for the bureau or board of the division. */
  unit: string | null;
  /** Type of the notice that was due, or that this is about. */
  type: NoticeType | null;
  title: string;
  /** The business date of the first entry, the first day of the notice, or the day of the objection. */
  since: string;
  dueOn: string;
  /** The notice that came late, or falls short. */
  notice: string | null;
  /** The first of the entries that should have been told of; the entry of the notice or of the objection. */
  seq: number;
  /** How many entries. */
  entries: number;
  /** Natural days after the last day, or too few. */
  days: number;
}

export interface Compliance {
  items: Shortcoming[];
  books: { book: DivisionCode; seq: number }[];
}

/** What a division and all below it owe the public, for bureaus and auditors. */
@Injectable()
export class ComplianceReader {
  constructor(
    private readonly books: BearingBooks,
    private readonly reader: ViewReader,
  ) {}

  async of(division: DivisionCode, moment: Moment): Promise<Compliance> {
    const { above, below } = await this.books.of(division);
    const today = dayOf(moment);
    const found = await Promise.all(
      [...above, ...below].map((book) =>
        this.reader.readIfThere(disclosureView, book, moment, async (rows, seq) => {
          const lies = book.startsWith(divisionPrefix(division)) ? undefined : { startsWith: divisionPrefix(division) };
          const scope = lies === undefined ? {} : { division: lies };
          return { book, seq, items: await shortcomingsOf(rows, scope, today) };
        }),
      ),
    );
    const known = found.filter((part) => part !== undefined);
    return {
      items: known.flatMap(({ items }) => items).sort(compare),
      books: known.map(({ book, seq }) => ({ book, seq })),
    };
  }
}

async function shortcomingsOf(rows: RowSource, scope: { division?: Condition }, today: string): Promise<Shortcoming[]> {
  const orderBy = ['duty', 'subject'] as const;
  const past = { to: addDays(today, -1) };
  const [waiting, late, notices, unanswered] = await Promise.all([
    rows.list(duties, { where: { ...scope, waitingSince: { to: today } }, orderBy }),
    rows.list(duties, { where: { ...scope, longestWait: { from: SURELY_IN_TIME_DAYS } }, orderBy }),
    rows.list(lines, { where: { ...scope, kind: 'notice' }, orderBy: ['id'] }),
    rows.list(objections, { where: { ...scope, dueOn: past, answeredBy: null }, orderBy: ['dueOn', 'id'] }),
  ]);
  return [
    ...waiting.flatMap((row) => undisclosed(row, today)),
    ...late.flatMap(lateOnes),
    ...notices.flatMap((row) => ofNotice(row, today)),
    ...unanswered.map((row) => overdue(row, today)),
  ];
}

function undisclosed(row: DutyRow, today: string): Shortcoming[] {
  const dueOn = due(row.waiting);
  if (dueOn === undefined || dueOn >= today) return [];
  return [{ ...ofDuty(row, row.waiting, dueOn), kind: 'undisclosed', notice: null, days: between(dueOn, today) }];
}

function lateOnes(row: DutyRow): Shortcoming[] {
  return row.told.flatMap(({ notice, on, entries }) => {
    const dueOn = due(entries);
    if (dueOn === undefined || dueOn >= on) return [];
    return [{ ...ofDuty(row, entries, dueOn), kind: 'late' as const, notice, days: between(dueOn, on) }];
  });
}

function ofDuty({ book, duty, division, title, unit }: DutyRow, waiting: readonly Waiting[], dueOn: string) {
  const [first] = waiting;
  return {
    book,
    division,
    divisionName: nameOf(division),
    unit: unit ?? null,
    type: duty,
    title: title === '' ? NOTICE_RULES[duty].zh : title,
    since: first?.day ?? '',
    dueOn,
    seq: first?.seqs[0] ?? 0,
    entries: waiting.reduce((sum, { seqs }) => sum + seqs.length, 0),
  };
}

function due(waiting: readonly Waiting[]): string | undefined {
  const [first] = waiting;
  return first && afterWorkingDays(first.day, DISCLOSE_WITHIN_WORKING_DAYS);
}

function ofNotice(row: LineRow, today: string): Shortcoming[] {
  const { type, level, publicFrom, publicTo, rows, photos, withdrawnBy } = row.facts as LineFacts['notice'];
  if (withdrawnBy !== null) return [];
  const { book, division, title, seq, id } = row;
  const about = {
    book,
    division,
    divisionName: nameOf(division),
    unit: null,
    type,
    title,
    notice: id,
    seq,
    entries: 1,
  };
  const found: Shortcoming[] = [];
  const short = noticeWarnings({ level, publicFrom, publicTo, rows, hasRows: false })[0];
  if (short?.code === 'notice_too_short') {
    const least = Number(short.minimumDays);
    const dueOn = addDays(publicFrom, least - 1);
    found.push({ ...about, kind: 'too_short', since: publicFrom, dueOn, days: least - Number(short.days) });
  }
  const isOnBoard = level === 'town' || level === 'village';
  const photoDue = addDays(publicFrom, PHOTO_WITHIN_DAYS);
  if (isOnBoard && photos.length === 0 && photoDue < today)
    found.push({ ...about, kind: 'no_photo', since: publicFrom, dueOn: photoDue, days: between(photoDue, today) });
  return found;
}

function overdue({ book, division, notice, seq, filedOn, dueOn, kind }: ObjectionRow, today: string): Shortcoming {
  return {
    kind: 'objection_overdue',
    book,
    division,
    divisionName: nameOf(division),
    unit: null,
    type: null,
    title: kind === 'objection' ? '异议' : '举报',
    since: filedOn,
    dueOn,
    notice: notice ?? null,
    seq,
    entries: 1,
    days: between(dueOn, today),
  };
}

function between(first: string, last: string): number {
  return (Date.parse(`${last}T00:00:00Z`) - Date.parse(`${first}T00:00:00Z`)) / 86_400_000;
}

/** What is worst comes first; of a kind what waits the longest. */
function compare(a: Shortcoming, b: Shortcoming): number {
  const order = SHORTCOMINGS.indexOf(a.kind) - SHORTCOMINGS.indexOf(b.kind);
  if (order !== 0) return order;
  if (a.dueOn !== b.dueOn) return a.dueOn < b.dueOn ? -1 : 1;
  return a.book < b.book ? -1 : a.book > b.book ? 1 : a.seq - b.seq;
}
