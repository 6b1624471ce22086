import { setTimeout as sleep } from 'node:timers/promises';
import { ImpossibleHistory } from '../domain/book.js';
import type { BookCommand } from '../domain/command.js';
import { ClaimTaken, type EventStore, KeyTaken, WrongRevision } from '../event-store/event-store.js';
import type { BookLog } from '../log/book-log.js';
import { answerKnown } from './answer-known.js';
import { type Answer, answersTo, refusals } from './answers.js';
import type { CurrentBook } from './current-book.js';
import { type DecidedBatch, decideBatch } from './decide-batch.js';
import { NotInOneAppend, TryAgain } from './failures.js';
import type { LoadedBook } from './loaded-book.js';
import type { Pending } from './pending.js';
import type { PendingQueue } from './pending-queue.js';
import { turn } from './turn.js';

const MAX_ATTEMPTS = 8;
const RETRY_FIRST_MS = 50;
/** As many must wait before they are decided ahead: fewer are decided later, together with those that come until then. */
const AHEAD_FROM = 32;

interface Outcome {
  appended: number;
  answers: Answer[];
  /** To be decided once more. */
  again: Pending[];
}

/** Decided on top of a batch that was not durable yet. */
interface Ahead {
  batch: Pending[];
  result: DecidedBatch;
  loaded: LoadedBook;
}

const CANNOT_RECORD = 'The entry could not be recorded now. Send the same request again with the same key.';

/** What a writer of batches works with. */
export interface BatchWork {
  book: string;
  store: EventStore;
  log: BookLog;
  current: CurrentBook;
  /** What follows the batch that is being written. */
  queue: PendingQueue;
  /** Whether what follows has to wait until nothing is under way. */
  isAsked(): boolean;
  /** Looks again at what a command needs to know and this book or its settlements may have changed. */
  lookAgain(command: BookCommand): Promise<BookCommand>;
  onAppended(book: string, events: number): void;
}

/**
 * Decides batches of one book, makes each durable and then answers it, one batch after the other. While one is made durable, the
 * next is decided on top of it where enough are waiting (docs/decisions/decided-ahead.md).
 */
export class BatchWriter {
  private ahead: Ahead | undefined;
  /** To those whose entries are durable, while what was decided ahead of them goes on its way. */
  private owed: Answer[] = [];
  private mayDecideAhead = false;
  private turns = 0;

  constructor(private readonly work: BatchWork) {}

  /** How often this has appended, or failed to. */
  get version(): number {
    return this.turns;
  }

  /**
   * Writes a batch, and after it those that were decided ahead on top of it; again where another process was faster or where
   * the outcome is unknown, up to a bound.
   */
  async write(batch: Pending[]): Promise<void> {
    let waiting = batch;
    let ready: Ahead | undefined;
    let lastError: unknown;
    for (let attempt = 1; attempt <= MAX_ATTEMPTS && waiting.length > 0; attempt += 1) {
      // Whether the store has their keys is to be asked again: what went before, or failed, may have recorded them.
      for (const pending of waiting) pending.isNew = false;
      try {
        const { appended, answers, again } = await (ready === undefined
          ? this.attempt(waiting)
          : this.appendAhead(ready));
        if (appended > 0) this.work.onAppended(this.work.book, appended);
        // What did not fit into one append follows in the next: that is progress, of which there is no bound.
        if (appended > 0) attempt = 0;
        this.owed = answers;
        ready = this.takeAhead();
        waiting = ready?.batch ?? again;
        // What is ahead goes on its way first: those who are answered wait for less than the store would for what is ahead.
        if (ready === undefined) this.tellOwed();
      } catch (error) {
        this.tellOwed();
        this.drop();
        ready = undefined;
        this.turns += 1;
        lastError = error;
        if (error instanceof ImpossibleHistory) break;
        if (error instanceof WrongRevision || error instanceof KeyTaken) this.work.current.contended();
        else if (!(error instanceof ClaimTaken)) await sleep(RETRY_FIRST_MS * 2 ** attempt);
      }
    }
    if (waiting.length === 0) return;
    const failure =
      lastError instanceof ImpossibleHistory ? lastError : new TryAgain(CANNOT_RECORD, { cause: lastError });
    for (const pending of waiting) pending.fail(failure);
  }

  private tellOwed(): void {
    const { owed } = this;
    this.owed = [];
    for (const answer of owed) answer();
  }

  /** Those that were prepared before this book went on, as when a line of an import speaks of the one before. */
  private async refresh(waiting: Pending[]): Promise<void> {
    const outdated = waiting.filter(
      ({ command, preparedAfter }) => command.evidence !== undefined && preparedAfter < this.turns,
    );
    await Promise.all(
      outdated.map(async (pending) => {
        pending.command = await this.work.lookAgain(pending.command);
        pending.preparedAfter = this.turns;
      }),
    );
  }

  private async attempt(batch: Pending[]): Promise<Outcome> {
    await this.refresh(batch);
    if (!this.work.current.isContended) return this.attemptOn(this.work.store, batch, false);
    return this.work.store.exclusively(this.work.book, (store) => this.attemptOn(store, batch, true));
  }

  private appendAhead({ loaded, result }: Ahead): Promise<Outcome> {
    return this.append(this.work.store, loaded, result, true);
  }

  /** Nothing is answered here: what `exclusively` appends is durable only after it returned. */
  private async attemptOn(store: EventStore, batch: Pending[], isContended: boolean): Promise<Outcome> {
    const loaded = await this.work.current.upToDate(store, isContended);
    const { fresh, answers, reused } = await answerKnown(store, this.work.log, loaded, batch);
    const decidedOn = loaded.state.nextSeq;
    const isRefused = batch[0]?.group !== undefined && reused.length > 0;
    const result = decideBatch(this.work.book, loaded, isRefused ? [] : fresh, store.maxBatchBytes);
    result.refused.unshift(...reused);
    const again = undecided(result);
    if (batch[0]?.group !== undefined && result.refused.length + again.length > 0)
      return this.refuseGroup(store, batch, decidedOn, result.refused[0]);
    if (result.decided.length > 0) {
      const outcome = await this.append(store, loaded, result, !isContended);
      return { ...outcome, answers: [...answers, ...outcome.answers] };
    }
    if (result.refused.length > reused.length) {
      // Nothing was appended, so nothing has shown yet that these refusals stand on the latest state.
      await loaded.catchUp(store);
      if (loaded.state.nextSeq !== decidedOn) return { appended: 0, answers: [], again: batch };
    }
    return { appended: 0, answers: [...answers, ...refusals(result.refused)], again };
  }

  private async append(
    store: EventStore,
    loaded: LoadedBook,
    result: DecidedBatch,
    mayDecideAhead: boolean,
  ): Promise<Outcome> {
    const { decided, tileHashes } = result;
    const seal = await this.work.log.seal(this.work.book, loaded.edge, tileHashes);
    const durable = store.append(this.work.book, seal.size - decided.length - 1, decided, seal);
    // It is awaited below, where its failure is seen.
    durable.catch(() => undefined);
    // The statement is on its way before the work that can be done while it runs.
    await turn();
    this.tellOwed();
    const answers = answersTo(this.work.book, result, loaded.edge, seal.note);
    const again = undecided(result);
    this.mayDecideAhead = mayDecideAhead && again.length === 0;
    try {
      this.decideAhead();
      await durable;
    } finally {
      this.mayDecideAhead = false;
    }
    this.turns += 1;
    this.work.current.confirmed();
    return { appended: decided.length, answers, again };
  }

  /**
   * Decides those that wait on top of the batch that is being made durable. Nothing is awaited, so that it is done on a book with
   * all of that batch in it, or not at all.
   */
  decideAhead(): void {
    const { memory: loaded, isContended } = this.work.current;
    if (!this.mayDecideAhead || isContended || loaded === undefined) return;
    if (this.work.queue.length < AHEAD_FROM || this.work.isAsked()) return;
    this.mayDecideAhead = false;
    const batch = this.work.queue.nextAhead(loaded.keys, AHEAD_FROM);
    if (batch.length === 0) return;
    try {
      const result = decideBatch(this.work.book, loaded, batch, this.work.store.maxBatchBytes);
      if (result.decided.length > 0) this.ahead = { batch, result, loaded };
      // Refusals alone are told after a look at the store.
      else this.work.queue.putBack(batch);
    } catch {
      // What is wrong with the history is told when they are decided on the book as it is read again.
      this.work.queue.putBack(batch);
      this.work.current.drop();
    }
  }

  /** What was decided of the group is not appended; the state that holds it is read again. */
  private async refuseGroup(
    store: EventStore,
    batch: Pending[],
    decidedOn: number,
    refused: { pending: Pending; error: unknown } | undefined,
  ): Promise<Outcome> {
    if (this.work.current.memory?.state.nextSeq !== decidedOn) this.drop();
    if ((await store.revision(this.work.book)) + 1 !== decidedOn) return { appended: 0, answers: [], again: batch };
    const error = refused?.error ?? new NotInOneAppend('The commands cannot be recorded in one append.');
    const pending = refused?.pending ?? batch[0];
    return { appended: 0, answers: [() => pending?.fail(error)], again: [] };
  }

  /** There is one only where nothing of the batch below it is to be decided again. */
  private takeAhead(): Ahead | undefined {
    const { ahead } = this;
    this.ahead = undefined;
    return ahead;
  }

  /** The state holds entries that were not appended, or may not have been; nor do those hold that were decided on top of them. */
  private drop(): void {
    this.work.current.drop();
    this.work.queue.putBack(this.takeAhead()?.batch ?? []);
  }
}

/** What can be decided only after this batch. */
function undecided({ postponed, repeated }: DecidedBatch): Pending[] {
  return [...postponed, ...repeated];
}
