import type { LineFacts, PostedPhoto } from '../../disclosure/lines.js';
import type { BookEvent, EventOf } from '../../domain/event.js';
import type { Rows } from '../engine/view.js';
import { type LineRow, lines, objections } from './disclosure-tables.js';

type NoticeFacts = LineFacts['notice'];

/** The notices that the event says something more of; whose an answer speaks of stands with the objection. */
export function noticesChangedBy(event: BookEvent): string[] {
  switch (event.type) {
    case 'notice.published':
      return event.data.replaces === undefined ? [] : [event.data.replaces];
    case 'notice.evidenced':
    case 'notice.withdrawn':
      return [event.data.notice];
    case 'objection.filed':
      return event.data.notice === undefined ? [] : [event.data.notice];
    default:
      return [];
  }
}

/** The objection that the event files or answers. */
export function objectionOf(event: BookEvent): string | undefined {
  if (event.type === 'objection.filed') return event.data.id;
  return event.type === 'objection.answered' ? event.data.objection : undefined;
}

export function changeNotices(rows: Rows, event: BookEvent): void {
  switch (event.type) {
    case 'notice.published':
      if (event.data.replaces !== undefined) changeNotice(rows, event.data.replaces, { replacedBy: event.data.id });
      return;
    case 'notice.withdrawn':
      changeNotice(rows, event.data.notice, {
        withdrawal: { seq: event.seq, date: event.effectiveDate, reason: event.data.reason },
      });
      return;
    case 'notice.evidenced':
      changeNotice(rows, event.data.notice, ({ photos }) => ({ photos: [...photos, photoOf(event)] }));
      return;
    case 'objection.filed':
      file(rows, event);
      return;
    case 'objection.answered':
      answer(rows, event);
  }
}

function photoOf({ seq, data: { sha256, takenAt, place } }: EventOf<'notice.evidenced'>): PostedPhoto {
  return { seq, sha256, takenAt, place };
}

function file(rows: Rows, { seq, effectiveDate, data }: EventOf<'objection.filed'>): void {
  const { id, kind, notice = null, row = null, entry = null, dueOn } = data;
  const about = notice === null ? undefined : rows.findMade(lines, ['notice', notice]);
  rows.save(objections, {
    book: rows.book,
    id,
    kind,
    division: about?.division ?? rows.book,
    notice,
    noticeRow: row,
    entry,
    filedOn: effectiveDate,
    dueOn,
    seq,
    answeredBy: null,
    answeredOn: null,
    outcome: null,
    answer: null,
  });
  if (notice !== null) countObjections(rows, notice, { open: 1, answered: 0 });
}

function answer(rows: Rows, { seq, effectiveDate, data }: EventOf<'objection.answered'>): void {
  const { outcome, answer: text } = data;
  rows.change(objections, [data.objection], (row) => {
    Object.assign(row, { answeredBy: seq, answeredOn: effectiveDate, outcome, answer: text });
    if (typeof row.notice === 'string') countObjections(rows, row.notice, { open: -1, answered: 1 });
  });
}

function countObjections(rows: Rows, notice: string, by: NoticeFacts['objections']): void {
  changeNotice(rows, notice, ({ objections: { open, answered } }) => ({
    objections: { open: open + by.open, answered: answered + by.answered },
  }));
}

function changeNotice(
  rows: Rows,
  id: string,
  change: Partial<NoticeFacts> | ((facts: NoticeFacts) => Partial<NoticeFacts>),
): void {
  rows.change(lines, ['notice', id], (row) => {
    const before = row.facts as NoticeFacts;
    const facts = { ...before, ...(typeof change === 'function' ? change(before) : change) };
    row.facts = facts;
    row.stage = stageOf(facts);
  });
}

/** How it stands where that is not for the calendar to say; see `standingOf` of the domain. */
function stageOf({ withdrawal, replacedBy, objections: { open } }: NoticeFacts): LineRow['stage'] {
  if (withdrawal !== null) return 'withdrawn';
  if (replacedBy !== null) return 'replaced';
  return open > 0 ? 'objected' : '';
}
