import type { EntryTime, Status } from './cause.js';

/** The entry that made a thing. */
export interface EntryItem {
  seq: number;
  /** `YYYY-MM-DD`. */
  effectiveDate: string;
  /** UTC with milliseconds. */
  recordedAt: string;
}

/** What every thing that an entry made says of that entry. */
export interface MadeItem {
  entry: EntryItem;
  status: Status;
  /** Seq of the entry that reversed it, null while it stands. */
  reversedBy: number | null;
}

export function entryOf({ seq, effectiveDate, recordedAt }: EntryTime): EntryItem {
  return { seq, effectiveDate, recordedAt: recordedAt.toISOString() };
}

export function madeOf(row: EntryTime & { status: Status; reversedBy?: number | null }): MadeItem {
  return { entry: entryOf(row), status: row.status, reversedBy: row.reversedBy ?? null };
}
