import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { BookEvent } from '../../domain/event.js';
import { EventStore, parseEvent, type StoredEvent } from '../../event-store/event-store.js';
import { EVENTS_A_PIECE, readPages } from '../../event-store/read-book.js';
import { BooksReader } from '../books-reader.js';
import type { EventsQuery } from './events-query.js';

type Conditions = Pick<EventsQuery, 'type' | 'actor' | 'account' | 'effectiveFrom' | 'effectiveTo'>;

@Injectable()
export class EventsReader {
  constructor(
    private readonly store: EventStore,
    private readonly books: BooksReader,
  ) {}

  /**
   * One line for each event that fulfils the conditions, up to the last one that stands now, read page by page as the
   * caller takes them.
   *
   * Refusal: book_unknown.
   */
  async lines(book: string, query: EventsQuery): Promise<Readable> {
    const revision = await this.books.revision(book);
    return Readable.from(this.pages(book, query, revision), { objectMode: false });
  }

  private async *pages(book: string, query: EventsQuery, revision: number): AsyncGenerator<string> {
    const { from, limit = Number.POSITIVE_INFINITY } = query;
    const isWanted = conditionsOf(query);
    // Without a condition no more is read than is answered.
    const last = isWanted === undefined || limit === 0 ? Math.min(revision, from + limit - 1) : revision;
    let left = limit;
    for await (const page of readPages(this.store, book, from, last, EVENTS_A_PIECE)) {
      const wanted = (isWanted === undefined ? page : page.filter(isWanted)).slice(0, left);
      if (wanted.length > 0) yield wanted.map(({ canonical }) => `${canonical}\n`).join('');
      left -= wanted.length;
      if (left <= 0) return;
    }
  }
}

/** Undefined where every event is wanted, which then need not be parsed. */
export function conditionsOf(conditions: Conditions): ((stored: StoredEvent) => boolean) | undefined {
  const { type, actor, account, effectiveFrom = '', effectiveTo = '9' } = conditions;
  const isOpen = [type, actor, account, conditions.effectiveFrom, conditions.effectiveTo].every(
    (condition) => condition === undefined,
  );
  if (isOpen) return undefined;
  const isWanted = (event: BookEvent) =>
    (type === undefined || event.type === type) &&
    (actor === undefined || event.actor === actor) &&
    event.effectiveDate >= effectiveFrom &&
    event.effectiveDate <= effectiveTo &&
    (account === undefined || event.postings.some((posting) => posting.account === account));
  return (stored) => isWanted(parseEvent(stored));
}
