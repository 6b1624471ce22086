/**
 * The tables of a view keep how their rows stood after the last entry of every chunk. Part of what is stored: whoever
 * changes it has all views built anew (a migration that empties them).
 */
export const CHUNK = 1_000;

/** Counted from 0. */
export function chunkOf(seq: number): number {
  return Math.floor(seq / CHUNK);
}

/** The last entry, up to `seq` itself, with which a chunk ends; -1 where none has ended yet. */
export function lastBoundary(seq: number, chunk: number): number {
  return Math.floor((seq + 1) / chunk) * chunk - 1;
}

/** How many entries its chunk still takes from `seq` on, `seq` among them. */
export function leftInChunk(seq: number, chunk: number): number {
  return chunk - (seq % chunk);
}
