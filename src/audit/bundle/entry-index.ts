import { closeSync, openSync, readSync } from 'node:fs';
import type { BookEvent } from '../../domain/event.js';

/** Where the entries of a bundle stand in its file, so that those on which a notice rests can be read again. */
export class EntryIndex {
  private readonly starts: number[] = [];
  private readonly lengths: number[] = [];
  private descriptor: number | undefined;

  constructor(private readonly file: string) {}

  /** The next entry, in bytes from the beginning of the file. */
  note(start: number, length: number): void {
    this.starts.push(start);
    this.lengths.push(length);
  }

  /** An entry that was judged to be right, its texts byte for byte. */
  read(seq: number): BookEvent | undefined {
    const [start, length] = [this.starts[seq], this.lengths[seq]];
    if (start === undefined || length === undefined) return undefined;
    this.descriptor ??= openSync(this.file, 'r');
    const bytes = Buffer.alloc(length);
    readSync(this.descriptor, bytes, 0, length, start);
    return JSON.parse(bytes.toString('latin1')) as BookEvent;
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }
}
