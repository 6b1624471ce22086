import type { BookEvent } from '../../domain/event.js';
import { type EventStore, parseEvent } from '../../event-store/event-store.js';

/** Events of one transaction of a view; also what is read at once. */
export const PAGE = 500;
/** Books whose last page is kept. */
const MAX_BOOKS = 16;

/** Reads and parses each page of a book once for all views that stand at about the same place. */
export class EventPages {
  private readonly last = new Map<string, BookEvent[]>();

  constructor(
    private readonly store: EventStore,
    private readonly length = PAGE,
  ) {}

  /** From `from` on, at most `limit` events; fewer than there are only where the kept page ends. */
  async read(book: string, from: number, limit: number): Promise<BookEvent[]> {
    const kept = this.last.get(book);
    const first = kept?.[0]?.seq ?? Number.POSITIVE_INFINITY;
    if (kept !== undefined && from >= first && from < first + kept.length) {
      return kept.slice(from - first, from - first + limit);
    }
    const page = (await this.store.read(book, from, this.length)).map(parseEvent);
    this.last.delete(book);
    if (page.length > 0) this.last.set(book, page);
    for (const oldest of this.last.keys()) {
      if (this.last.size <= MAX_BOOKS) break;
      this.last.delete(oldest);
    }
    return page.slice(0, limit);
  }
}
