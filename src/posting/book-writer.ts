import type { BookCommand } from '../domain/command.js';
import type { BookState } from '../domain/state.js';
import type { EventStore } from '../event-store/event-store.js';
import type { BookLog } from '../log/book-log.js';
import { BatchWriter } from './batch-writer.js';
import { CurrentBook } from './current-book.js';
import { NotInOneAppend, TryAgain } from './failures.js';
import type { Gathering } from './gathering.js';
import { InOrder } from './in-order.js';
import { type EntryOutcome, group, one, type Submission, several, type Waiting } from './pending.js';
import { MAX_GROUP, PendingQueue } from './pending-queue.js';
import type { Posted } from './post-entry.js';
import type { BookSnapshots } from './snapshots/snapshots.js';
import { turn } from './turn.js';

interface Inspection {
  look(state: BookState): void;
  fail(error: unknown): void;
}

/**
 * The one writer of one book in this process. It drains its queue into a batch, decides each command on the state as it
 * stands, appends all events of the batch in one transaction, and then answers each caller. A refused command is answered
 * alone and spoils no other. A group that is to be recorded all or none is a batch by itself.
 */
export class BookWriter {
  /** For those who post several at a time, so that what they look up before does not change their order. */
  readonly order = new InOrder();
  private readonly queue = new PendingQueue();
  private readonly current: CurrentBook;
  private readonly batches: BatchWriter;
  private inspections: Inspection[] = [];
  private draining: Promise<void> | undefined;
  private lastUsedAt = Date.now();
  private holders = 0;

  constructor(
    private readonly book: string,
    private readonly store: EventStore,
    log: BookLog,
    private readonly gathering: Gathering,
    /** Looks again at what a command needs to know and this book or its settlements may have changed. */
    lookAgain: (command: BookCommand) => Promise<BookCommand>,
    onAppended: (book: string, events: number) => void,
    snapshots?: BookSnapshots,
  ) {
    const { queue } = this;
    this.current = new CurrentBook(book, log, snapshots);
    const isAsked = () => this.inspections.length > 0;
    this.batches = new BatchWriter({ book, store, log, current: this.current, queue, isAsked, lookAgain, onAppended });
  }

  /** How often this has appended, or failed to. What was looked up before the last time may be outdated. */
  get version(): number {
    return this.batches.version;
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
    if (submissions.length > MAX_GROUP) throw new NotInOneAppend(`${submissions.length} commands are too many.`);
    return this.enqueue(group(submissions, wantsReceipts));
  }

  private enqueue<Answer>({ pendings, answered }: Waiting<Answer>): Promise<Answer> {
    if (this.queue.isFull) return Promise.reject(new TryAgain(`Book ${this.book} has too many entries waiting.`));
    this.queue.push(pendings);
    this.gathering.arrived();
    this.batches.decideAhead();
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
    return this.current.memory?.state.nextSeq ?? 0;
  }

  /** Of these, those that were not read one by one. */
  get fromSnapshot(): number {
    return this.current.memory?.fromSnapshot ?? 0;
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
      // The requests that are being read now join this batch.
      await (this.queue.length > 0 ? this.moment() : turn());
      if (this.inspections.length > 0) await this.answerInspections(this.inspections.splice(0));
      if (this.queue.length > 0) await this.batches.write(this.queue.nextBatch());
    }
  }

  /** To decide. A book that rested is looked after meanwhile, together with others, so that it is decided with those that did not. */
  private moment(): Promise<void> {
    if (this.current.isInDoubt) this.gathering.expects(this.current.settleDoubt(this.store));
    return this.gathering.moment();
  }

  private async answerInspections(inspections: Inspection[]): Promise<void> {
    try {
      const { state } = await this.current.upToDate(this.store, true);
      for (const { look } of inspections) look(state);
    } catch (error) {
      this.current.drop();
      for (const { fail } of inspections) fail(error);
    }
  }
}
