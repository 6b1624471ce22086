import { type EventStore, parseEvent, type StoredEvent } from '../event-store/event-store.js';
import type { BookLog } from '../log/book-log.js';
import { receiptText } from '../log/receipt-text.js';
import { type Answer, recorded } from './answers.js';
import { IdempotencyKeyReused } from './failures.js';
import type { LoadedBook } from './loaded-book.js';
import type { Pending } from './pending.js';

export interface Known {
  /** Those whose key the book does not hold, in their order. */
  fresh: Pending[];
  answers: Answer[];
  /** Those whose key stands for another request. */
  reused: { pending: Pending; error: IdempotencyKeyReused }[];
}

/** Those whose key the book already holds are answered as the first time; the others stay, in their order. */
export async function answerKnown(
  store: EventStore,
  log: BookLog,
  { book, keys }: Pick<LoadedBook, 'book' | 'keys'>,
  batch: Pending[],
): Promise<Known> {
  const known: Known = { fresh: batch, answers: [], reused: [] };
  const asked = batch.filter(({ key, isNew }) => !isNew && keys.mayHold(key));
  if (asked.length === 0) return known;
  const stored = await store.findByCommands(
    book,
    asked.map(({ key }) => key),
  );
  const found = new Map<string, StoredEvent>(stored.map((event) => [event.command, event]));
  for (const pending of asked) {
    const first = found.get(pending.key);
    if (first === undefined) {
      pending.isNew = true;
    } else if (first.requestHash === pending.requestHash) {
      const event = parseEvent(first);
      const receipt = pending.wantsReceipt
        ? receiptText(await log.firstReceipt(book, event.seq, first.canonical))
        : undefined;
      known.answers.push(() => pending.answer(recorded(event, event.id !== pending.eventId), receipt));
    } else {
      known.reused.push({ pending, error: new IdempotencyKeyReused(pending.key) });
    }
  }
  known.fresh = batch.filter(({ key, isNew }) => isNew || !found.has(key));
  return known;
}
