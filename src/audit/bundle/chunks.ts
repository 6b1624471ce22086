import { open } from 'node:fs/promises';
import { PlainError } from '../../plain-error.js';

/** Whole lines of a file: the bytes `from` to `to`, each line with its line feed. There is a byte before `from`. */
export interface Chunk {
  buffer: Buffer;
  from: number;
  to: number;
}

export const LINE_FEED = 0x0a;
const SIZE = 1 << 20;
/** Far longer than any line of a bundle. */
const MOST = 1 << 26;

/**
 * Reads a file many lines at a time, into the same memory again and again. The last chunk holds what comes after the last line
 * feed, where there is such; its last byte is none. Error: PlainError.
 */
export async function* chunksOf(file: string): AsyncGenerator<Chunk> {
  const handle = await open(file).catch((cause: Error) => {
    throw new PlainError(`${file} cannot be read: ${cause.message}`, { cause });
  });
  try {
    let buffer: Buffer = Buffer.allocUnsafe(SIZE);
    let held = 1;
    for (;;) {
      if (held === buffer.length) buffer = grown(buffer, file);
      const { bytesRead } = await handle.read(buffer, held, buffer.length - held).catch((cause: Error) => {
        throw new PlainError(`${file} cannot be read: ${cause.message}`, { cause });
      });
      const to = buffer.subarray(0, held + bytesRead).lastIndexOf(LINE_FEED) + 1;
      if (bytesRead === 0) break;
      held += bytesRead;
      if (to < 2) continue;
      yield { buffer, from: 1, to };
      buffer.copyWithin(1, to, held);
      held -= to - 1;
    }
    if (held > 1) yield { buffer, from: 1, to: held };
  } finally {
    await handle.close();
  }
}

function grown(buffer: Buffer, file: string): Buffer {
  if (buffer.length >= MOST) throw new PlainError(`${file} is no bundle: it has a line of more than ${MOST} bytes.`);
  const larger = Buffer.allocUnsafe(buffer.length * 4);
  buffer.copy(larger);
  return larger;
}
