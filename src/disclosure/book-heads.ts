import { Injectable } from '@nestjs/common';
import type { DivisionCode } from '../domain/division.js';
import { EventStore, parseEvent } from '../event-store/event-store.js';
import type { View } from '../views/engine/view.js';
import { ViewReader } from '../views/engine/view-reader.js';

/** Where a view of a book stands; another version where it has moved or was rebuilt. */
export interface BookHead {
  book: DivisionCode;
  seq: number;
  version: string;
}

/** Where the read models of books stand: what tells whether an answer would still be the same. */
@Injectable()
export class BookHeads {
  private readonly recorded = new Map<DivisionCode, { seq: number; at: Date }>();

  constructor(
    private readonly reader: ViewReader,
    private readonly store: EventStore,
  ) {}

  /** Without those of which nothing has been taken in yet. */
  async of(view: View, books: readonly DivisionCode[]): Promise<BookHead[]> {
    const heads = await Promise.all(books.map((book) => this.reader.heads.of(view.name, book)));
    return books.flatMap((book, index) => {
      const head = heads[index];
      return head === undefined ? [] : [{ book, seq: head.seq, version: head.version }];
    });
  }

  /** When the last of these entries was recorded. */
  async lastRecorded(heads: readonly BookHead[]): Promise<Date | undefined> {
    const times = await Promise.all(heads.map((head) => this.recordedAt(head)));
    return times.reduce<Date | undefined>(
      (last, time) => (time !== undefined && (last === undefined || time > last) ? time : last),
      undefined,
    );
  }

  private async recordedAt({ book, seq }: BookHead): Promise<Date | undefined> {
    const known = this.recorded.get(book);
    if (known?.seq === seq) return known.at;
    const [stored] = await this.store.read(book, seq, 1);
    if (stored === undefined) return undefined;
    const at = new Date(parseEvent(stored).recordedAt);
    this.recorded.set(book, { seq, at });
    return at;
  }
}
