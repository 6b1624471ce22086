import { Injectable } from '@nestjs/common';
import { Refusal } from '../domain/refusal.js';
import { EventStore, parseEvent } from '../event-store/event-store.js';
import { type Caller, isWithinScope } from './access/roles.js';
import type { BookAnswer, BooksAnswer, BooksQuery } from './bodies/books.js';

/** What can be told of books from their events alone. */
@Injectable()
export class BooksReader {
  /** What the first event of a book says never changes. */
  private readonly opened = new Map<string, Omit<BookAnswer, 'revision'>>();

  constructor(private readonly store: EventStore) {}

  async list(caller: Caller, { limit, after }: BooksQuery): Promise<BooksAnswer> {
    const revisions = [...(await this.store.revisions())]
      .filter(
        ([book, revision]) => revision >= 0 && isWithinScope(caller, book) && (after === undefined || book > after),
      )
      .sort(([a], [b]) => (a < b ? -1 : 1));
    const page = revisions.slice(0, limit);
    const items = await Promise.all(
      page.map(async ([book, revision]) => ({ ...(await this.openedBook(book)), revision })),
    );
    return { items, next: revisions.length > page.length ? (page.at(-1)?.[0] ?? null) : null };
  }

  /** Refusal: book_unknown. */
  async find(book: string): Promise<BookAnswer> {
    const revision = await this.revision(book);
    return { ...(await this.openedBook(book)), revision };
  }

  /** Seq of the last event. Refusal: book_unknown. */
  async revision(book: string): Promise<number> {
    const revision = await this.store.revision(book);
    if (revision < 0) throw new Refusal('book_unknown', `There is no book ${book}.`);
    return revision;
  }

  private async openedBook(book: string): Promise<Omit<BookAnswer, 'revision'>> {
    const known = this.opened.get(book);
    if (known !== undefined) return known;
    const [stored] = await this.store.read(book, 0, 1);
    const event = stored === undefined ? undefined : parseEvent(stored);
    if (event?.type !== 'book.opened') throw new Error(`book ${book} does not begin with its opening`);
    const { id, name, level } = event.data;
    const opened = { id, name, level, openedAt: event.recordedAt };
    this.opened.set(book, opened);
    return opened;
  }
}
