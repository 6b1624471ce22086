import type { BookEvent } from '../../domain/event.js';
import type { EventStore } from '../../event-store/event-store.js';
import { type EntryTime, timeOf } from '../engine/cause.js';
import { chunkOf } from '../engine/past/chunks.js';
import type { RowSource, Value } from '../engine/row-source.js';
import { type Need, need, type Rows } from '../engine/view.js';
import { type Flow, flowsOf } from './flows.js';
import { fundEntries } from './fund-tables.js';

/** A flow and the entry that it is a part of. */
export interface FlowOfEntry extends Flow, EntryTime {
  /** Which of the flows of its entry it is. */
  part: number;
  type: BookEvent['type'];
  /** Seq of the entry that this flow takes back. */
  reverses: number | null;
}

/** Rows that are read at once. */
const CHUNKS_AT_ONCE = 4;
/** Events that are read at once. */
const EVENTS_AT_ONCE = 500;

export function* entryNeeds(event: BookEvent): Iterable<Need> {
  for (const fund of fundsOf(event)) yield need(fundEntries, fund, chunkOf(event.seq));
}

export function noteEntry(rows: Rows, event: BookEvent): void {
  const chunk = chunkOf(event.seq);
  for (const fund of fundsOf(event)) {
    const row = rows.find(fundEntries, [fund, chunk]);
    const seqs = row === undefined ? `${event.seq}` : `${row.seqs},${event.seq}`;
    rows.save(fundEntries, row === undefined ? { book: rows.book, fund, chunk, seqs } : Object.assign(row, { seqs }));
  }
}

function fundsOf(event: BookEvent): Iterable<string> {
  const flows = flowsOf(event);
  return flows.length === 1 ? [flows[0]?.fund ?? ''] : new Set(flows.map(({ fund }) => fund));
}

/** The entries that moved a fund, in their order. */
export async function entriesOf(rows: RowSource, fund: string): Promise<number[]> {
  const all = await rows.list(fundEntries, { where: { fund }, orderBy: ['chunk'] });
  return all.flatMap(seqsOf);
}

/** The first of them from `seq` on, at least as many as asked for where there are so many. */
export async function entriesFrom(rows: RowSource, fund: string, seq: number, atLeast: number): Promise<number[]> {
  const found: number[] = [];
  for (let after: Value[] = [chunkOf(seq) - 1]; ; ) {
    const some = await rows.list(fundEntries, { where: { fund }, orderBy: ['chunk'], after, limit: CHUNKS_AT_ONCE });
    found.push(...some.flatMap(seqsOf).filter((one) => one >= seq));
    const last = some.at(-1);
    if (last === undefined || some.length < CHUNKS_AT_ONCE || found.length >= atLeast) return found;
    after = [last.chunk];
  }
}

function seqsOf({ seqs }: { seqs: string }): number[] {
  return seqs.split(',').map(Number);
}

/** Entries of a book, in their order. */
export async function* eventsAt(store: EventStore, book: string, seqs: readonly number[]): AsyncGenerator<BookEvent> {
  const inOrder = [...new Set(seqs)].sort((a, b) => a - b);
  for (let at = 0; at < inOrder.length; at += EVENTS_AT_ONCE) {
    yield* await store.readAt(book, inOrder.slice(at, at + EVENTS_AT_ONCE));
  }
}

/** What the entry moved of a fund. */
export function flowsOfFund(event: BookEvent, fund: string): FlowOfEntry[] {
  const { type } = event;
  const reverses = event.type === 'entry.reversed' ? event.data.seq : null;
  return flowsOf(event).flatMap((flow, part) =>
    flow.fund === fund ? [{ ...flow, ...timeOf(event), part, type, reverses }] : [],
  );
}
