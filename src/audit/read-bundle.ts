import { createReadStream } from 'node:fs';
import canonicalize from 'canonicalize';
import type { Checkpoint } from '../log/checkpoint.js';
import { parseVerifier, type Verifier } from '../log/note.js';
import { PlainError } from '../plain-error.js';
import type { PublishedAsset } from './asset-register.js';
import { BookAudit, type Part, type Whole } from './book-audit.js';
import { type BundleHeader, EVENT_BEGINS, EVENT_RANK, HEADER, LINES } from './bundle-lines.js';
import { Different, shown } from './difference.js';
import type { PublishedBalance } from './event-audit.js';
import type { TileHash } from './log-audit.js';

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

/** Audits a bundle as it is read. Errors: Different; PlainError where the file is none or cannot be read. */
export async function auditBundle(file: string, options: AuditOptions): Promise<Whole> {
  const bundle = new BundleAudit(file, options);
  try {
    for await (const lines of linesOf(file)) {
      const before = bundle.size;
      for (const line of lines) bundle.line(line);
      options.onEvents?.(bundle.size - before);
    }
  } catch (error) {
    if (error instanceof BadLine) bundle.badLine(error.expected, error.text);
    if (isSystemError(error)) throw new PlainError(`${file} cannot be read: ${error.message}`, { cause: error });
    throw error;
  }
  return bundle.end();
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return typeof error === 'object' && error !== null && 'syscall' in error;
}

class BundleAudit {
  private header: BundleHeader | undefined;
  private audit: BookAudit | undefined;
  private readonly published: Verifier[] = [];
  private readonly balances: PublishedBalance[] = [];
  private readonly assets: PublishedAsset[] = [];
  private rank = 0;
  private number = 0;

  constructor(
    private readonly file: string,
    private readonly options: AuditOptions,
  ) {}

  get size(): number {
    return this.audit?.size ?? 0;
  }

  line(text: string): void {
    this.number += 1;
    if (this.header === undefined) {
      this.header = this.readHeader(text);
    } else if (text.startsWith(EVENT_BEGINS)) {
      this.enter(EVENT_RANK, text);
      this.begun().event(text);
    } else {
      this.other(text);
    }
  }

  end(): Whole {
    const { header } = this;
    if (header === undefined) throw new PlainError(`${this.file} is empty.`);
    const audit = this.begun();
    const whole = audit.end({ balances: this.balances, assets: this.assets });
    if (whole.size !== header.size)
      this.differ('size', `${whole.size}, as many as there are entries`, `${header.size}`);
    if (this.options.only === 'entries') return whole;
    const idle = this.published.find(({ vkey }) => !whole.signers.includes(vkey));
    if (idle !== undefined) this.differ('key', 'keys that signed a checkpoint of the book', idle.vkey);
    return whole;
  }

  /** The line after those that were taken. */
  badLine(expected: string, text: string): never {
    if (this.header === undefined)
      throw new PlainError(`${this.file} is no bundle: its first line is not ${expected}.`);
    this.number += 1;
    return this.unreadable(expected, text);
  }

  private readHeader(text: string): BundleHeader {
    const value = parsed(text);
    const misfit = HEADER(value);
    if (misfit !== undefined || canonicalize(value) !== text)
      throw new PlainError(`${this.file} is no bundle of this version: its first line is ${shown(text)}.`);
    const header = value as BundleHeader;
    const { book } = this.options;
    if (book !== undefined && book !== header.book)
      throw new PlainError(`${this.file} is a bundle of book ${header.book}, not of ${book}.`);
    this.options.onSize?.(header.size);
    return header;
  }

  private other(text: string): void {
    const value = parsed(text);
    const [kind = ''] = typeof value === 'object' && value !== null ? Object.keys(value) : [];
    const line = Object.hasOwn(LINES, kind) ? LINES[kind] : undefined;
    if (line === undefined || value === undefined) this.unreadable('an event, or a line of a bundle', text);
    const misfit = line.shape(value);
    if (misfit !== undefined) this.unreadable(`${misfit.path}: ${misfit.expected}`, text);
    if (canonicalize(value) !== text) this.unreadable('canonical form (RFC 8785)', text);
    this.enter(line.rank, text);
    this.take(value as OtherLine);
  }

  private take(line: OtherLine): void {
    if (line.key !== undefined) this.published.push(this.readKey(line.key));
    else if (line.tile !== undefined) this.begun().tileHash(line.tile);
    else if (line.checkpoint !== undefined) this.begun().checkpoint(line.checkpoint);
    else if (line.balance !== undefined) this.balances.push(line.balance);
    else if (line.asset !== undefined) this.assets.push(line.asset);
  }

  private readKey(text: string): Verifier {
    try {
      const verifier = parseVerifier(text);
      if (verifier.vkey === text) return verifier;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
    return this.differ('key', 'a vkey', text);
  }

  /** Begins with the first line after the keys. */
  private begun(): BookAudit {
    const { keys, since, only } = this.options;
    const verifiers = keys.length > 0 ? keys : this.published;
    const rules = { verifiers, withLeaves: false, onlyOwnSignature: true, ...(since !== undefined && { since }) };
    this.audit ??= new BookAudit(this.header?.book ?? '', rules, only);
    return this.audit;
  }

  private enter(rank: number, text: string): void {
    if (rank < this.rank) this.unreadable('the lines of a bundle in their order', text);
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

interface OtherLine {
  key?: string;
  tile?: TileHash;
  checkpoint?: string;
  balance?: PublishedBalance;
  asset?: PublishedAsset;
}

/** Undefined is no JSON, so it stands for what is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A line that cannot be read; all before it were yielded. */
class BadLine extends Error {
  constructor(
    readonly expected: string,
    readonly text: string,
  ) {
    super(`not ${expected}`);
  }
}

const LINE_FEED = 0x0a;

/** The lines of a file, many at a time. Bytes that are no UTF-8 would be hashed as others, so they are a BadLine. */
async function* linesOf(file: string): AsyncGenerator<string[]> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const read of createReadStream(file, { highWaterMark: 1 << 18 })) {
    const chunk = read as Buffer;
    const end = chunk.lastIndexOf(LINE_FEED);
    if (end >= 0) yield* decoded(Buffer.concat([rest, chunk.subarray(0, end)]));
    rest = end >= 0 ? chunk.subarray(end + 1) : Buffer.concat([rest, chunk]);
  }
  if (rest.length > 0) throw new BadLine('a line that ends', rest.toString());
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function* decoded(lines: Buffer): Generator<string[]> {
  const text = decode(lines);
  if (text !== undefined) return yield text.split('\n');
  for (let from = 0; from <= lines.length; ) {
    const feed = lines.indexOf(LINE_FEED, from);
    const line = lines.subarray(from, feed < 0 ? lines.length : feed);
    const alone = decode(line);
    if (alone === undefined) throw new BadLine('UTF-8', line.toString());
    yield [alone];
    from += line.length + 1;
  }
}

function decode(bytes: Buffer): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}
