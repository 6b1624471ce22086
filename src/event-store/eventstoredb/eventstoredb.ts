import type { Pool } from 'pg';
import { inTransaction } from '../../database/in-transaction.js';
import { LogStore } from '../../log/log-store.js';
import {
  type Claim,
  EventStore,
  KeyTaken,
  type NewEvent,
  type Seal,
  type StoredEvent,
  WrongRevision,
} from '../event-store.js';
import { MissingEvent } from '../read-book.js';
import { asMetadata, BookStreams, type RecordedEvent, StreamConflict } from './book-streams.js';
import { eachAtOnce } from './each-at-once.js';
import { Mender } from './mender.js';
import { ClaimPending, claimsOf, type PendingAppend, PendingClaims } from './pending-claims.js';
import { SealedIndex } from './sealed-index.js';
import { type StreamEvent, streamEvents } from './stream-event.js';

export interface EventStoreDBOptions {
  url: string;
  /** What the server takes in one append. */
  maxAppendBytes: number;
  /** For the work of the store. */
  pool: Pool;
  /** For the locks of `exclusively`, which are held while the other pool works. */
  locks: Pool;
  /** What a call to the server may take. */
  answerWithinMs?: number;
  /** Public keys whose signatures count beside those that the database knows. */
  trusted?: readonly string[];
}

/** For what the server reckons to an append beside its events: the checkpoint, and the frame of the call. */
const RESERVED_BYTES = 8 * 1024;
const LOOKUPS_AT_ONCE = 16;
const RESERVE_ATTEMPTS = 5;

/**
 * Events in EventStoreDB, a stream for each book; the log, the index, claims and revisions in PostgreSQL. An append goes into the
 * stream first, together with what was signed over it, and then into PostgreSQL, by which it becomes an entry of the book:
 * whoever reads here sees nothing that is not sealed. What a crash left between the two, the Mender seals.
 */
export class EventStoreDBEventStore extends EventStore {
  readonly maxBatchBytes: number;
  readonly streams: BookStreams;
  readonly mender: Mender;
  private readonly index: SealedIndex;
  private readonly pending: PendingClaims;
  private readonly log: LogStore;
  private readonly locks: Pool;
  /** Revisions as they were last seen; they only grow. */
  private readonly seen = new Map<string, number>();

  constructor({ url, maxAppendBytes, pool, locks, answerWithinMs, trusted = [] }: EventStoreDBOptions) {
    super();
    this.maxBatchBytes = maxAppendBytes - RESERVED_BYTES;
    this.streams = new BookStreams(url, answerWithinMs);
    this.index = new SealedIndex(pool);
    this.pending = new PendingClaims(pool);
    this.log = new LogStore(pool);
    this.locks = locks;
    this.mender = new Mender(this.streams, this.index, this.log, this, trusted);
  }

  async close(): Promise<void> {
    await this.streams.close();
  }

  async append(book: string, expectedRevision: number, events: NewEvent[], seal: Seal): Promise<void> {
    if (expectedRevision === -1) await this.index.open(book);
    await this.checkSealable(book, expectedRevision, events);
    const batch = streamEvents(events, seal);
    await this.reserve(book, expectedRevision, events, batch);
    try {
      await this.streams.append(book, expectedRevision, batch);
    } catch (error) {
      if (!(error instanceof StreamConflict)) throw error;
      await this.mender.mendAfterGrace(book);
      throw new WrongRevision(error.message);
    }
    const isSealed = await this.index.seal({ book, expectedRevision, events, seal });
    // Else another process has found the batch in the stream and sealed it, by the very same signature.
    if (!isSealed && (await this.log.covering(book, seal.size - 1))?.note !== seal.note)
      throw new WrongRevision(`book ${book} has moved on from ${expectedRevision}`);
  }

  async read(book: string, from: number, limit: number): Promise<StoredEvent[]> {
    let sealed = this.seen.get(book) ?? -1;
    if (sealed < from + limit - 1) sealed = await this.revision(book);
    const count = Math.min(limit, sealed - from + 1);
    if (count <= 0) return [];
    const events = await this.streams.read(book, from, count);
    // A stream that was truncated gives what it still has from there on, which are other events.
    const lacking = events.findIndex(({ seq }, index) => seq !== from + index);
    const found = lacking < 0 ? events.length : lacking;
    if (found < count)
      throw new MissingEvent(`EventStoreDB lacks event ${from + found} of book ${book}, which was sealed`);
    return events.map(stored);
  }

  async findByCommands(book: string, commands: string[]): Promise<(StoredEvent & { command: string })[]> {
    if (commands.length === 0) return [];
    let found = await this.index.find(book, commands);
    // None of them may be in the stream, though nobody has sealed it yet.
    if (found.length < commands.length && (await this.isBehind(book))) {
      await this.mender.mendAfterGrace(book);
      found = await this.index.find(book, commands);
    }
    const events: (StoredEvent & { command: string })[] = [];
    await eachAtOnce(found, LOOKUPS_AT_ONCE, async ({ seq, command }) => {
      for (const event of await this.read(book, seq, 1)) events.push({ ...event, command });
    });
    return events;
  }

  async findClaims(keys: string[]): Promise<Claim[]> {
    for (const pending of await this.pending.of(keys)) await this.bringToItsEnd(pending);
    return this.index.claims(keys);
  }

  async revision(book: string): Promise<number> {
    const revision = await this.index.revision(book);
    this.seen.set(book, Math.max(revision, this.seen.get(book) ?? -1));
    return revision;
  }

  revisionAsOf(book: string, instant: Date): Promise<number> {
    return this.index.revisionAsOf(book, instant);
  }

  async revisions(): Promise<Map<string, number>> {
    return new Map([...(await this.index.revisions())].filter(([, revision]) => revision >= 0));
  }

  exclusively<T>(book: string, work: (store: EventStore) => Promise<T>): Promise<T> {
    return inTransaction(this.locks, async (client) => {
      await client.query(`select pg_advisory_xact_lock(hashtextextended('book:' || $1, 0))`, [book]);
      return work(this);
    });
  }

  /** A stream takes anything and gives nothing back, so what could not be sealed must not come into it. Error: KeyTaken. */
  private async checkSealable(book: string, expectedRevision: number, events: NewEvent[]): Promise<void> {
    if (events.some(({ seq }, index) => seq !== expectedRevision + 1 + index))
      throw new RangeError(`the events do not follow entry ${expectedRevision} of book ${book}`);
    const commands = events.map(({ event }) => event.command);
    const [taken] = await this.index.find(book, commands);
    if (taken !== undefined || new Set(commands).size < commands.length)
      throw new KeyTaken(`book ${book} would have two entries under one key`);
  }

  /** Errors: ClaimTaken; WrongRevision where the claims of the batch are about to be taken again and again. */
  private async reserve(
    book: string,
    expectedRevision: number,
    events: NewEvent[],
    batch: StreamEvent[],
  ): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.pending.reserve(book, expectedRevision, events, batch);
      } catch (error) {
        if (!(error instanceof ClaimPending)) throw error;
        if (attempt === RESERVE_ATTEMPTS) throw new WrongRevision(`the claims of a batch of ${book} are contended`);
        for (const pending of await this.pending.of(claimsOf(events))) await this.bringToItsEnd(pending);
      }
    }
  }

  /**
   * An append that was written down is made by whoever finds it, as its own process would make it: the same events under the
   * same ids, which the stream takes once. Then its book has moved on, by it or by another append, and it is decided.
   */
  private async bringToItsEnd({ book, expectedRevision, events }: PendingAppend): Promise<void> {
    try {
      await this.streams.append(book, expectedRevision, events);
    } catch (error) {
      if (!(error instanceof StreamConflict)) throw error;
    }
    await this.mender.mend(book);
    await this.pending.forgetDecided(book);
  }

  private async isBehind(book: string): Promise<boolean> {
    const [head, revision] = await Promise.all([this.streams.head(book), this.index.revision(book)]);
    return revision < head;
  }
}

function stored({ seq, canonical, metadata }: RecordedEvent): StoredEvent {
  const { requestHash = '' } = asMetadata(metadata) ?? {};
  return { seq, canonical, requestHash };
}
