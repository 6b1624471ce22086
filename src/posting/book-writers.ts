import { Inject, Injectable, Optional } from '@nestjs/common';
import type { BookCommand, CommandEvidence } from '../domain/command.js';
import type { EventOf } from '../domain/event.js';
import { settlementKey } from '../domain/funds/settlement.js';
import { Refusal } from '../domain/refusal.js';
import type { BookState } from '../domain/state.js';
import { Appended } from '../event-store/appended.js';
import { type Claim, EventStore, parseEvent } from '../event-store/event-store.js';
import { BookLog } from '../log/book-log.js';
import { BookWriter } from './book-writer.js';
import { TryAgain } from './failures.js';
import { Gathering } from './gathering.js';
import { noticeEvidence, OBJECTION_EVIDENCE } from './notice-evidence.js';
import type { EntryOutcome, Submission } from './pending.js';
import type { PostEntries } from './post-entries.js';
import type { PostEntry, Posted, Request } from './post-entry.js';
import { SnapshotKeeper } from './snapshots/snapshot-keeper.js';
import { Snapshots } from './snapshots/snapshots.js';
import { booksToUnload, MEMORY_LIMITS, type MemoryLimits } from './unloading.js';

const SWEEP_EVERY_MS = 1_000;
const NO_LIMITS: MemoryLimits = { idleMs: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };

/** The write path of this process: one writer for each book. */
@Injectable()
export class BookWriters {
  private readonly writers = new Map<string, BookWriter>();
  private readonly knownBooks = new Set<string>();
  private readonly gathering: Gathering;
  private readonly sweeping: NodeJS.Timeout;
  private isClosing = false;

  constructor(
    private readonly store: EventStore,
    private readonly log: BookLog,
    private readonly appended: Appended,
    @Optional() private readonly snapshots?: Snapshots,
    @Optional() private readonly keeper?: SnapshotKeeper,
    @Optional() @Inject(MEMORY_LIMITS) private readonly limits: MemoryLimits = NO_LIMITS,
  ) {
    this.gathering = new Gathering(store);
    this.sweeping = setInterval(() => this.unload(), SWEEP_EVERY_MS).unref();
  }

  /** Errors: Refusal, IdempotencyKeyReused, TryAgain. */
  async post({ book, key, actor, request }: PostEntry): Promise<Posted> {
    if (this.isClosing) throw new TryAgain('The service is stopping.');
    const writer = this.writer(book);
    const { version: preparedAfter } = writer;
    try {
      const command = this.prepare(book, request);
      if (!(command instanceof Promise)) return await writer.post({ key, actor, request, command, preparedAfter });
      return await writer.hold(async () => writer.post({ key, actor, request, command: await command, preparedAfter }));
    } catch (error) {
      if (error instanceof Refusal && error.code === 'book_unknown') await this.forget(book, writer);
      throw error;
    }
  }

  /**
   * Commands of one book in their order, each of which may stand on those before it, those of an earlier call among them: an
   * outcome for each. `isAtomic`: all or none, in one append.
   *
   * Errors: TryAgain; with `isAtomic` also GroupRefused, NotInOneAppend.
   */
  async postAll({ book, actor, entries, isAtomic, wantsReceipts }: PostEntries): Promise<EntryOutcome[]> {
    if (this.isClosing) throw new TryAgain('The service is stopping.');
    const writer = this.writer(book);
    return writer.hold(async () => {
      const { version: preparedAfter } = writer;
      const prepared = entries.map(({ request }) => this.prepare(book, request));
      // To wait for what is there already would cost each command a promise.
      const commands = await writer.order.next(areReady(prepared) ? Promise.resolve(prepared) : Promise.all(prepared));
      const submissions = entries.map(
        ({ key, request }, index): Submission => ({
          key,
          actor,
          request,
          command: commands[index] as BookCommand,
          preparedAfter,
        }),
      );
      if (isAtomic) return writer.postGroup(submissions, wantsReceipts);
      return writer.postAll(submissions, wantsReceipts);
    });
  }

  /** Reads from what stands in a book now, as its writer sees it. */
  inspect<T>(book: string, look: (state: BookState) => T): Promise<T> {
    return this.writer(book).inspect(look);
  }

  /** How many books have a writer in this process. */
  get size(): number {
    return this.writers.size;
  }

  /** Takes no more, and resolves once all that was taken is answered. */
  async close(): Promise<void> {
    this.isClosing = true;
    clearInterval(this.sweeping);
    await this.keeper?.stop();
    await Promise.all([...this.writers.values()].map((writer) => writer.settled()));
  }

  /** A caller may try any number of codes; only books that are open keep a writer. */
  private async forget(book: string, writer: BookWriter): Promise<void> {
    await writer.settled();
    if (writer.isAtRest && writer.size === 0 && this.writers.get(book) === writer) this.writers.delete(book);
  }

  /**
   * Lets go of the books that `booksToUnload` names. Whoever posts holds the writer from the turn of the event loop in which it
   * was in the map, so one that is at rest has nobody, and the next to post finds another.
   */
  unload(now = Date.now()): void {
    for (const book of booksToUnload(this.writers, this.limits, now)) {
      const writer = this.writers.get(book);
      if (writer !== undefined) this.keeper?.rests(book, writer.size, writer.fromSnapshot);
      this.writers.delete(book);
    }
  }

  private writer(book: string): BookWriter {
    let writer = this.writers.get(book);
    if (writer === undefined) {
      writer = new BookWriter(
        book,
        this.store,
        this.log,
        this.gathering,
        (command) => this.lookAgain(book, command),
        (grown, events) => this.grown(grown, events),
        this.snapshots,
      );
      this.writers.set(book, writer);
    }
    return writer;
  }

  private grown(book: string, events: number): void {
    this.appended.announce(book, events);
    const writer = this.writers.get(book);
    if (writer !== undefined) this.keeper?.grown(book, events, writer.size, writer.fromSnapshot);
  }

  /** Most commands need to know nothing from outside their book, and wait for nothing. */
  private prepare(book: string, request: Request): BookCommand | Promise<BookCommand> {
    switch (request.kind) {
      case 'dispatch':
      case 'arrival':
      case 'reversal':
      case 'notice':
        return this.lookUp(book, request);
      case 'objection':
        return { ...request, evidence: OBJECTION_EVIDENCE };
      default:
        return request;
    }
  }

  /** What it finds can only be refused, not wrong. */
  private async lookUp(
    book: string,
    request: Extract<Request, { kind: Exclude<keyof CommandEvidence, 'objection'> }>,
  ): Promise<BookCommand> {
    switch (request.kind) {
      case 'dispatch':
        return { ...request, evidence: { toBookExists: await this.exists(request.body.toBook) } };
      case 'arrival': {
        const { fromBook, dispatch: id } = request.body;
        const dispatch = await this.findDispatch(fromBook, id);
        return { ...request, evidence: { dispatch, settledBy: await this.findSettlement(fromBook, id) } };
      }
      case 'reversal': {
        const [stored] = await this.store.read(book, request.body.seq, 1);
        const entry = stored?.seq === request.body.seq ? parseEvent(stored) : undefined;
        const settledBy =
          entry?.type === 'funds.dispatched' ? await this.findSettlement(book, entry.data.id) : undefined;
        return { ...request, evidence: { entry, settledBy } };
      }
      case 'notice':
        return { ...request, evidence: await noticeEvidence(this.store, book, request.body) };
    }
  }

  /** Without a look into another book's writer, which may be waiting for this one's. */
  private async lookAgain(book: string, command: BookCommand): Promise<BookCommand> {
    if (command.kind === 'arrival') {
      const { fromBook, dispatch } = command.body;
      return {
        ...command,
        evidence: { ...command.evidence, settledBy: await this.findSettlement(fromBook, dispatch) },
      };
    }
    if (command.kind !== 'reversal') return command;
    const { entry } = command.evidence;
    // Another entry is what it is for ever.
    if (entry !== undefined && entry.type !== 'funds.dispatched') return command;
    return this.prepare(book, { kind: command.kind, body: command.body });
  }

  private async exists(book: string): Promise<boolean> {
    if (this.knownBooks.has(book)) return true;
    const exists = (await this.store.revision(book)) >= 0;
    if (exists) this.knownBooks.add(book);
    return exists;
  }

  private async findDispatch(book: string, id: string): Promise<EventOf<'funds.dispatched'> | undefined> {
    if (!(await this.exists(book))) return undefined;
    const seq = await this.inspect(book, (state) => state.dispatches.get(id));
    if (seq === undefined) return undefined;
    const [stored] = await this.store.read(book, seq, 1);
    const event = stored === undefined ? undefined : parseEvent(stored);
    return event?.type === 'funds.dispatched' ? event : undefined;
  }

  private async findSettlement(book: string, dispatch: string): Promise<Pick<Claim, 'book' | 'seq'> | undefined> {
    const [claim] = await this.store.findClaims([settlementKey(book, dispatch)]);
    return claim === undefined ? undefined : { book: claim.book, seq: claim.seq };
  }
}

function areReady(commands: (BookCommand | Promise<BookCommand>)[]): commands is BookCommand[] {
  return !commands.some((command) => command instanceof Promise);
}
