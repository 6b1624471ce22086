import { isUtf8 } from 'node:buffer';
import type { Checkpoint } from '../../log/checkpoint.js';
import { parseVerifier, type Verifier } from '../../log/note.js';
import { PlainError } from '../../plain-error.js';
import { BookAudit, type Part, type Whole } from '../book-audit.js';
import { utf8 } from '../byte-text.js';
import { Different, shown } from '../difference.js';
import type { FoundNotice } from '../disclosure/notice-audit.js';
import type { PublishedKey, TileHash } from '../log-audit.js';
import type { ByteLine } from '../scanner.js';
import { type Chunk, chunksOf, LINE_FEED } from './chunks.js';
import { EntryIndex } from './entry-index.js';
import {
  type BundleHeader,
  EVENT_BEGINS,
  EVENT_RANK,
  HEADER,
  isMark,
  isRow,
  kindOf,
  LINE_BEGINS,
  MARKS,
  rankOf,
} from './lines.js';

export interface AuditOptions {
  /** Which book it is to be; the bundle's own where absent. */
  book?: string;
  /** The keys that are trusted; those that come with the book where there are none. */
  keys: Verifier[];
  since?: Checkpoint;
  /** The half that is to be judged; both where absent. */
  only?: Part;
  /** Told the size of the book, once. */
  onSize?: (size: number) => void;
  /** Told how many events more were judged. */
  onEvents?: (count: number) => void;
}

/** So many bytes are judged before anything else is done. */
const TURN = 1 << 20;

/** Audits a bundle as it is read. Errors: Different; PlainError where the file is none or cannot be read. */
export async function auditBundle(file: string, options: AuditOptions): Promise<Whole> {
  const bundle = new BundleAudit(file, options);
  try {
    let [told, read] = [0, 0];
    for (const chunk of chunksOf(file)) {
      bundle.take(chunk);
      read += chunk.to - chunk.from;
      if (read < TURN) continue;
      options.onEvents?.(bundle.size - told);
      [told, read] = [bundle.size, 0];
      // So that a signal, or what the other half found, is heard.
      await new Promise(setImmediate);
    }
    options.onEvents?.(bundle.size - told);
    return bundle.end();
  } finally {
    bundle.close();
  }
}

class BundleAudit {
  private header: BundleHeader | undefined;
  private audit: BookAudit | undefined;
  private readonly published: PublishedKey[] = [];
  private readonly verifiers: Verifier[] = [];
  private readonly entries: EntryIndex;
  private rank = 0;
  private number = 0;
  /** Bytes of the file before the chunk that is looked at. */
  private passed = 0;

  constructor(
    private readonly file: string,
    private readonly options: AuditOptions,
  ) {
    this.entries = new EntryIndex(file);
  }

  get size(): number {
    return this.audit?.size ?? 0;
  }

  take({ buffer, from, to }: Chunk): void {
    const { only } = this.options;
    // One of the halves looks at it, the one that has less to do.
    const isText = only === 'entries' || isUtf8(buffer.subarray(from, to));
    // One text, of which each line is cut out: what is kept for long has to be a text of its own.
    const text = buffer.toString('latin1', from, to);
    for (let start = from; start < to; ) {
      const end = buffer.indexOf(LINE_FEED, start);
      this.number += 1;
      if (end < 0 || end >= to) this.badLine('a line that ends', text.slice(start - from));
      if (!isText && !isUtf8(buffer.subarray(start, end))) this.badLine('UTF-8', text.slice(start - from, end - from));
      if (this.header !== undefined && begins(LINE_BEGINS, buffer, start)) this.line(text, start - from, end - from);
      else {
        const line = { bytes: buffer, from: start, to: end, text: text.slice(start - from, end - from) };
        if (this.header === undefined) this.header = this.readHeader(line.text);
        else if (begins(EVENT_BEGINS, buffer, start)) this.event(line, this.passed + start - from);
        else this.other(line.text);
      }
      start = end + 1;
    }
    this.passed += to - from;
  }

  close(): void {
    this.entries.close();
  }

  end(): Whole {
    const { header } = this;
    if (header === undefined) throw new PlainError(`${this.file} is empty.`);
    // Before what follows from the entries: a file that was cut short lacks that too.
    if (this.begun().size !== header.size)
      this.differ('size', `${header.size} entries, as the first line says`, `${this.size}`);
    if (this.options.only !== 'log') this.begun().noLineFollows();
    return this.begun().end(this.published);
  }

  /** @param at where in the file */
  private event(line: ByteLine, at: number): void {
    const { only } = this.options;
    this.enter(EVENT_RANK);
    const audit = this.begun();
    if (only !== 'log') {
      audit.noLineFollows();
      audit.entry(line);
      audit.linesFollow();
      this.entries.note(at, line.to - line.from);
    }
    if (only === 'entries') return;
    // The byte before is the end of a line that was taken.
    line.bytes[line.from - 1] = 0x00;
    audit.leaf(line.bytes.subarray(line.from - 1, line.to));
  }

  private line(text: string, from: number, to: number): void {
    this.enter(EVENT_RANK);
    if (this.options.only !== 'log') this.begun().line(text, from, to);
  }

  private badLine(expected: string, text: string): never {
    if (this.header === undefined)
      throw new PlainError(`${this.file} is no bundle: its first line should be ${expected}.`);
    return this.unreadable(expected, text);
  }

  private readHeader(text: string): BundleHeader {
    const value = parsed(text);
    if (HEADER.judge(value) !== undefined || JSON.stringify(value) !== text)
      throw new PlainError(`${this.file} is no bundle of this version: its first line is ${shown(text)}.`);
    const header = value as BundleHeader;
    const { book } = this.options;
    if (book !== undefined && book !== header.book)
      throw new PlainError(`${this.file} is a bundle of book ${header.book}, not of ${book}.`);
    this.options.onSize?.(header.size);
    return header;
  }

  private other(text: string): void {
    const { only } = this.options;
    const kind = kindOf(text);
    if (isRow(kind)) {
      this.enter(rankOf(kind));
      if (only !== 'log') this.begun().row(kind, text);
      return;
    }
    if (!isMark(kind)) this.unreadable('an event, or a line of a bundle', text);
    this.enter(rankOf(kind));
    const { part, shape } = MARKS[kind];
    // Keys are needed to begin with.
    if (only !== undefined && part !== only && kind !== 'key') return;
    const value = parsed(text);
    const misfit = value === undefined ? { path: kind, expected: 'JSON' } : shape.judge(value);
    if (misfit !== undefined) this.unreadable(`${misfit.path}: ${misfit.expected}`, text);
    if (JSON.stringify(value) !== text) this.unreadable('canonical form (RFC 8785)', text);
    this.mark(value as Mark);
  }

  private mark({ key, notice, tile, checkpoint, columns, flows, revision }: Mark): void {
    if (key !== undefined) this.readKey(key);
    else if (notice !== undefined) this.begun().notice(notice, (seq) => this.entries.read(seq));
    else if (tile !== undefined) this.begun().tileHash(tile);
    else if (checkpoint !== undefined) this.begun().checkpoint(utf8(checkpoint.note), checkpoint.previous);
    else if (columns !== undefined) this.begun().columns(columns);
    else if (flows !== undefined) this.begun().flows(flows);
    else this.differ('streams.revision', `${this.size - 1}`, shown(revision));
  }

  private readKey(key: PublishedKey): void {
    this.published.push(key);
    try {
      const verifier = parseVerifier(key.vkey);
      if (verifier.vkey === key.vkey) this.verifiers.push(verifier);
      else this.differ('key', verifier.vkey, shown(key.vkey));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.differ('key', 'a vkey', shown(key.vkey));
    }
  }

  /** Begins with the first line after the keys. */
  private begun(): BookAudit {
    if (this.audit !== undefined) return this.audit;
    const { keys, since, only } = this.options;
    const rules = {
      verifiers: keys.length > 0 ? keys : this.verifiers,
      withLeaves: false,
      onlyOwnSignature: true,
      keyStarts: this.published.flatMap(({ from }) => from ?? []),
      ...(since !== undefined && { since }),
    };
    this.audit = new BookAudit(this.header?.book ?? '', rules, only);
    return this.audit;
  }

  private enter(rank: number): void {
    if (rank < this.rank)
      this.differ(`line ${this.number}`, 'the lines of a bundle in their order', 'one out of order');
    this.rank = rank;
  }

  private unreadable(expected: string, text: string): never {
    return this.differ(`line ${this.number}`, expected, shown(text));
  }

  private differ(field: string, expected: string, found: string): never {
    const seq = this.rank > EVENT_RANK ? this.size - 1 : this.size;
    throw new Different({ book: this.header?.book ?? '', seq, field, expected, found });
  }
}

interface Mark {
  key?: PublishedKey;
  notice?: FoundNotice;
  tile?: TileHash;
  checkpoint?: { note: string; previous: number };
  columns?: unknown;
  flows?: unknown;
  revision?: unknown;
}

function begins(kind: string, buffer: Buffer, start: number): boolean {
  for (let at = 0; at < kind.length; at += 1) if (buffer[start + at] !== kind.charCodeAt(at)) return false;
  return true;
}

/** Undefined is no JSON, so it stands for what is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
