import type { BookEvent } from '../../domain/event.js';
import type { EventStore } from '../../event-store/event-store.js';

/** Events of one transaction of a view; also what is read at once. */
export const PAGE = 500;
/** Books whose last page is kept. */
const MAX_BOOKS = 16;

interface Start {
  book: string;
  from: number;
}

interface Place extends Start {
  limit: number;
}

/** What is being read of a book before it is asked for; undefined where it could not be read. */
interface Ahead {
  from: number;
  page: Promise<BookEvent[] | undefined>;
}

/** Reads and parses each page of a book once for all views that stand at about the same place. */
export class EventPages {
  private readonly last = new Map<string, BookEvent[]>();
  private readonly ahead = new Map<string, Ahead>();

  constructor(
    private readonly store: EventStore,
    private readonly length = PAGE,
  ) {}

  /** Of each place from `from` on at most `limit` events; fewer than there are only where the kept page ends. */
  async readEach(places: readonly Place[]): Promise<BookEvent[][]> {
    for (const place of places) if (this.kept(place) === undefined) await this.takeAhead(place);
    const unknown = places.filter((place) => this.kept(place) === undefined);
    const pages = unknown.length === 0 ? [] : await this.store.readEach(unknown, this.length);
    const read = new Map(unknown.map((place, index) => [place, pages[index] ?? []]));
    const found = places.map((place) => this.kept(place) ?? read.get(place)?.slice(0, place.limit) ?? []);
    for (const [{ book }, page] of read) this.keep(book, page);
    return found;
  }

  /** Begins to read what is asked for next, while something else is done. */
  readAhead(starts: readonly Start[]): void {
    const unknown = starts.filter(({ book, from }) => this.kept({ book, from }) === undefined);
    if (unknown.length === 0) return;
    // Where it fails it is read again when it is asked for, and the error told then.
    const reading = this.store.readEach(unknown, this.length).catch(() => []);
    for (const [index, { book, from }] of unknown.entries()) {
      keepLast(this.ahead, book, { from, page: reading.then((pages) => pages[index]) });
    }
  }

  /** Only a whole page: where it ended early, more may have come since. */
  private async takeAhead({ book, from }: Start): Promise<void> {
    const ahead = this.ahead.get(book);
    this.ahead.delete(book);
    const page = ahead?.from === from ? await ahead.page : undefined;
    if (page?.length === this.length) this.keep(book, page);
  }

  private kept({ book, from, limit = this.length }: Start & Partial<Place>): BookEvent[] | undefined {
    const page = this.last.get(book);
    const first = page?.[0]?.seq ?? Number.POSITIVE_INFINITY;
    if (page === undefined || from < first || from >= first + page.length) return undefined;
    return page.slice(from - first, from - first + limit);
  }

  private keep(book: string, page: BookEvent[]): void {
    if (page.length > 0) keepLast(this.last, book, page);
    else this.last.delete(book);
  }
}

function keepLast<Value>(values: Map<string, Value>, book: string, value: Value): void {
  values.delete(book);
  values.set(book, value);
  for (const oldest of values.keys()) {
    if (values.size <= MAX_BOOKS) break;
    values.delete(oldest);
  }
}
