import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { Readable, type Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { PlainError } from '../plain-error.js';

/**
 * Writes a file that is there whole or not at all: under another name first. Error: PlainError.
 *
 * @param mode who may read it, where that is not for the caller's umask to say
 */
export async function writeWhole(
  file: string,
  write: (stream: Writable) => Promise<void>,
  mode?: number,
): Promise<void> {
  const part = `${file}.part`;
  // One that was left there would keep its own mode.
  await removeFile(part);
  const stream = createWriteStream(part, { flush: true, ...(mode !== undefined && { mode }) });
  // What is wrong with the file shows here, also where the writer waits for something else meanwhile.
  const closed = finished(stream);
  try {
    await Promise.all([write(stream), closed]);
    await rename(part, file);
  } catch (error) {
    stream.destroy();
    await rm(part, { force: true });
    throw unwritable(file, error);
  }
}

/** Where it is there. Error: PlainError. */
export async function removeFile(file: string): Promise<void> {
  try {
    await rm(file, { force: true });
  } catch (error) {
    throw unwritable(file, error);
  }
}

/** A folder, with those above it, unless it is there. Error: PlainError. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw unwritable(folder, error);
  }
}

/** Whatever else went wrong stays as it is. */
function unwritable(path: string, error: unknown): unknown {
  const { syscall, message } = error as NodeJS.ErrnoException;
  return syscall === undefined
    ? error
    : new PlainError(`${path} 无法写入 cannot be written: ${message}`, { cause: error });
}

/** To the file, or where none is named to standard output, whose reader may leave early (`| head`). */
export async function writeText(file: string | undefined, parts: AsyncIterable<string>): Promise<void> {
  if (file !== undefined) return writeWhole(file, (stream) => pipeline(Readable.from(parts), stream));
  try {
    await pipeline(Readable.from(parts), process.stdout, { end: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}
