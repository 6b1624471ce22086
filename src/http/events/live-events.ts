import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Appended } from '../../event-store/appended.js';
import { EventStore } from '../../event-store/event-store.js';
import { EVENTS_A_PIECE, readPages } from '../../event-store/read-book.js';
import { TokenVerifier } from '../access/token-verifier.js';
import { isStillAllowed } from '../access.js';
import { BooksReader } from '../books-reader.js';
import { HttpProblem, invalidRequest } from '../problems/problem.js';
import { mustBe } from '../validation/allowed.js';
import type { EventsQuery } from './events-query.js';
import { conditionsOf } from './events-reader.js';

/** What another process appends is found by asking. */
const ASK_EVERY_MS = 1_000;
/** Proxies take a connection for dead on which nothing comes for a minute. */
const HEARTBEAT_MS = 15_000;
const STILL_HERE = ': still here\n\n';
const RECONNECT_AFTER_MS = 2_000;
/** Each asks the database once a second. */
const MOST_TAILS = 200;

/** Whether the request wants events as they come. */
export function isForTail({ method, headers }: FastifyRequest): boolean {
  return method === 'GET' && /(?:^|,)\s*text\/event-stream\s*(?:;|,|$)/i.test(headers.accept ?? '');
}

/** What a client that lost its connection asks for, by the id of the last event it got. Error: invalid_request. */
export function resumeAfter({ headers }: FastifyRequest, query: EventsQuery): EventsQuery {
  const last = headers['last-event-id'];
  if (last === undefined || last === '') return query;
  if (typeof last !== 'string' || !/^\d{1,15}$/.test(last))
    throw invalidRequest([
      { field: 'Last-Event-ID', message: mustBe({ zh: '记录的序号', en: 'the seq of an entry' }) },
    ]);
  return { ...query, from: Number(last) + 1 };
}

/** Streams of events that go on as books grow. They end with the token that they were asked with, and with the service. */
@Injectable()
export class LiveEvents implements BeforeApplicationShutdown {
  /** Not readonly, so that a test need not wait for it. */
  heartbeatMs = HEARTBEAT_MS;
  private readonly tails = new Set<AbortController>();
  private isStopping = false;

  constructor(
    private readonly store: EventStore,
    private readonly books: BooksReader,
    private readonly appended: Appended,
    private readonly tokens: TokenVerifier,
  ) {}

  /** Before the server waits for its open answers, among which these would never end. */
  beforeApplicationShutdown(): void {
    this.isStopping = true;
    for (const tail of this.tails) tail.abort();
  }

  /**
   * @param answer ends the tail when it closes: whoever left would else be waited for until the next event or heartbeat
   *
   * Errors: Refusal `book_unknown`; HttpProblem `try_again` where there are too many, or the service stops.
   */
  async tail(
    book: string,
    query: EventsQuery,
    authorization: string | undefined,
    answer: ServerResponse,
  ): Promise<Readable> {
    await this.books.revision(book);
    if (this.isStopping || this.tails.size >= MOST_TAILS) throw new HttpProblem('try_again');
    const tail = new AbortController();
    if (answer.closed) tail.abort();
    else this.tails.add(tail);
    answer.once('close', () => {
      this.tails.delete(tail);
      tail.abort();
    });
    return Readable.from(this.events(book, query, tail.signal, authorization), { objectMode: false });
  }

  private async *events(
    book: string,
    query: EventsQuery,
    signal: AbortSignal,
    authorization: string | undefined,
  ): AsyncGenerator<string> {
    let seq = query.from;
    let left = query.limit ?? Number.POSITIVE_INFINITY;
    const isWanted = conditionsOf(query) ?? (() => true);
    let ring: () => void = () => undefined;
    const unsubscribe = this.appended.subscribe((grown) => {
      if (grown === book) ring();
    });
    try {
      // Something at once, so that the client sees that it is connected.
      yield `retry: ${RECONNECT_AFTER_MS}\n\n`;
      const last = { beatMs: Date.now() };
      while (!signal.aborted) {
        // Listened for from before the question on, so that nothing falls between.
        const grown = new Promise<void>((resolve) => (ring = resolve));
        for await (const page of readPages(this.store, book, seq, await this.store.revision(book), EVENTS_A_PIECE)) {
          const wanted = page.filter(isWanted).slice(0, left);
          seq += page.length;
          left -= wanted.length;
          if (wanted.length > 0) yield wanted.map((event) => `id: ${event.seq}\ndata: ${event.canonical}\n\n`).join('');
          if (left <= 0 || signal.aborted) return;
          // Of a long book nothing may be wanted.
          if (this.isBeatDue(last)) {
            if (!(await isStillAllowed(this.tokens, authorization))) return;
            yield STILL_HERE;
          }
        }
        await rest(ASK_EVERY_MS, grown, signal);
        if (!this.isBeatDue(last)) continue;
        if (!(await isStillAllowed(this.tokens, authorization))) return;
        yield STILL_HERE;
      }
    } finally {
      unsubscribe();
    }
  }

  private isBeatDue(last: { beatMs: number }): boolean {
    const now = Date.now();
    if (now - last.beatMs < this.heartbeatMs) return false;
    last.beatMs = now;
    return true;
  }
}

/** Until the time is over, or one of the two comes before. */
function rest(ms: number, woken: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    void woken.then(done);
  });
}
