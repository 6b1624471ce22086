import type { BookEvent, EventType } from '../../domain/event.js';
import { ofLast } from './of-last.js';

/** What kind of entry the postings of an event come from: its own type, or for a reversal that of the entry it cancels. */
export function causeOf(event: BookEvent): EventType {
  return event.type === 'entry.reversed' ? event.data.type : event.type;
}

/** `standing`, or `reversed` by a later entry. */
export type Status = 'standing' | 'reversed';
export const STATUSES: readonly Status[] = ['standing', 'reversed'];

/** When an entry was recorded, and from when it counts. */
export interface EntryTime {
  seq: number;
  effectiveDate: string;
  recordedAt: Date;
}

export const timeOf = ofLast(({ seq, effectiveDate, recordedAt }: BookEvent): EntryTime => {
  if (instant.text !== recordedAt) instant = { text: recordedAt, date: new Date(recordedAt) };
  return { seq, effectiveDate, recordedAt: instant.date };
});

/** Entries of one append have the same. */
let instant = { text: '', date: new Date(0) };

/** A step of a history that is kept as JSON in its row; a reversed step stays in it, marked. */
export interface HistoryStep {
  seq: number;
  effectiveDate: string;
  recordedAt: string;
  documents: string[];
  reversedBy?: number;
}

export function stepOf({ seq, effectiveDate, recordedAt, documents }: BookEvent): HistoryStep {
  return { seq, effectiveDate, recordedAt, documents };
}

export function markReversed<Step extends HistoryStep>(history: Step[], seq: number, reversedBy: number): Step[] {
  return history.map((step) => (step.seq === seq ? { ...step, reversedBy } : step));
}

/** The last step that stands. */
export function standing<Step extends HistoryStep>(history: Step[]): Step | undefined {
  return history.findLast(({ reversedBy }) => reversedBy === undefined);
}
