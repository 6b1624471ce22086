import type { BookEvent } from '../domain/event.js';

/** What the table of events repeats of an entry beside its bytes, so that it can be looked up. */
export function copiedColumns({ command, effectiveDate, id, recordedAt, type }: BookEvent): object {
  return { command, effectiveDate, id, recordedAt, type };
}
