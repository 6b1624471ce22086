import type { BookEvent } from '../../domain/event.js';
import { PlainError } from '../../plain-error.js';
import { Numbers } from '../numbers.js';

/** Loaded when it is needed, which is where a book has notices: to import it compiles a good part of Node. */
const fs = () => process.getBuiltinModule('node:fs');

/** Where the entries of a bundle stand in its file, so that those on which a notice rests can be read again. */
export class EntryIndex {
  private readonly starts = new Numbers();
  private readonly lengths = new Numbers();
  private descriptor: number | undefined;

  constructor(private readonly file: string) {}

  /** The next entry, in bytes from the beginning of the file. */
  note(start: number, length: number): void {
    this.starts.push(start);
    this.lengths.push(length);
  }

  /** An entry that was judged to be right, its texts byte for byte. Error: PlainError. */
  read(seq: number): BookEvent | undefined {
    const [start, length] = [this.starts.at(seq), this.lengths.at(seq)];
    if (start === undefined || length === undefined) return undefined;
    const bytes = Buffer.alloc(length);
    try {
      const { openSync, readSync } = fs();
      this.descriptor ??= openSync(this.file, 'r');
      readSync(this.descriptor, bytes, 0, length, start);
      return JSON.parse(bytes.toString('latin1')) as BookEvent;
    } catch (error) {
      throw new PlainError(`${this.file} 无法再次读取 cannot be read a second time: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }

  close(): void {
    if (this.descriptor !== undefined) fs().closeSync(this.descriptor);
    this.descriptor = undefined;
  }
}
