import type { BookEvent } from '../../domain/event.js';
import type { EventStore } from '../../event-store/event-store.js';

/** Events of one transaction of a view; also what is read at once. */
export const PAGE = 500;
/** Books whose last page is kept. */
const MAX_BOOKS = 16;

interface Place {
  book: string;
  from: number;
  limit: number;
}

/** Reads and parses each page of a book once for all views that stand at about the same place. */
export class EventPages {
  private readonly last = new Map<string, BookEvent[]>();

  constructor(
    private readonly store: EventStore,
    private readonly length = PAGE,
  ) {}

  /** Of each place from `from` on at most `limit` events; fewer than there are only where the kept page ends. */
  async readEach(places: readonly Place[]): Promise<BookEvent[][]> {
    const unknown = places.filter((place) => this.kept(place) === undefined);
    const pages = unknown.length === 0 ? [] : await this.store.readEach(unknown, this.length);
    const read = new Map(unknown.map((place, index) => [place, pages[index] ?? []]));
    const found = places.map((place) => this.kept(place) ?? read.get(place)?.slice(0, place.limit) ?? []);
    for (const [{ book }, page] of read) this.keep(book, page);
    return found;
  }

  private kept({ book, from, limit }: Place): BookEvent[] | undefined {
    const page = this.last.get(book);
    const first = page?.[0]?.seq ?? Number.POSITIVE_INFINITY;
    if (page === undefined || from < first || from >= first + page.length) return undefined;
    return page.slice(from - first, from - first + limit);
  }

  private keep(book: string, page: BookEvent[]): void {
    this.last.delete(book);
    if (page.length > 0) this.last.set(book, page);
    for (const oldest of this.last.keys()) {
      if (this.last.size <= MAX_BOOKS) break;
      this.last.delete(oldest);
    }
  }
}
