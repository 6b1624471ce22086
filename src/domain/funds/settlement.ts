import type { BookEvent } from '../event.js';

/**
 * A dispatch is settled once: by its arrival in the other book, or by its reversal in its own. Two books decide this
 * without seeing one another, so the settlement is a claim that the event store grants once, in the append itself. The
 * reversal of an arrival gives the claim back.
 */
export interface Settlement {
  take?: string;
  release?: string;
}

export function settlementKey(book: string, dispatch: string): string {
  return `dispatch:${book}/${dispatch}`;
}

export function settlement(event: BookEvent): Settlement {
  if (event.type === 'funds.received') return { take: settlementKey(event.data.fromBook, event.data.dispatch) };
  if (event.type !== 'entry.reversed') return {};
  const { type, of } = event.data;
  if (type === 'funds.dispatched') return { take: settlementKey(event.book, of.id ?? '') };
  if (type === 'funds.received') return { release: settlementKey(of.fromBook ?? '', of.dispatch ?? '') };
  return {};
}
