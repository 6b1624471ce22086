import { evolve, initialState } from '../domain/book.js';
import type { BookEvent } from '../domain/event.js';
import type { BookState } from '../domain/state.js';
import { type EventStore, parseEvent } from '../event-store/event-store.js';
import { KeyFilter } from './key-filter.js';

const PAGE = 2000;

/** A book in memory: what stands after its events so far, and which keys they hold. */
export class LoadedBook {
  readonly state: BookState = initialState();
  readonly keys = new KeyFilter();

  constructor(private readonly book: string) {}

  /** Applies the events that the store has and this does not. */
  async catchUp(store: EventStore): Promise<void> {
    for (;;) {
      const page = await store.read(this.book, this.state.nextSeq, PAGE);
      for (const stored of page) this.apply(parseEvent(stored));
      if (page.length < PAGE) return;
    }
  }

  apply(event: BookEvent): void {
    evolve(this.state, event);
    this.keys.add(event.command);
  }
}
