import { Injectable } from '@nestjs/common';
import type { BookEvent, EventOf, EventType } from '../domain/event.js';
import { type NoticeWarning, noticeWarnings } from '../domain/notices/minimum-days.js';
import { type MissingField, missingFields, type PublishNotice, refuseUnfit } from '../domain/notices/publish-notice.js';
import type { Row } from '../domain/notices/rows/row.js';
import type { StandingOfNotice } from '../domain/notices/standing.js';
import { NOTICE_RULES } from '../domain/notices/types.js';
import { Refusal } from '../domain/refusal.js';
import { EventStore, parseEvent } from '../event-store/event-store.js';
import { disclosureView } from '../views/disclosure/disclosure.js';
import { lines } from '../views/disclosure/disclosure-tables.js';
import type { Moment } from '../views/engine/moment.js';
import { ViewReader } from '../views/engine/view-reader.js';
import { lastDay } from './calendar.js';
import { dayOf } from './day-of.js';
import type { LineFacts, PostedPhoto, Withdrawal } from './lines.js';
import { type NoticeRows, noticeRows } from './notice-rows.js';
import { standingOfFacts } from './standing-of-facts.js';

/** The events of the book no longer give the rows that were published. */
export class RowsDiffer extends Error {
  override readonly name = 'RowsDiffer';
}

export interface ShownNotice {
  event: EventOf<'notice.published'>;
  rows: Row[];
  standing: StandingOfNotice;
  withdrawal: Withdrawal | null;
  /** The notice that stands in its place. */
  replacedBy: string | null;
  photos: PostedPhoto[];
  objections: { open: number; answered: number };
  warnings: NoticeWarning[];
}

export interface NoticePreview {
  asOfSeq: number;
  publicTo: string;
  rows: Row[];
  rowsHash: string;
  missing: MissingField[];
  warnings: NoticeWarning[];
}

const MOST_REMEMBERED = 32;

/** Notices with their rows, as published and as they would be. Pages, CSV, XLSX and PDF all read from here. */
@Injectable()
export class NoticeReader {
  /** Rows never change once they are published. */
  private readonly remembered = new Map<string, NoticeRows>();

  constructor(
    private readonly store: EventStore,
    private readonly views: ViewReader,
  ) {}

  /**
   * Its rows are the same at every moment; state, photos and objections are those of the moment that is asked for.
   *
   * Refusals: book_unknown, notice_unknown. Errors: RowsDiffer, ViewBehind.
   */
  async read(book: string, id: string, { asOf }: Pick<Moment, 'asOf'> = {}): Promise<ShownNotice> {
    const minSeq = await this.refuseUnknown(book);
    const moment = { minSeq, ...(asOf !== undefined && { asOf }) };
    const line = await this.views.read(disclosureView, book, moment, (rows) => rows.one(lines, ['notice', id]));
    if (line === undefined)
      throw new Refusal('notice_unknown', `There is no notice ${id}.`, { field: 'notice', notice: id });
    const facts = line.facts as LineFacts['notice'];
    const event = await this.event(book, line.seq, 'notice.published');
    const { rows } = await this.rowsOf(event);
    return {
      event,
      rows,
      standing: standingOfFacts(facts, dayOf(moment)),
      withdrawal: facts.withdrawal,
      replacedBy: facts.replacedBy,
      photos: facts.photos,
      objections: facts.objections,
      warnings: warningsOf(event.data, event.data.publicTo, event.data.rows),
    };
  }

  /** What publishing would show; nothing is recorded. Refusals: book_unknown, those of a notice but of its id and fields. */
  async preview(book: string, body: PublishNotice): Promise<NoticePreview> {
    const revision = await this.refuseUnknown(book);
    refuseUnfit(book, body);
    const asOfSeq = body.asOfSeq ?? revision;
    if (asOfSeq > revision) throw new Refusal('entry_unknown', `There is no entry ${asOfSeq}.`, { field: 'asOfSeq' });
    const { rows, hash } = await noticeRows(this.store, book, body, asOfSeq);
    const publicTo = lastDay(body.publicFrom, body.days, body.dayKind);
    return {
      asOfSeq,
      publicTo,
      rows,
      rowsHash: hash,
      missing: missingFields(body),
      warnings: warningsOf(body, publicTo, rows.length),
    };
  }

  /** What the answer to a publisher says beside the receipt. */
  async published(book: string, seq: number) {
    const { data } = await this.event(book, seq, 'notice.published');
    const { asOfSeq, publicTo, rows, rowsHash } = data;
    return { asOfSeq, publicTo, rows, rowsHash, warnings: warningsOf(data, publicTo, rows) };
  }

  private async event<Type extends EventType>(book: string, seq: number, type: Type): Promise<EventOf<Type>> {
    const [stored] = await this.store.read(book, seq, 1);
    const event = stored === undefined ? undefined : parseEvent(stored);
    if (event === undefined || !isOf(event, type)) throw new Error(`entry ${seq} of book ${book} is no ${type}`);
    return event;
  }

  private async rowsOf({ book, data }: EventOf<'notice.published'>): Promise<NoticeRows> {
    const key = `${book}/${data.id}`;
    const known = this.remembered.get(key);
    if (known !== undefined) return known;
    const derived = await noticeRows(this.store, book, data, data.asOfSeq);
    if (derived.hash !== data.rowsHash)
      throw new RowsDiffer(`the events of book ${book} do not give the rows of notice ${data.id}`);
    this.remembered.set(key, derived);
    const [oldest] = this.remembered.keys();
    if (this.remembered.size > MOST_REMEMBERED && oldest !== undefined) this.remembered.delete(oldest);
    return derived;
  }

  /** A stranger may name any code; only books that are there get a writer. */
  private async refuseUnknown(book: string): Promise<number> {
    const revision = await this.store.revision(book);
    if (revision < 0) throw new Refusal('book_unknown', `There is no book ${book}.`);
    return revision;
  }
}

function isOf<Type extends EventType>(event: BookEvent, type: Type): event is BookEvent & EventOf<Type> {
  return event.type === type;
}

function warningsOf(
  notice: Pick<PublishNotice, 'type' | 'level' | 'publicFrom'>,
  publicTo: string,
  rows: number,
): NoticeWarning[] {
  const { type, level, publicFrom } = notice;
  return noticeWarnings({ level, publicFrom, publicTo, rows, hasRows: NOTICE_RULES[type].columns.length > 0 });
}
