import type { BookEvent } from '../domain/event.js';
import { type EventStore, parseEvent, type StoredEvent } from './event-store.js';

const EVENTS_A_PAGE = 500;
/** For a client, who may not read on: so many are held for each until then. */
export const EVENTS_A_PIECE = 64;

/** The store has fewer events than it counts. */
export class MissingEvent extends Error {
  override readonly name = 'MissingEvent';
}

/** The events `from` to `last` of a book, in pages, each read when it is asked for. Error: MissingEvent. */
export async function* readPages(
  store: EventStore,
  book: string,
  from: number,
  last: number,
  eventsAPage = EVENTS_A_PAGE,
): AsyncGenerator<StoredEvent[]> {
  for (let seq = from; seq <= last; ) {
    const events = await store.read(book, seq, Math.min(eventsAPage, last - seq + 1));
    if (events.length === 0) throw new MissingEvent(`event ${seq} of book ${book} is missing`);
    yield events;
    seq += events.length;
  }
}

/** The events 0 to `last` of a book. Error: MissingEvent. */
export async function* readEvents(store: EventStore, book: string, last: number): AsyncGenerator<BookEvent> {
  for await (const page of readPages(store, book, 0, last)) for (const stored of page) yield parseEvent(stored);
}
