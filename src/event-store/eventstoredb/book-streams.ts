import {
  type AppendExpectedRevision,
  BACKWARDS,
  binaryEvent,
  END,
  ErrorType,
  EventStoreDBClient,
  type Filter,
  FORWARDS,
  isCommandError,
  NO_STREAM,
  type Position,
  START,
  STREAM_NAME,
} from '@eventstore/db-client';
import type { StreamEvent, StreamMetadata } from './stream-event.js';

/** An event as it was read from a book's stream. */
export interface RecordedEvent {
  seq: number;
  canonical: string;
  metadata: unknown;
}

/** An event of any book, and where it stands among all events of the server. */
export interface HeardEvent {
  book: string;
  seq: number;
  position: Position;
}

interface Looked {
  read: number;
  last: Position | undefined;
  events: HeardEvent[];
}

export interface Hearing {
  heard(event: HeardEvent): void;
  /** The subscription has looked at everything up to here. */
  reached(position: Position): void;
  ended(error: unknown): void;
}

/** The stream has moved on: nothing was appended. */
export class StreamConflict extends Error {
  override readonly name = 'StreamConflict';
}

const PREFIX = 'book-';
/** No division has this code. */
const NO_BOOK = '000000';
const ANSWER_WITHIN_MS = 10_000;
/** The client is given a little longer to say itself what went wrong. */
const GRACE = 1.5;
/** Of any events, books' or not; then the subscription tells how far it has come. */
const SEARCH_WINDOW = 32;

/**
 * EventStoreDB as the books use it: a stream `book-<code>` each, whose revision is the seq. It knows bytes and their order,
 * and nothing of what they mean. Errors of its calls are those of the client, but for the one named; an append that ends in
 * one of the client's may have been made, or may still be.
 */
export class BookStreams {
  private readonly client: EventStoreDBClient;

  /**
   * @param url `esdb://…`, as the settings checked it
   * @param answerWithinMs what a call may take, and for how long a stream of answers may be silent
   */
  constructor(
    url: string,
    private readonly answerWithinMs = ANSWER_WITHIN_MS,
  ) {
    this.client = EventStoreDBClient.connectionString(url);
    // Asked whether the server takes batches over one long call, the client 6.2.1 waits for ever where the server does not
    // answer; and those batches fail outside of any promise when their connection breaks. One call an append has a deadline.
    Object.assign(this.client, { supports: async () => false });
  }

  async close(): Promise<void> {
    await this.client.dispose();
    // That ended the calls alone; the connection would be kept for ever.
    // biome-ignore lint/complexity/useLiteralKeys: the client shows its channel to its own kind only, and has no other way to close it.
    await this.client['getChannel']().then(
      (channel) => channel.close(),
      () => undefined,
    );
  }

  async answers(): Promise<boolean> {
    return this.head(NO_BOOK).then(
      () => true,
      () => false,
    );
  }

  /** All or none. Error: StreamConflict. */
  async append(book: string, expectedRevision: number, events: readonly StreamEvent[]): Promise<void> {
    const messages = events.map(({ id, type, canonical, metadata }) =>
      binaryEvent({ id, type, data: Buffer.from(canonical), metadata: Buffer.from(JSON.stringify(metadata)) }),
    );
    const expected: AppendExpectedRevision = expectedRevision < 0 ? NO_STREAM : BigInt(expectedRevision);
    const options = { expectedRevision: expected, deadline: this.answerWithinMs, requiresLeader: true };
    try {
      const { success } = await within(
        this.answerWithinMs * GRACE,
        this.client.appendToStream(PREFIX + book, messages, options),
      );
      if (!success) throw new StreamConflict(`stream ${PREFIX}${book} has moved on from ${expectedRevision}`);
    } catch (error) {
      throw named(error, book);
    }
  }

  /** In order of seq, from `from` on, at most `limit`; none where there is no such stream. */
  async read(book: string, from: number, limit: number): Promise<RecordedEvent[]> {
    const stream = this.client.readStream(PREFIX + book, {
      direction: FORWARDS,
      fromRevision: BigInt(from),
      maxCount: limit,
      requiresLeader: true,
    });
    try {
      const events: RecordedEvent[] = [];
      await this.each(stream, ({ event }) => {
        if (event !== undefined) events.push(recorded(event));
      });
      return events;
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  /** Seq of the last event, -1 where there is none. */
  async head(book: string): Promise<number> {
    const options = { direction: BACKWARDS, fromRevision: END, maxCount: 1, requiresLeader: true } as const;
    try {
      let head = -1;
      await this.each(this.client.readStream(PREFIX + book, options), ({ event }) => {
        head = Number(event?.revision ?? -1);
      });
      return head;
    } catch (error) {
      if (isMissing(error)) return -1;
      throw error;
    }
  }

  /** Where the server's log of all events ends; nothing where it is empty. */
  async end(): Promise<Position | undefined> {
    let end: Position | undefined;
    await this.each(
      this.client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 }),
      ({ event, link }) => {
        end = (link ?? event)?.position;
      },
    );
    return end;
  }

  /** What stands after a position, of any stream: how many it read, how far it came, and the books' events among them. */
  async after(position: Position | undefined, limit: number): Promise<Looked> {
    const found: Looked = { read: 0, last: position, events: [] };
    // The event at the position comes first again.
    const all = this.client.readAll({ direction: FORWARDS, fromPosition: position ?? START, maxCount: limit + 1 });
    await this.each(all, ({ event, link }) => {
      const one = link ?? event;
      if (one?.position === undefined || one.position.commit <= (position?.commit ?? -1n)) return;
      found.read += 1;
      found.last = one.position;
      if (one.streamId.startsWith(PREFIX)) found.events.push(heardEvent(one.streamId, one.revision, one.position));
    });
    return found;
  }

  /** Reads a stream of answers to its end. The client gives it no deadline, so silence ends it. */
  private async each<T>(answers: Answers<T>, take: (answer: T) => void): Promise<void> {
    // An error after its end would have no listener, and end the process.
    answers.on('error', () => undefined);
    const iterator = answers[Symbol.asyncIterator]();
    try {
      for (;;) {
        const { done, value } = await within(this.answerWithinMs, iterator.next());
        if (done === true) return;
        take(value);
      }
    } catch (error) {
      // It fails where the call was never made, and then there is nothing to cancel.
      answers.cancel().catch(() => undefined);
      throw error;
    }
  }

  /** Tells of the books' events after a position as they come, in no promised time. Returns what ends it. */
  listen(from: Position | undefined, hearing: Hearing): () => void {
    const filter: Filter = {
      filterOn: STREAM_NAME,
      prefixes: [PREFIX],
      maxSearchWindow: SEARCH_WINDOW,
      checkpointInterval: 1,
      checkpointReached: (_: unknown, position: Position) => hearing.reached(position),
    };
    const subscription = this.client.subscribeToAll({ fromPosition: from ?? START, filter });
    let hasEnded = false;
    const end = (error: unknown) => {
      if (hasEnded) return;
      hasEnded = true;
      hearing.ended(error);
    };
    subscription.on('data', ({ event }) => {
      if (event?.position !== undefined && !hasEnded)
        hearing.heard(heardEvent(event.streamId, event.revision, event.position));
    });
    subscription.on('error', end);
    subscription.on('end', () => end(new Error('the server ended the subscription')));
    subscription.on('close', () => end(new Error('the subscription was closed')));
    return () => {
      hasEnded = true;
      // It fails where the call was never made, and then there is nothing to end.
      subscription.unsubscribe().catch(() => undefined);
    };
  }
}

interface ClientEvent {
  revision: bigint;
  data: unknown;
  metadata?: unknown;
}

function recorded({ revision, data, metadata }: ClientEvent): RecordedEvent {
  // JSON that others put in is no event of ours; what it lacks is found where it is looked at.
  const canonical = data instanceof Uint8Array ? Buffer.from(data).toString('utf8') : JSON.stringify(data);
  return { seq: Number(revision), canonical, metadata };
}

function heardEvent(streamId: string, revision: bigint, position: Position): HeardEvent {
  return { book: streamId.slice(PREFIX.length), seq: Number(revision), position };
}

/** Undefined where it is no metadata of ours. */
export function asMetadata(value: unknown): StreamMetadata | undefined {
  if (typeof value !== 'object' || value === null || !('requestHash' in value)) return undefined;
  const { requestHash, seal } = value as Partial<Record<keyof StreamMetadata, unknown>>;
  if (typeof requestHash !== 'string' || Buffer.from(requestHash, 'base64').length !== 32) return undefined;
  if (seal === undefined) return { requestHash };
  const { size, note } = (seal ?? {}) as Partial<Record<'size' | 'note', unknown>>;
  return typeof size === 'number' && typeof note === 'string' ? { requestHash, seal: { size, note } } : undefined;
}

type Answers<T> = AsyncIterable<T> & {
  on(event: 'error', listener: () => void): unknown;
  cancel(): Promise<void>;
};

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`EventStoreDB does not answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && isCommandError(error) && error.type === ErrorType.STREAM_NOT_FOUND;
}

function named(error: unknown, book: string): unknown {
  if (!(error instanceof Error) || !isCommandError(error)) return error;
  if (error.type === ErrorType.WRONG_EXPECTED_VERSION)
    return new StreamConflict(`stream ${PREFIX}${book} has moved on: ${error.message}`, { cause: error });
  if (error.type !== ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED) return error;
  return new Error('EventStoreDB takes less at once than EVENTSTORE_MAX_APPEND says', { cause: error });
}
