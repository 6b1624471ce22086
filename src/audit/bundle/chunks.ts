import { closeSync, openSync, readSync } from 'node:fs';
import { PlainError } from '../../plain-error.js';

/** Whole lines of a file: the bytes `from` to `to`, each line with its line feed. There is a byte before `from`. */
export interface Chunk {
  buffer: Buffer;
  from: number;
  to: number;
}

export const LINE_FEED = 0x0a;
/** A text of so many bytes is still among what V8 soon forgets; a longer one it keeps longer. */
const SIZE = 1 << 16;
/** Far longer than any line of a bundle. */
const MOST = 1 << 26;

/**
 * Reads a file many lines at a time, into the same memory again and again. The last chunk holds what comes after the last line
 * feed, where there is such; its last byte is none. Error: PlainError.
 */
export function* chunksOf(file: string): Generator<Chunk> {
  const descriptor = told(file, () => openSync(file, 'r'));
  try {
    let buffer: Buffer = Buffer.allocUnsafe(SIZE);
    let held = 1;
    for (;;) {
      if (held === buffer.length) buffer = grown(buffer, file);
      const bytesRead = told(file, () => readSync(descriptor, buffer, held, buffer.length - held, null));
      if (bytesRead === 0) break;
      held += bytesRead;
      const to = buffer.subarray(0, held).lastIndexOf(LINE_FEED) + 1;
      if (to < 2) continue;
      yield { buffer, from: 1, to };
      buffer.copyWithin(1, to, held);
      held -= to - 1;
    }
    if (held > 1) yield { buffer, from: 1, to: held };
  } finally {
    closeSync(descriptor);
  }
}

function told<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new PlainError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

function grown(buffer: Buffer, file: string): Buffer {
  if (buffer.length >= MOST) throw new PlainError(`${file} is no bundle: it has a line of more than ${MOST} bytes.`);
  const larger = Buffer.allocUnsafe(buffer.length * 4);
  buffer.copy(larger);
  return larger;
}
