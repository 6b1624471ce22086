import type { BookEvent, EventOf } from '../../domain/event.js';
import { dayOf, daysAfter } from '../days.js';
import { shown } from '../difference.js';
import { wordsMisfit } from '../notices/notice-words.js';
import type { Misfit } from '../shape.js';
import type { DivisionSums } from './divisions.js';
import { type Row, type Standing, standing } from './standing.js';

export interface Notice extends Standing {
  facts: EventOf<'notice.published'>['data'];
  documents: string[];
  replacedBy: string | null;
  withdrawal: { date: string; reason: string; seq: number } | null;
  photos: { place: string; seq: number; sha256: string; takenAt: string }[];
  objections: { answered: number; open: number };
}

interface Objection {
  filed: EventOf<'objection.filed'>;
  answered?: EventOf<'objection.answered'>;
}

/** Notices and objections as the events of a book make them: whatever an entry speaks of was made by an earlier one. */
export class NoticeRegister {
  private readonly notices = new Map<string, Notice>();
  private readonly objections = new Map<string, Objection>();

  constructor(private readonly divisions: DivisionSums) {}

  take(event: BookEvent): Misfit | undefined {
    switch (event.type) {
      case 'notice.published':
        return this.publish(event);
      case 'notice.evidenced':
        return this.evidence(event);
      case 'notice.withdrawn':
        return this.withdraw(event);
      case 'objection.filed':
        return this.file(event);
      case 'objection.answered':
        return this.answer(event);
      default:
        return undefined;
    }
  }

  all(): Iterable<Notice> {
    return this.notices.values();
  }

  /** @param book whose division an objection has that is against no notice */
  *objectionRows(book: string): Iterable<Row> {
    for (const { filed, answered } of this.objections.values()) {
      const { id, kind, notice = null, row = null, entry = null, dueOn } = filed.data;
      const fields = () => ({
        answer: answered?.data.answer ?? null,
        answeredBy: answered?.seq ?? null,
        answeredOn: answered?.effectiveDate ?? null,
        division: this.notices.get(notice ?? '')?.facts.division ?? book,
        dueOn,
        entry,
        filedOn: filed.effectiveDate,
        id,
        kind,
        notice,
        noticeRow: row,
        outcome: answered?.data.outcome ?? null,
        seq: filed.seq,
      });
      yield { key: [id], fields };
    }
  }

  private publish(event: EventOf<'notice.published'>): Misfit | undefined {
    const { id, type, division, asOfSeq, replaces, reason } = event.data;
    if (this.notices.has(id)) return misfit('data.id', 'an id that no notice bears', id);
    if (asOfSeq >= event.seq) return misfit('data.asOfSeq', 'an earlier entry', asOfSeq);
    if ((replaces === undefined) !== (reason === undefined))
      return misfit('data.reason', replaces === undefined ? 'none without replaces' : 'a reason for replaces', reason);
    const before = this.notices.get(replaces ?? '')?.facts;
    if (before !== undefined && (before.type !== type || before.division !== division))
      return misfit('data.replaces', 'a notice of the same type and division', replaces);
    const outside =
      this.divisions.inside('data.division', division) ?? wordsMisfit(event.data) ?? daysMisfit(event.data);
    if (outside !== undefined) return outside;
    const ended = replaces === undefined ? undefined : this.end('data.replaces', replaces, { replacedBy: id });
    const none = { replacedBy: null, withdrawal: null, photos: [], objections: { answered: 0, open: 0 } };
    if (ended === undefined)
      this.notices.set(id, { ...standing(event), facts: event.data, documents: event.documents, ...none });
    return ended;
  }

  private end(path: string, id: string, by: Partial<Notice>): Misfit | undefined {
    const notice = this.notices.get(id);
    if (notice?.withdrawal !== null || notice.replacedBy !== null) return misfit(path, 'a notice that stands', id);
    Object.assign(notice, by);
    return undefined;
  }

  private withdraw({ data: { notice, reason }, effectiveDate: date, seq }: EventOf<'notice.withdrawn'>) {
    return this.end('data.notice', notice, { withdrawal: { date, reason, seq } });
  }

  private evidence({ data, recordedAt, seq }: EventOf<'notice.evidenced'>): Misfit | undefined {
    const notice = this.notices.get(data.notice);
    if (notice === undefined) return misfit('data.notice', 'a notice that was published', data.notice);
    if (data.takenAt > recordedAt) return misfit('data.takenAt', `${shown(recordedAt)} or earlier`, data.takenAt);
    if (notice.photos.some(({ sha256 }) => sha256 === data.sha256))
      return misfit('data.sha256', 'a photo that the notice has not', data.sha256);
    notice.photos.push({ place: data.place, seq, sha256: data.sha256, takenAt: data.takenAt });
    return undefined;
  }

  private file(event: EventOf<'objection.filed'>): Misfit | undefined {
    const { id, notice, row = 0, entry = 0 } = event.data;
    if (this.objections.has(id)) return misfit('data.id', 'an id that no objection bears', id);
    const about = this.notices.get(notice ?? '');
    if (notice !== undefined && about === undefined)
      return misfit('data.notice', 'a notice that was published', notice);
    const today = dayOf(event.recordedAt);
    const [least, most] = [daysAfter(today, ANSWERED_WITHIN), daysAfter(today, longest(ANSWERED_WITHIN))];
    const wrongDay = outsideMisfit('data.dueOn', event.data.dueOn, least, most);
    if (wrongDay !== undefined) return wrongDay;
    if (row > (about?.facts.rows ?? 0)) return misfit('data.row', 'a row of the notice', row);
    if (entry >= event.seq) return misfit('data.entry', 'an earlier entry', entry);
    this.objections.set(id, { filed: event });
    if (about !== undefined) about.objections.open += 1;
    return undefined;
  }

  private answer(event: EventOf<'objection.answered'>): Misfit | undefined {
    const objection = this.objections.get(event.data.objection);
    if (objection === undefined || objection.answered !== undefined)
      return misfit('data.objection', 'an objection that waits for its answer', event.data.objection);
    objection.answered = event;
    const about = this.notices.get(objection.filed.data.notice ?? '');
    if (about === undefined) return undefined;
    about.objections.open -= 1;
    about.objections.answered += 1;
    return undefined;
  }
}

/** Working days, so these and any others between them at least. */
const ANSWERED_WITHIN = 15;

/**
 * So many natural days working days take at the most. By the calendars from 2004 to 2026, whose longest rest were ten days
 * (Spring Festival of 2020), n of them took up to 22 for n = 10, 29 for 15, 96 for 60 and 375 for 250: this is beyond all of
 * them by two such rests at least.
 */
function longest(workingDays: number): number {
  return 2 * workingDays + 30;
}

/** Natural days follow one another; of working days there are fewer, which depends on a calendar. */
function daysMisfit({ publicFrom, publicTo, days, dayKind }: Notice['facts']): Misfit | undefined {
  const last = daysAfter(publicFrom, days - 1);
  if (last === undefined) return misfit('data.days', 'days of the calendar', days);
  if (dayKind === 'working')
    return outsideMisfit('data.publicTo', publicTo, last, daysAfter(publicFrom, longest(days)));
  return publicTo === last ? undefined : misfit('data.publicTo', shown(last), publicTo);
}

function outsideMisfit(path: string, day: string, least = '', most = day): Misfit | undefined {
  return day >= least && day <= most ? undefined : misfit(path, `a day from ${shown(least)} to ${shown(most)}`, day);
}

function misfit(path: string, expected: string, found: unknown): Misfit {
  return { path, expected, found: shown(found) };
}
