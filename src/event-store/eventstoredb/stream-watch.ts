import { setTimeout as sleep } from 'node:timers/promises';
import type { Position } from '@eventstore/db-client';
import type { BookStreams, HeardEvent } from './book-streams.js';
import type { Mender } from './mender.js';

export interface StreamWatchOptions {
  streams: BookStreams;
  mender: Mender;
  /** Revisions of the sealed entries. */
  revisions(): Promise<ReadonlyMap<string, number>>;
  /** New entries of a book are sealed. */
  advanced(book: string): void;
  log(message: string, facts: Record<string, unknown>): void;
  /** How often it looks whether the subscription has fallen silent. */
  checkEveryMs?: number;
  /** Whoever appended has this long to seal it. */
  sealWithinMs?: number;
}

const CHECK_EVERY_MS = 10_000;
const SEAL_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 50;
/** What was just appended is given this long to come. */
const LATE_MS = 2_000;
const CHECK_PAGE = 500;
const RETRY_FIRST_MS = 1_000;
const RETRY_LAST_MS = 30_000;

/**
 * Hears from EventStoreDB which books grow, in this process or another, and tells once it is sealed. What nobody seals in time it
 * seals itself. Subscriptions break, are dropped, or stay silent without a word, so it connects again from where it was, and
 * holds how far it has come against the end of the server's log. Nothing is taken as complete because of it: whoever follows asks too.
 */
export class StreamWatch {
  /** Highest seq of each book that was heard of and is not known to be sealed, and since when. */
  private readonly unsealed = new Map<string, { seq: number; since: number }>();
  private position: Position | undefined;
  private endSubscription: () => void = () => undefined;
  private isStopping = false;
  private subscriptions = 0;
  private retryMs = RETRY_FIRST_MS;
  private running: Promise<unknown> | undefined;
  private readonly stopping = new AbortController();
  private heardAnything: () => void = () => undefined;

  constructor(private readonly options: StreamWatchOptions) {}

  start(): void {
    this.running ??= Promise.all([this.subscribe(), this.followSeals(), this.checkSilence()]);
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    this.stopping.abort();
    this.endSubscription();
    this.heardAnything();
    await this.running;
  }

  /** One subscription after the other; each begins where the one before it had come to. */
  private async subscribe(): Promise<void> {
    while (!this.isStopping) {
      const error = await this.oneSubscription();
      if (this.isStopping) return;
      this.options.log('the subscription to EventStoreDB ended; connecting again', { error: messageOf(error) });
      await this.pause(this.retryMs);
      this.retryMs = Math.min(this.retryMs * 2, RETRY_LAST_MS);
    }
  }

  private async oneSubscription(): Promise<unknown> {
    try {
      // From a place that is known, so that what comes while it is made is not lost.
      this.position ??= await this.options.streams.end();
    } catch (error) {
      return error;
    }
    return new Promise((ended) => {
      const end = this.options.streams.listen(this.position, {
        heard: (event) => this.hear(event),
        reached: (position) => this.moveTo(position),
        ended,
      });
      this.subscriptions += 1;
      this.endSubscription = () => {
        end();
        ended(new Error('it had fallen silent'));
      };
      if (this.isStopping) this.endSubscription();
    });
  }

  private hear({ book, seq, position }: HeardEvent): void {
    this.moveTo(position);
    this.note(book, seq);
  }

  private moveTo(position: Position): void {
    this.retryMs = RETRY_FIRST_MS;
    if (this.position === undefined || position.commit > this.position.commit) this.position = position;
  }

  private note(book: string, seq: number): void {
    const before = this.unsealed.get(book);
    this.unsealed.set(book, { seq: Math.max(seq, before?.seq ?? -1), since: before?.since ?? Date.now() });
    this.heardAnything();
  }

  /** Tells of books once what was heard of them is sealed. */
  private async followSeals(): Promise<void> {
    while (!this.isStopping) {
      if (this.unsealed.size === 0) {
        await new Promise<void>((resolve) => {
          this.heardAnything = resolve;
          if (this.isStopping || this.unsealed.size > 0) resolve();
        });
      }
      try {
        await this.lookAtSeals();
        await this.pause(LOOK_EVERY_MS);
      } catch (error) {
        this.options.log('what EventStoreDB told of cannot be looked at now', { error: messageOf(error) });
        await this.pause(RETRY_FIRST_MS);
      }
    }
  }

  private async lookAtSeals(): Promise<void> {
    if (this.unsealed.size === 0) return;
    const { sealWithinMs = SEAL_WITHIN_MS } = this.options;
    const revisions = await this.options.revisions();
    for (const [book, heard] of [...this.unsealed]) {
      let revision = revisions.get(book) ?? -1;
      if (revision < heard.seq && Date.now() - heard.since > sealWithinMs) revision = await this.mend(book, heard.seq);
      if (revision < (this.unsealed.get(book)?.seq ?? -1)) continue;
      this.unsealed.delete(book);
      this.options.advanced(book);
    }
  }

  /** Seq of what is sealed then; as if all were where it cannot be, so that it is told once and not without end. */
  private async mend(book: string, heardSeq: number): Promise<number> {
    try {
      return await this.options.mender.mend(book);
    } catch (error) {
      this.options.log('a stream cannot be sealed', { book, error: messageOf(error) });
      return heardSeq;
    }
  }

  private async checkSilence(): Promise<void> {
    await this.sweep();
    while (!this.isStopping) {
      await this.pause(this.options.checkEveryMs ?? CHECK_EVERY_MS);
      if (this.isStopping) return;
      try {
        await this.checkOnce();
      } catch (error) {
        this.options.log('the end of EventStoreDB cannot be looked at now', { error: messageOf(error) });
      }
    }
  }

  /** What was left unsealed while nobody listened. */
  private async sweep(): Promise<void> {
    try {
      for (const { book, message } of await this.options.mender.mendAll())
        this.options.log('a stream cannot be sealed', { book, error: message });
    } catch (error) {
      this.options.log('the streams cannot be looked at now', { error: messageOf(error) });
    }
  }

  /** Looks for a book's event that the subscription should have brought; if there is one, it is brought and a new one begun. */
  private async checkOnce(): Promise<void> {
    for (;;) {
      const { position, subscriptions } = this;
      if (subscriptions === 0) return;
      const { read, last, events } = await this.options.streams.after(position, CHECK_PAGE);
      const [first] = events;
      if (first !== undefined) {
        await this.pause(LATE_MS);
        const hasCome = this.position !== undefined && this.position.commit >= first.position.commit;
        if (hasCome || subscriptions !== this.subscriptions || this.isStopping) return;
        this.options.log('the subscription to EventStoreDB fell silent; connecting again', {
          book: first.book,
          seq: first.seq,
        });
        for (const event of events) this.hear(event);
        this.endSubscription();
        return;
      }
      if (last !== undefined) this.moveTo(last);
      if (read < CHECK_PAGE) return;
    }
  }

  private async pause(ms: number): Promise<void> {
    // Ended early by the stop, which is no failure.
    await sleep(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
