import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ImpossibleHistory } from '../domain/book.js';
import type { BookCommand } from '../domain/command.js';
import type { BookEvent } from '../domain/event.js';
import type { BookState } from '../domain/state.js';
import {
  ClaimTaken,
  type EventStore,
  KeyTaken,
  parseEvent,
  type StoredEvent,
  WrongRevision,
} from '../event-store/event-store.js';
import type { BookLog, Receipt } from '../log/book-log.js';
import { decideBatch, hashRequest, type Pending, type Submission } from './decide-batch.js';
import { IdempotencyKeyReused, TryAgain } from './failures.js';
import { LoadedBook } from './loaded-book.js';
import type { Posted, Request } from './post-entry.js';

/** Bounds one transaction; a queue is rarely as long, since the next batch gathers while this one is made durable. */
const MAX_BATCH = 256;
const MAX_QUEUE = 20_000;
const MAX_ATTEMPTS = 8;
/** After a conflict the book is written under a lock for a while: another process is writing it too. */
const CONTENDED_FOR_MS = 10_000;
/** A book that rested for longer may have been written elsewhere; it catches up before it decides. */
const FRESH_FOR_MS = 250;
const RETRY_FIRST_MS = 50;

interface Inspection {
  look(state: BookState): void;
  fail(error: unknown): void;
}

interface Outcome {
  appended: number;
  answers: (() => void)[];
  /** To be decided once more. */
  again: Pending[];
}

const CANNOT_RECORD = 'The entry could not be recorded now. Send the same request again with the same key.';

/**
 * The one writer of one book in this process. It drains its queue into a batch, decides each command on the state as it
 * stands, appends all events of the batch in one transaction, and then answers each caller. A refused command is answered
 * alone and spoils no other.
 */
export class BookWriter {
  private queue: Pending[] = [];
  private inspections: Inspection[] = [];
  private draining: Promise<void> | undefined;
  private loaded: LoadedBook | undefined;
  private freshUntil = 0;
  private contendedUntil = 0;

  constructor(
    private readonly book: string,
    private readonly store: EventStore,
    private readonly log: BookLog,
    /** Looks up again what a command needs from outside the book. */
    private readonly prepare: (request: Request) => Promise<BookCommand>,
    private readonly onAppended: (book: string, events: number) => void,
  ) {}

  /** Errors: Refusal, IdempotencyKeyReused, TryAgain. */
  post(submission: Submission): Promise<Posted> {
    if (this.queue.length >= MAX_QUEUE)
      return Promise.reject(new TryAgain(`Book ${this.book} has too many entries waiting.`));
    return new Promise((answer, fail) => {
      this.queue.push({
        ...submission,
        requestHash: hashRequest(submission.request),
        eventId: randomUUID(),
        isNew: false,
        answer,
        fail,
      });
      this.start();
    });
  }

  /** Reads from the state as it stands in the store now. */
  inspect<T>(look: (state: BookState) => T): Promise<T> {
    return new Promise((answer, fail) => {
      this.inspections.push({ look: (state) => answer(look(state)), fail });
      this.start();
    });
  }

  /** At rest, and without a single entry. */
  get isEmpty(): boolean {
    return this.draining === undefined && this.queue.length === 0 && (this.loaded?.state.nextSeq ?? 0) === 0;
  }

  /** Resolves once everything that was posted is answered. */
  async settled(): Promise<void> {
    await this.draining;
  }

  private start(): void {
    this.draining ??= this.drain().finally(() => {
      this.draining = undefined;
      if (this.queue.length > 0 || this.inspections.length > 0) this.start();
    });
  }

  private async drain(): Promise<void> {
    while (this.queue.length > 0 || this.inspections.length > 0) {
      // One turn of the event loop, so that the requests that are being read now join this batch.
      await new Promise(setImmediate);
      if (this.inspections.length > 0) await this.answerInspections(this.inspections.splice(0));
      if (this.queue.length > 0) await this.write(this.queue.splice(0, MAX_BATCH));
    }
  }

  private async answerInspections(inspections: Inspection[]): Promise<void> {
    try {
      const { state } = await this.upToDate(this.store, true);
      for (const { look } of inspections) look(state);
    } catch (error) {
      this.drop();
      for (const { fail } of inspections) fail(error);
    }
  }

  /** Writes a batch, again where another process was faster or where the outcome is unknown, up to a bound. */
  private async write(batch: Pending[]): Promise<void> {
    let waiting = batch;
    let lastError: unknown;
    let isOutdated = false;
    for (let attempt = 1; attempt <= MAX_ATTEMPTS && waiting.length > 0; attempt += 1) {
      try {
        if (isOutdated) await this.prepareAgain(waiting);
        isOutdated = false;
        const { appended, answers, again } = await this.attempt(waiting);
        if (appended > 0) this.onAppended(this.book, appended);
        // What did not fit into one append follows in the next: that is progress, of which there is no bound.
        if (appended > 0) attempt = 0;
        for (const answer of answers) answer();
        waiting = again;
      } catch (error) {
        this.drop();
        lastError = error;
        if (error instanceof ImpossibleHistory) break;
        if (error instanceof ClaimTaken) isOutdated = true;
        else if (error instanceof WrongRevision || error instanceof KeyTaken)
          this.contendedUntil = Date.now() + CONTENDED_FOR_MS;
        else await sleep(RETRY_FIRST_MS * 2 ** attempt);
      }
    }
    if (waiting.length === 0) return;
    const failure =
      lastError instanceof ImpossibleHistory ? lastError : new TryAgain(CANNOT_RECORD, { cause: lastError });
    for (const pending of waiting) pending.fail(failure);
  }

  private attempt(batch: Pending[]): Promise<Outcome> {
    if (Date.now() >= this.contendedUntil) return this.attemptOn(this.store, batch, false);
    return this.store.exclusively(this.book, (store) => this.attemptOn(store, batch, true));
  }

  /** Nothing is answered here: what `exclusively` appends is durable only after it returned. */
  private async attemptOn(store: EventStore, batch: Pending[], isContended: boolean): Promise<Outcome> {
    const loaded = await this.upToDate(store, isContended);
    const { decided, tileHashes, refused, known, repeated, postponed } = decideBatch(
      this.book,
      loaded,
      batch,
      store.maxBatchBytes,
    );
    const answers = refused.map(
      ({ pending, error }) =>
        () =>
          pending.fail(error),
    );
    const [first] = decided;
    if (first !== undefined) {
      const seal = await this.log.seal(this.book, loaded.edge, tileHashes);
      await store.append(this.book, first.seq - 1, decided, seal);
      for (const { pending, leaf, event } of decided) {
        const receipt = this.log.receiptAtEdge(this.book, event.seq, leaf, loaded.edge, seal.note);
        answers.push(() => pending.answer(posted(event, receipt, false)));
      }
      this.freshUntil = Date.now() + FRESH_FOR_MS;
    } else if (refused.length > 0) {
      // Nothing was appended, so nothing has shown yet that these refusals stand on the latest state.
      const decidedOn = loaded.state.nextSeq;
      await loaded.catchUp(store);
      if (loaded.state.nextSeq !== decidedOn) return { appended: 0, answers: [], again: batch };
    }
    const undecided = await this.answerKnown(store, known, answers);
    return { appended: decided.length, answers, again: [...undecided, ...repeated, ...postponed] };
  }

  /** Those whose key the book may already hold: answered as the first time, or decided after all. */
  private async answerKnown(store: EventStore, known: Pending[], answers: Outcome['answers']): Promise<Pending[]> {
    if (known.length === 0) return [];
    const keys = known.map(({ key }) => key);
    const stored = await store.findByCommands(this.book, keys);
    const found = new Map<string, StoredEvent>(stored.map((event) => [event.command, event]));
    const again: Pending[] = [];
    for (const pending of known) {
      const first = found.get(pending.key);
      if (first === undefined) {
        pending.isNew = true;
        again.push(pending);
      } else if (first.requestHash === pending.requestHash) {
        const event = parseEvent(first);
        const receipt = await this.log.firstReceipt(this.book, event.seq, first.canonical);
        answers.push(() => pending.answer(posted(event, receipt, event.id !== pending.eventId)));
      } else {
        answers.push(() => pending.fail(new IdempotencyKeyReused(pending.key)));
      }
    }
    return again;
  }

  private async upToDate(store: EventStore, mustCatchUp: boolean): Promise<LoadedBook> {
    const isFresh = this.loaded !== undefined && !mustCatchUp && Date.now() < this.freshUntil;
    this.loaded ??= new LoadedBook(this.book, this.log);
    if (!isFresh) await this.loaded.catchUp(store);
    return this.loaded;
  }

  private async prepareAgain(waiting: Pending[]): Promise<void> {
    for (const pending of waiting) pending.command = await this.prepare(pending.request);
  }

  /** The state holds entries that were not appended, or may have been: it is read again from the store. */
  private drop(): void {
    this.loaded = undefined;
  }
}

function posted(event: BookEvent, receipt: Receipt, replayed: boolean): Posted {
  const { book, seq, recordedAt } = event;
  const id = 'id' in event.data ? event.data.id : event.id;
  return { id, book, seq, recordedAt, receipt, replayed };
}
