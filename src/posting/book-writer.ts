import { setTimeout as sleep } from 'node:timers/promises';
import { ImpossibleHistory } from '../domain/book.js';
import type { BookCommand } from '../domain/command.js';
import type { BookState } from '../domain/state.js';
import { ClaimTaken, type EventStore, KeyTaken, WrongRevision } from '../event-store/event-store.js';
import type { BookLog } from '../log/book-log.js';
import { answerKnown, recorded } from './answer-known.js';
import { type DecidedBatch, decideBatch, type Pending, type Submission } from './decide-batch.js';
import { NotInOneAppend, TryAgain } from './failures.js';
import { LoadedBook } from './loaded-book.js';
import { type EntryOutcome, group, one, several, type Waiting } from './pending.js';
import type { Posted } from './post-entry.js';
import type { BookSnapshots } from './snapshots/snapshots.js';

/** Bounds one transaction; also what can be recorded all or none. */
export const MAX_BATCH = 512;
const MAX_QUEUE = 20_000;
const MAX_ATTEMPTS = 8;
/** The book is written under a lock for so long after another process was seen to write it too. */
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
 * alone and spoils no other. A group that is to be recorded all or none is a batch by itself.
 */
export class BookWriter {
  private queue: Pending[] = [];
  private inspections: Inspection[] = [];
  private draining: Promise<void> | undefined;
  private loaded: LoadedBook | undefined;
  private lastUsedAt = Date.now();
  private freshUntil = 0;
  private contendedUntil = 0;
  private turns = 0;
  private holders = 0;

  constructor(
    private readonly book: string,
    private readonly store: EventStore,
    private readonly log: BookLog,
    /** Looks again at what a command needs to know and this book or its settlements may have changed. */
    private readonly lookAgain: (command: BookCommand) => Promise<BookCommand>,
    private readonly onAppended: (book: string, events: number) => void,
    private readonly snapshots?: BookSnapshots,
  ) {}

  /** How often this has appended, or failed to. What was looked up before the last time may be outdated. */
  get version(): number {
    return this.turns;
  }

  /** Errors: Refusal, IdempotencyKeyReused, TryAgain. */
  post(submission: Submission): Promise<Posted> {
    return this.enqueue(one(submission));
  }

  /** In order. Error: TryAgain, where there is no room for them. */
  postAll(submissions: Submission[], wantsReceipts: boolean): Promise<EntryOutcome[]> {
    return this.enqueue(several(submissions, wantsReceipts));
  }

  /** All or none, in one append. Errors: GroupRefused, NotInOneAppend, TryAgain. */
  async postGroup(submissions: Submission[], wantsReceipts: boolean): Promise<EntryOutcome[]> {
    if (submissions.length > MAX_BATCH) throw new NotInOneAppend(`${submissions.length} commands are too many.`);
    return this.enqueue(group(submissions, wantsReceipts));
  }

  private enqueue<Answer>({ pendings, answered }: Waiting<Answer>): Promise<Answer> {
    if (this.queue.length >= MAX_QUEUE)
      return Promise.reject(new TryAgain(`Book ${this.book} has too many entries waiting.`));
    for (const pending of pendings) this.queue.push(pending);
    this.start();
    return answered;
  }

  /** Reads from the state as it stands in the store now. */
  inspect<T>(look: (state: BookState) => T): Promise<T> {
    return new Promise((answer, fail) => {
      this.inspections.push({ look: (state) => answer(look(state)), fail });
      this.start();
    });
  }

  /** Keeps the writer until the work is done, which may ask something of it; `isAtRest` is false meanwhile. */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    this.holders += 1;
    try {
      return await work();
    } finally {
      this.holders -= 1;
    }
  }

  /** Nobody waits for anything of it, or is about to ask. */
  get isAtRest(): boolean {
    const isAsked = this.holders > 0 || this.queue.length > 0 || this.inspections.length > 0;
    return this.draining === undefined && !isAsked;
  }

  /** Events that it has in memory. */
  get size(): number {
    return this.loaded?.state.nextSeq ?? 0;
  }

  /** Of these, those that were not read one by one. */
  get fromSnapshot(): number {
    return this.loaded?.fromSnapshot ?? 0;
  }

  /** When something was last asked of it, in milliseconds since 1970. */
  get usedAt(): number {
    return this.lastUsedAt;
  }

  /** Resolves once everything that was posted is answered. */
  async settled(): Promise<void> {
    await this.draining;
  }

  private start(): void {
    this.lastUsedAt = Date.now();
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
      if (this.queue.length > 0) await this.write(this.queue.splice(0, this.nextBatch()));
    }
  }

  private nextBatch(): number {
    const [first] = this.queue;
    if (first?.group !== undefined) return first.group.length;
    const end = this.queue.findIndex((pending, index) => index === MAX_BATCH || pending.group !== undefined);
    return end < 0 ? this.queue.length : end;
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
    for (let attempt = 1; attempt <= MAX_ATTEMPTS && waiting.length > 0; attempt += 1) {
      try {
        await this.refresh(waiting);
        const { appended, answers, again } = await this.attempt(waiting);
        if (appended > 0) this.onAppended(this.book, appended);
        // What did not fit into one append follows in the next: that is progress, of which there is no bound.
        if (appended > 0) attempt = 0;
        for (const answer of answers) answer();
        waiting = again;
      } catch (error) {
        this.drop();
        this.turns += 1;
        lastError = error;
        if (error instanceof ImpossibleHistory) break;
        if (error instanceof WrongRevision || error instanceof KeyTaken)
          this.contendedUntil = Date.now() + CONTENDED_FOR_MS;
        else if (!(error instanceof ClaimTaken)) await sleep(RETRY_FIRST_MS * 2 ** attempt);
      }
    }
    if (waiting.length === 0) return;
    const failure =
      lastError instanceof ImpossibleHistory ? lastError : new TryAgain(CANNOT_RECORD, { cause: lastError });
    for (const pending of waiting) pending.fail(failure);
  }

  /** Those that were prepared before this book went on, as when a line of an import speaks of the one before. */
  private async refresh(waiting: Pending[]): Promise<void> {
    const outdated = waiting.filter(
      ({ command, preparedAfter }) => command.evidence !== undefined && preparedAfter < this.turns,
    );
    await Promise.all(
      outdated.map(async (pending) => {
        pending.command = await this.lookAgain(pending.command);
        pending.preparedAfter = this.turns;
      }),
    );
  }

  private attempt(batch: Pending[]): Promise<Outcome> {
    if (Date.now() >= this.contendedUntil) return this.attemptOn(this.store, batch, false);
    return this.store.exclusively(this.book, (store) => this.attemptOn(store, batch, true));
  }

  /** Nothing is answered here: what `exclusively` appends is durable only after it returned. */
  private async attemptOn(store: EventStore, batch: Pending[], isContended: boolean): Promise<Outcome> {
    const loaded = await this.upToDate(store, isContended);
    const { fresh, answers, reused } = await answerKnown(store, this.log, loaded, batch);
    const decidedOn = loaded.state.nextSeq;
    const isRefused = batch[0]?.group !== undefined && reused.length > 0;
    const result = decideBatch(this.book, loaded, isRefused ? [] : fresh, store.maxBatchBytes);
    const refused = [...reused, ...result.refused];
    if (batch[0]?.group !== undefined && refused.length + result.repeated.length + result.postponed.length > 0)
      return this.refuseGroup(store, batch, decidedOn, refused[0]);
    for (const { pending, error } of refused) answers.push(() => pending.fail(error));
    if (result.decided.length > 0) await this.append(store, loaded, result, answers);
    else if (result.refused.length > 0) {
      // Nothing was appended, so nothing has shown yet that these refusals stand on the latest state.
      await loaded.catchUp(store);
      if (loaded.state.nextSeq !== decidedOn) return { appended: 0, answers: [], again: batch };
    }
    return { appended: result.decided.length, answers, again: [...result.postponed, ...result.repeated] };
  }

  private async append(
    store: EventStore,
    loaded: LoadedBook,
    { decided, tileHashes }: DecidedBatch,
    answers: Outcome['answers'],
  ): Promise<void> {
    const seal = this.log.seal(this.book, loaded.edge, tileHashes);
    await store.append(this.book, loaded.state.nextSeq - decided.length - 1, decided, seal);
    this.turns += 1;
    for (const { pending, leaf, event } of decided) {
      const receipt = pending.wantsReceipt
        ? this.log.receiptAtEdge(this.book, event.seq, leaf, loaded.edge, seal.note)
        : undefined;
      answers.push(() => pending.answer(recorded(event, false), receipt));
    }
    this.freshUntil = Date.now() + FRESH_FOR_MS;
  }

  /** What was decided of the group is not appended; the state that holds it is read again. */
  private async refuseGroup(
    store: EventStore,
    batch: Pending[],
    decidedOn: number,
    refused: { pending: Pending; error: unknown } | undefined,
  ): Promise<Outcome> {
    if (this.loaded?.state.nextSeq !== decidedOn) this.drop();
    if ((await store.revision(this.book)) + 1 !== decidedOn) return { appended: 0, answers: [], again: batch };
    const error = refused?.error ?? new NotInOneAppend('The commands cannot be recorded in one append.');
    const pending = refused?.pending ?? batch[0];
    return { appended: 0, answers: [() => pending?.fail(error)], again: [] };
  }

  private async upToDate(store: EventStore, mustCatchUp: boolean): Promise<LoadedBook> {
    const isFresh = this.loaded !== undefined && !mustCatchUp && Date.now() < this.freshUntil;
    const known = this.loaded?.state.nextSeq;
    this.loaded ??= new LoadedBook(this.book, this.log, this.snapshots);
    if (!isFresh) await this.loaded.catchUp(store);
    // Another process writes it too: taking turns costs less than a conflict, after which the book is loaded anew.
    if (known !== undefined && this.loaded.state.nextSeq > known) this.contendedUntil = Date.now() + CONTENDED_FOR_MS;
    return this.loaded;
  }

  /** The state holds entries that were not appended, or may have been: it is read again from the store. */
  private drop(): void {
    this.loaded = undefined;
  }
}
