import type { BookEvent } from '../domain/event.js';
import { receiptTexts } from '../log/receipt-text.js';
import type { TreeEdge } from '../log/tree-edge.js';
import type { DecidedBatch } from './decide-batch.js';
import type { Recorded } from './post-entry.js';

/** Answers one caller or several, when the time has come. */
export type Answer = () => void;

/** What a poster is told of its entry; `replayed` where an earlier request made it. */
export function recorded(event: BookEvent, replayed: boolean): Recorded {
  const { book, seq, recordedAt } = event;
  const id = 'id' in event.data ? event.data.id : event.id;
  return { id, book, seq, recordedAt, replayed };
}

/** To those whose entries are in the batch and to those whom it refuses. Made while the edge of the tree is still that of the batch. */
export function answersTo(book: string, { decided, refused }: DecidedBatch, edge: TreeEdge, note: string): Answer[] {
  const leaves = decided.map(({ leaf }) => leaf);
  const isAsked = decided.some(({ pending }) => pending.wantsReceipt);
  const receipts = isAsked ? receiptTexts(book, leaves, edge, note) : [];
  const answer = () => {
    for (const [index, { pending, event }] of decided.entries())
      pending.answer(recorded(event, false), pending.wantsReceipt ? receipts[index] : undefined);
  };
  return [answer, ...refusals(refused)];
}

export function refusals(refused: DecidedBatch['refused']): Answer[] {
  return refused.map(
    ({ pending, error }) =>
      () =>
        pending.fail(error),
  );
}
