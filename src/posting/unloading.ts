import type { BookWriter } from './book-writer.js';

/** How long a book that nobody writes stays in memory, and how much all that are there may take. */
export interface MemoryLimits {
  idleMs: number;
  bytes: number;
}

/** Injection token of the limits. */
export const MEMORY_LIMITS = Symbol('MEMORY_LIMITS');

/** As measured for a county's books: docs/decisions/state-in-columns.md. */
const BYTES_OF_AN_EVENT = 200;
const BYTES_OF_A_BOOK = 50_000;

/** Books at rest that may leave memory now: those that rest for long, and beyond the limit those that rest the longest. */
export function booksToUnload(
  writers: ReadonlyMap<string, BookWriter>,
  { idleMs, bytes }: MemoryLimits,
  now: number,
): string[] {
  const atRest = [...writers].filter(([, writer]) => writer.isAtRest).sort(([, a], [, b]) => a.usedAt - b.usedAt);
  let excess = -bytes;
  for (const writer of writers.values()) excess += weight(writer);
  const leaving: string[] = [];
  for (const [book, writer] of atRest) {
    if (now - writer.usedAt < idleMs && excess <= 0) break;
    leaving.push(book);
    excess -= weight(writer);
  }
  return leaving;
}

function weight({ size }: BookWriter): number {
  return BYTES_OF_A_BOOK + size * BYTES_OF_AN_EVENT;
}
