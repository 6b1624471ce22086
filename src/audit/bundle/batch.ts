import type { Tape } from '../tape.js';

/**
 * Whole lines of a bundle, each with its line feed, and what a scan noted of them, in one block of memory that goes from thread to
 * thread: first the bytes, of which the one before the lines is nobody's, then as many numbers. One thread has it at a time, though it
 * is shared: memory that is moved V8 counts as new each time it comes, and collects for it.
 */
export interface Batch {
  memory: SharedArrayBuffer;
  /** The lines are the bytes from 1 to here. */
  to: number;
  /** Bytes of the file before them. */
  before: number;
  /** How many numbers were noted. */
  noted: number;
}

export const LINE_FEED = 0x0a;
/** A text of so many bytes is still among what V8 soon forgets; a longer one it keeps longer. A shorter one costs more messages. */
const SIZE = 1 << 17;
const NUMBER = Int32Array.BYTES_PER_ELEMENT;

export function newMemory(size = SIZE): SharedArrayBuffer {
  return new SharedArrayBuffer(size * (1 + NUMBER));
}

/** The same memory for another batch, unless it was made for a line that is longer than most. */
export function usual(memory: SharedArrayBuffer): SharedArrayBuffer {
  return memory.byteLength > SIZE * (1 + NUMBER) ? newMemory() : memory;
}

export function bytesOf(memory: SharedArrayBuffer): Buffer {
  return Buffer.from(memory, 0, memory.byteLength / (1 + NUMBER));
}

export function tapeOf(memory: SharedArrayBuffer): Tape {
  return { numbers: new Int32Array(memory, memory.byteLength / (1 + NUMBER)), at: 0 };
}
