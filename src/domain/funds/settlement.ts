import type { BookCommand } from '../command.js';
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

const NEITHER: Settlement = {};

export function settlementKey(book: string, dispatch: string): string {
  return `dispatch:${book}/${dispatch}`;
}

export function settlement(event: BookEvent): Settlement {
  if (event.type === 'funds.received') return { take: settlementKey(event.data.fromBook, event.data.dispatch) };
  if (event.type !== 'entry.reversed') return NEITHER;
  const { type, of } = event.data;
  if (type === 'funds.dispatched') return { take: settlementKey(event.book, of.id ?? '') };
  if (type === 'funds.received') return { release: settlementKey(of.fromBook ?? '', of.dispatch ?? '') };
  return NEITHER;
}

/** The key of the settlement that a command would take or give back, where it would. */
export function settlementOf(book: string, command: BookCommand): string | undefined {
  if (command.kind === 'arrival') return settlementKey(command.body.fromBook, command.body.dispatch);
  if (command.kind !== 'reversal') return undefined;
  const { entry } = command.evidence;
  if (entry?.type === 'funds.dispatched') return settlementKey(book, entry.data.id);
  return entry?.type === 'funds.received' ? settlementKey(entry.data.fromBook, entry.data.dispatch) : undefined;
}
