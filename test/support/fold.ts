import type { EventStore } from '../../src/event-store/event-store.js';
import { readEvents } from '../../src/event-store/read-book.js';
import { RowSet } from '../../src/views/engine/row-set.js';
import type { View } from '../../src/views/engine/view.js';

/**
 * What the tables of a view must say of a book after an entry: the reducer over all events from the first on, and nothing
 * else. With `effectiveOn` without those whose effective date is later.
 */
export async function fold(
  store: EventStore,
  view: View,
  book: string,
  lastSeq: number,
  effectiveOn?: string,
): Promise<RowSet> {
  const rows = new RowSet(book, { isWhole: true, isLenient: effectiveOn !== undefined });
  for await (const event of readEvents(store, book, lastSeq)) {
    if (effectiveOn === undefined || event.effectiveDate <= effectiveOn) rows.take(view, event);
  }
  return rows;
}
