import { Injectable } from '@nestjs/common';
import { type DivisionCode, isWithin } from '../domain/division.js';
import { EventStore, parseEvent } from '../event-store/event-store.js';

/** A new book is seen this late at most. */
const KEPT_MS = 1_000;

/** Which books have something to disclose of a division. */
@Injectable()
export class BearingBooks {
  private kept: { at: number; books: Promise<DivisionCode[]> } | undefined;

  constructor(private readonly store: EventStore) {}

  /** That of the division and those above it, whose money may have come here; and those of the divisions below. */
  async of(division: DivisionCode): Promise<{ above: DivisionCode[]; below: DivisionCode[] }> {
    const books = await this.all();
    return {
      above: books.filter((book) => isWithin(division, book)),
      below: books.filter((book) => isWithin(book, division) && !isWithin(division, book)),
    };
  }

  /**
   * Those whose sums are the division's. Each yuan stands in one of them only: a book and the one above it both know of money
   * that was dispatched from one to the other, so where the division has no book, only the highest of those below count.
   */
  async summing(division: DivisionCode): Promise<DivisionCode[]> {
    const { above, below } = await this.of(division);
    if (above.length > 0) return above;
    return below.filter((book) => !below.some((other) => other !== book && isWithin(book, other)));
  }

  /** Of these books those that had been opened by then. */
  async openedBy(books: readonly DivisionCode[], asOf: Date | undefined): Promise<DivisionCode[]> {
    if (asOf === undefined) return [...books];
    const opened = await Promise.all(books.map((book) => this.store.read(book, 0, 1)));
    return books.filter((_, index) => opened[index]?.some((stored) => new Date(parseEvent(stored).recordedAt) <= asOf));
  }

  private all(): Promise<DivisionCode[]> {
    const now = Date.now();
    if (this.kept === undefined || now - this.kept.at > KEPT_MS) {
      const books = this.store.revisions().then((revisions) => [...revisions.keys()].sort());
      this.kept = { at: now, books };
      books.catch(() => {
        if (this.kept?.books === books) this.kept = undefined;
      });
    }
    return this.kept.books;
  }
}
