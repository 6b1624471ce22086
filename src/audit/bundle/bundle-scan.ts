import { isUtf8 } from 'node:buffer';
import type { Checkpoint } from '../../log/checkpoint.js';
import { parseVerifier, type Verifier } from '../../log/note.js';
import { parsedJson } from '../../parsed-json.js';
import { PlainError } from '../../plain-error.js';
import { utf8 } from '../byte-text.js';
import { type Difference, Different, differenceOf, shown } from '../difference.js';
import { EventScan } from '../event-reader.js';
import { LogAudit, type LogFound, type PublishedKey } from '../log-audit.js';
import type { Tape } from '../tape.js';
import { type Batch, bytesOf, LINE_FEED, tapeOf } from './batch.js';
import {
  type BundleHeader,
  EVENT_BEGINS,
  EVENT_RANK,
  HEADER,
  ITEM,
  LINE_BEGINS,
  LineKinds,
  type LogMark,
} from './lines.js';

export interface ScanOptions {
  /** Which book it is to be; the bundle's own where absent. */
  book?: string;
  /** The keys that are trusted; those that come with the book where there are none. */
  keys: Verifier[];
  since?: Checkpoint;
  /** Told the size of the book, once. */
  onSize?: (size: number) => void;
}

/** Until so much of a book was read whoever waits leaves the processor to V8, which has much to compile. */
const EARLIEST = 0.75;

/**
 * Judges of a bundle what each line says by itself, and the log: the order of the lines, the shape of each event, hashes and
 * signatures. What is judged by what came before it is noted for whoever does that (`EntriesJudge`).
 */
export class BundleScan {
  /** What is wrong with a line; none after it was looked at. */
  difference: Difference | undefined;
  logDifference: Difference | undefined;
  private readonly kinds = new LineKinds();
  private readonly events = new EventScan();
  private header: BundleHeader | undefined;
  private log: LogAudit | undefined;
  private readonly published: PublishedKey[] = [];
  private readonly verifiers: Verifier[] = [];
  private rank = 0;
  /** Of the line that is looked at. */
  private number = 0;
  /** Entries so far. */
  private size = 0;
  private tape: Tape = { numbers: new Int32Array(0), at: 0 };

  constructor(
    private readonly file: string,
    private readonly options: ScanOptions,
  ) {}

  /** Notes what stands in the next lines. False where none after them is to be looked at. Error: PlainError. */
  take(batch: Batch): boolean {
    this.tape = tapeOf(batch.memory);
    try {
      return this.lines(bytesOf(batch.memory), batch.to);
    } catch (error) {
      this.difference = differenceOf(error);
      return false;
    } finally {
      batch.noted = this.tape.at;
    }
  }

  /** After the last line. False where no more is to be said of the entries. Error: PlainError. */
  isWhole(): boolean {
    const { header } = this;
    if (header === undefined) throw new PlainError(`${this.file} 是空的 is empty.`);
    try {
      // Before what follows from the entries: a file that was cut short lacks that too.
      if (this.size !== header.size)
        this.differ('size', `${header.size} entries, as the first line says`, `${this.size}`);
    } catch (error) {
      this.difference = differenceOf(error);
    }
    return this.difference === undefined;
  }

  /**
   * Proves a signature while there is nothing better to do; false where none is to be proven yet.
   */
  proveEarly(): boolean {
    return this.size > (this.header?.size ?? 0) * EARLIEST && this.proveNext();
  }

  /**
   * The other signatures come last of all, while the entries are still judged.
   *
   * @param isEnd whether the last line was taken
   */
  async endLog(isEnd: boolean): Promise<LogFound | undefined> {
    while (this.proveNext());
    return isEnd ? this.inLog((log) => log.end(this.published)) : undefined;
  }

  /** What is wrong with a signature is the first that is wrong with the log. */
  private proveNext(): boolean {
    try {
      return this.log?.proveNext() ?? false;
    } catch (error) {
      this.logDifference = differenceOf(error);
      return false;
    }
  }

  private lines(bytes: Buffer, to: number): boolean {
    const isText = isUtf8(bytes.subarray(1, to));
    for (let start = 1; start < to; ) {
      const end = bytes.indexOf(LINE_FEED, start);
      this.number += 1;
      if (end < 0 || end >= to) this.badLine('a line that ends', bytes.toString('latin1', start, to));
      if (!isText && !isUtf8(bytes.subarray(start, end))) this.badLine('UTF-8', bytes.toString('latin1', start, end));
      if (this.header === undefined) this.readHeader(bytes, start, end);
      else if (begins(LINE_BEGINS, bytes, start)) this.line(start, end);
      else if (begins(EVENT_BEGINS, bytes, start)) {
        if (this.isSettled()) return false;
        this.event(bytes, start, end);
      } else this.other(bytes, start, end);
      start = end + 1;
    }
    return true;
  }

  /** Nothing from the next entry on comes before what is wrong with the log. */
  private isSettled(): boolean {
    return this.logDifference !== undefined && (this.logDifference.seq ?? -1) < this.size;
  }

  private event(bytes: Buffer, from: number, to: number): void {
    this.enter(EVENT_RANK);
    const begins = this.tape.at;
    this.tape.numbers[begins] = ITEM.event;
    this.tape.at += 1;
    const misfit = this.events.note({ bytes, from, to }, this.tape);
    if (misfit !== undefined) {
      // It is not for anybody else to look at.
      this.tape.at = begins;
      this.differ(misfit.path, misfit.expected, misfit.found);
    }
    this.size += 1;
    // The byte before is the end of a line that was taken.
    bytes[from - 1] = 0x00;
    this.inLog((log) => log.leaf(bytes.subarray(from - 1, to)));
  }

  private line(from: number, to: number): void {
    this.enter(EVENT_RANK);
    this.note(ITEM.line, from, to);
  }

  private badLine(expected: string, text: string): never {
    if (this.header === undefined)
      throw new PlainError(`${this.file} 不是审计包 is no bundle: its first line should be ${expected}.`);
    return this.unreadable(expected, text);
  }

  private readHeader(bytes: Buffer, from: number, to: number): void {
    const text = bytes.toString('latin1', from, to);
    const value = parsedJson(text);
    if (HEADER.judge(value) !== undefined || JSON.stringify(value) !== text)
      throw new PlainError(
        `${this.file} 不是此版本的审计包,请用写出它的版本验证 is no bundle of this version, verify it with the release that wrote it: its first line is ${shown(text)}.`,
      );
    const header = value as BundleHeader;
    const { book, onSize } = this.options;
    if (book !== undefined && book !== header.book)
      throw new PlainError(
        `${this.file} 是账套 ${header.book} 的审计包,不是 ${book} 的 is a bundle of book ${header.book}, not of ${book}.`,
      );
    this.header = header;
    this.note(ITEM.header, from, to);
    onSize?.(header.size);
  }

  private other(bytes: Buffer, from: number, to: number): void {
    const kind = this.kinds.of(bytes, from, to);
    if (kind?.row !== undefined) {
      this.enter(kind.rank);
      this.note(ITEM.row + kind.row, from, to);
      return;
    }
    const text = bytes.toString('latin1', from, to);
    if (kind === undefined) this.unreadable('an event, or a line of a bundle', text);
    this.enter(kind.rank);
    const value = parsedJson(text);
    const misfit = value === undefined ? { path: kind.name, expected: 'JSON' } : kind.shape.judge(value);
    if (misfit !== undefined) this.unreadable(`${misfit.path}: ${misfit.expected}`, text);
    if (JSON.stringify(value) !== text) this.unreadable('canonical form (RFC 8785)', text);
    if (kind.part === 'entries') this.note(ITEM.mark, from, to);
    else this.mark(value as LogMark);
  }

  private mark({ key, tile, checkpoint, revision }: LogMark): void {
    if (key !== undefined) this.readKey(key);
    else if (tile !== undefined) this.inLog((log) => log.tileHash(tile));
    else if (checkpoint !== undefined)
      this.inLog((log) => log.checkpointNow(utf8(checkpoint.note), checkpoint.previous));
    else this.differ('streams.revision', `${this.size - 1}`, shown(revision));
  }

  private readKey(key: PublishedKey): void {
    this.published.push(key);
    try {
      const verifier = parseVerifier(key.vkey);
      if (verifier.vkey === key.vkey) this.verifiers.push(verifier);
      else this.differ('key', shown(verifier.vkey), shown(key.vkey));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.differ('key', 'a vkey', shown(key.vkey));
    }
  }

  /** Nothing more is asked of a log in which something is wrong; the lines go on, since an entry may say more of what it is. */
  private inLog<T>(ask: (log: LogAudit) => T): T | undefined {
    if (this.logDifference !== undefined) return undefined;
    try {
      this.log ??= this.newLog();
      return ask(this.log);
    } catch (error) {
      this.logDifference = differenceOf(error);
      return undefined;
    }
  }

  /** Begins with the first line after the keys. */
  private newLog(): LogAudit {
    const { keys, since } = this.options;
    return new LogAudit(this.header?.book ?? '', {
      verifiers: keys.length > 0 ? keys : this.verifiers,
      withLeaves: false,
      onlyOwnSignature: true,
      keyStarts: this.published.flatMap(({ from }) => from ?? []),
      ...(since !== undefined && { since }),
    });
  }

  private enter(rank: number): void {
    if (rank < this.rank)
      this.differ(`line ${this.number}`, 'the lines of a bundle in their order', 'one out of order');
    this.rank = rank;
  }

  private note(item: number, from: number, to: number): void {
    const { numbers, at } = this.tape;
    numbers[at] = item;
    numbers[at + 1] = from;
    numbers[at + 2] = to;
    this.tape.at = at + 3;
  }

  private unreadable(expected: string, text: string): never {
    return this.differ(`line ${this.number}`, expected, shown(text));
  }

  private differ(field: string, expected: string, found: string): never {
    const seq = this.rank > EVENT_RANK ? this.size - 1 : this.size;
    throw new Different({ book: this.header?.book ?? '', seq, field, expected, found });
  }
}

function begins(kind: string, buffer: Buffer, start: number): boolean {
  for (let at = 0; at < kind.length; at += 1) if (buffer[start + at] !== kind.charCodeAt(at)) return false;
  return true;
}
