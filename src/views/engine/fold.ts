import { type EventStore, parseEvent } from '../../event-store/event-store.js';
import { PAGE } from './event-pages.js';
import { RowSet } from './row-set.js';
import type { View } from './view.js';

/**
 * A view of a book as of an earlier entry, made in memory by the reducer that also follows. Events stream through; only
 * the rows stay.
 *
 * @param effectiveOn leaves out the events whose effective date is later, `YYYY-MM-DD`
 */
export async function fold(
  store: EventStore,
  view: View,
  book: string,
  lastSeq: number,
  effectiveOn?: string,
): Promise<RowSet> {
  const rows = new RowSet(book, { isWhole: true, isLenient: effectiveOn !== undefined });
  for (let from = 0; from <= lastSeq; ) {
    const page = await store.read(book, from, Math.min(PAGE, lastSeq - from + 1));
    if (page.length === 0) throw new Error(`book ${book} has no entry ${from}, though ${lastSeq} were promised`);
    for (const stored of page) {
      const event = parseEvent(stored);
      if (effectiveOn === undefined || event.effectiveDate <= effectiveOn) view.evolve(rows, event);
    }
    from += page.length;
  }
  return rows;
}
