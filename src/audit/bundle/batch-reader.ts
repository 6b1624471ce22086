import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { PlainError } from '../../plain-error.js';
import { type Batch, bytesOf, LINE_FEED, newMemory } from './batch.js';

/** Far longer than any line of a bundle. */
const MOST = 1 << 26;

/** Reads a file batch by batch. Errors: PlainError. */
export class BatchReader {
  private readonly descriptor: number;
  /** What was read and has no line feed yet. */
  private held = Buffer.alloc(0);
  private passed = 0;

  constructor(private readonly file: string) {
    this.descriptor = this.told(() => openSync(file, 'r'));
    // Entries on which notices rest are read a second time.
    if (this.told(() => fstatSync(this.descriptor)).isFile()) return;
    this.close();
    throw new PlainError(`${file} 不是文件 is no file: a pipe has to be saved as one first.`);
  }

  /**
   * The next lines; nothing after the last. The last batch may end without a line feed.
   *
   * @param memory where they are put, unless a line is longer than that
   */
  next(memory: SharedArrayBuffer): Batch | undefined {
    let bytes = bytesOf(memory);
    // A line that was longer than usual may have been read with more than that behind it.
    while (this.held.length + 1 >= bytes.length) bytes = this.grown(bytes);
    let read = 1 + this.held.copy(bytes, 1);
    for (;;) {
      const more = this.told(() => readSync(this.descriptor, bytes, read, bytes.length - read, null));
      read += more;
      const end = bytes.subarray(1, read).lastIndexOf(LINE_FEED) + 2;
      const to = more === 0 ? read : end;
      if (to === 1 && more === 0) return undefined;
      if (to > 1) return this.batch(bytes, to, read);
      if (read === bytes.length) bytes = this.grown(bytes);
    }
  }

  close(): void {
    closeSync(this.descriptor);
  }

  private batch(bytes: Buffer, to: number, read: number): Batch {
    this.held = Buffer.from(bytes.subarray(to, read));
    const before = this.passed;
    this.passed += to - 1;
    return { memory: bytes.buffer as SharedArrayBuffer, to, before, noted: 0 };
  }

  private told<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw new PlainError(`${this.file} 无法读取 cannot be read: ${(error as Error).message}`, { cause: error });
    }
  }

  private grown(bytes: Buffer): Buffer {
    if (bytes.length >= MOST)
      throw new PlainError(`${this.file} 不是审计包 is no bundle: it has a line of more than ${MOST} bytes.`);
    const larger = bytesOf(newMemory(Math.min(bytes.length * 4, MOST)));
    bytes.copy(larger);
    return larger;
  }
}
