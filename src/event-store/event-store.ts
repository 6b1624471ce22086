import type { BookEvent } from '../domain/event.js';
import { leafHash } from '../log/hash.js';
import type { TileHash } from '../log/tree-edge.js';

/** An event as it is kept: its canonical bytes (RFC 8785, UTF-8) are what is hashed and served, never serialised again. */
export interface StoredEvent {
  seq: number;
  canonical: string;
  /** SHA-256, in base64, of the request that made it: tells a retry from another request under the same key. */
  requestHash: string;
}

/** An event about to be appended: the parsed form beside its bytes. */
export interface NewEvent extends Pick<StoredEvent, 'seq' | 'requestHash'> {
  canonical: Buffer;
  event: BookEvent;
}

/** What a book's log gains by a batch; kept in the same transaction as its events. */
export interface Seal {
  /** Size of the log after the batch, and the signed checkpoint of that size. */
  size: number;
  note: string;
  tileHashes: TileHash[];
}

export interface Claim {
  key: string;
  book: string;
  seq: number;
}

/** Another process appended first: reload the tail and decide again. */
export class WrongRevision extends Error {
  override readonly name = 'WrongRevision';
}

/** The book already has an entry under one of these idempotency keys. */
export class KeyTaken extends Error {
  override readonly name = 'KeyTaken';
}

/** A claim that the event takes is held by another entry. */
export class ClaimTaken extends Error {
  override readonly name = 'ClaimTaken';

  constructor(readonly key: string) {
    super(`the claim ${key} is taken`);
  }
}

/**
 * Where the events of all books are. There is no order between books.
 *
 * `append` is atomic: all of the events or none. Any other error than the three above leaves the outcome unknown; the
 * caller resolves it by reading back the idempotency keys.
 */
export abstract class EventStore {
  /** The most that the events of one append may weigh together; see `weightOf`. */
  abstract readonly maxBatchBytes: number;
  /** Events must follow one another; the first has seq `expectedRevision + 1`. Errors: WrongRevision, KeyTaken, ClaimTaken. */
  abstract append(book: string, expectedRevision: number, events: NewEvent[], seal: Seal): Promise<void>;
  /** In order of seq, from `from` on, at most `limit`. */
  abstract read(book: string, from: number, limit: number): Promise<StoredEvent[]>;
  /** The events of several places, each from `from` on, in order of seq and at most `limit` of them. */
  async readEach(places: readonly { book: string; from: number }[], limit: number): Promise<BookEvent[][]> {
    const found: BookEvent[][] = [];
    for (const { book, from } of places) found.push((await this.read(book, from, limit)).map(parseEvent));
    return found;
  }
  /** Those of the seqs, which are in order, as far as they are there; a store that cannot pick them reads what lies between near ones. */
  async readAt(book: string, seqs: readonly number[]): Promise<BookEvent[]> {
    const found: BookEvent[] = [];
    for (let index = 0; index < seqs.length; ) {
      const from = seqs[index] ?? 0;
      const near = seqs.slice(index).filter((seq) => seq < from + READ_AT_ONCE);
      const wanted = new Set(near);
      const stored = await this.read(book, from, (near.at(-1) ?? from) - from + 1);
      found.push(...stored.filter(({ seq }) => wanted.has(seq)).map(parseEvent));
      index += near.length;
    }
    return found;
  }
  /** Of the events `from` to `last` those whose effective date is not after the day (`YYYY-MM-DD`), at most `limit`. */
  async readEffective(book: string, from: number, last: number, day: string, limit: number): Promise<StoredEvent[]> {
    const found: StoredEvent[] = [];
    for (let seq = from; seq <= last && found.length < limit; ) {
      const page = await this.read(book, seq, Math.min(limit, last - seq + 1));
      if (page.length === 0) break;
      found.push(...page.filter((stored) => parseEvent(stored).effectiveDate <= day));
      seq += page.length;
    }
    return found.slice(0, limit);
  }
  /** RFC 6962 leaf hashes of the events from `from` on, one after another; of at most `limit`. */
  async leafHashes(book: string, from: number, limit: number): Promise<Buffer> {
    const stored = await this.read(book, from, limit);
    return Buffer.concat(stored.map(({ canonical }) => leafHash(canonical)));
  }
  abstract findByCommands(book: string, commands: string[]): Promise<(StoredEvent & { command: string })[]>;
  abstract findClaims(keys: string[]): Promise<Claim[]>;
  /** Seq of the last event, -1 for an empty or unknown book. */
  abstract revision(book: string): Promise<number>;
  /** Seq of the last event recorded at or before the instant, -1 where there is none. */
  abstract revisionAsOf(book: string, instant: Date): Promise<number>;
  /** Revisions of all books, by division code. */
  abstract revisions(): Promise<Map<string, number>>;
  /** Resolves when an append that comes now would be under way at once, where those of several books share a statement. */
  async untilFree(): Promise<void> {}
  /**
   * Runs the work while no other process does the same for this book; what it appends is durable once this returns. A
   * courtesy that spares conflicts, not what keeps the book whole: that is the expected revision of `append`.
   */
  abstract exclusively<T>(book: string, work: (store: EventStore) => Promise<T>): Promise<T>;
}

/** Of a store that reads ranges alone. */
const READ_AT_ONCE = 500;

/** Beside its canonical bytes an event is kept with its type, the hash of its request and its place, in fewer bytes than this. */
const OVERHEAD_BYTES = 256;

export function weightOf(canonical: Uint8Array): number {
  return canonical.length + OVERHEAD_BYTES;
}

export function parseEvent(stored: Pick<StoredEvent, 'canonical'>): BookEvent {
  return JSON.parse(stored.canonical) as BookEvent;
}
