import type { Pool } from 'pg';
import { AppendRate } from '../../event-store/append-rate.js';
import type { EventStore } from '../../event-store/event-store.js';
import { type Advance, type AdvanceOptions, advance, ViewFailure } from './advance.js';
import { BooksBehind } from './books-behind.js';
import { readCheckpoint, readLeast } from './checkpoint.js';
import { EventPages, PAGE } from './event-pages.js';
import { Follower, type StandingFailure } from './follower.js';
import { KeptRows } from './kept-rows.js';
import type { Work } from './locked-checkpoints.js';
import { heldBackFor, restAfter } from './rest.js';
import { StandingStill } from './standing-still.js';
import type { View } from './view.js';
import { ViewBehind } from './view-behind.js';
import { Waiters } from './waiters.js';

export interface FollowerOptions extends Pick<AdvanceOptions, 'chunk' | 'spare'> {
  /** Every view of the system, in the order in which a book is taken in. */
  views: readonly View[];
  log: (message: string, facts: Record<string, unknown>) => void;
  pollMs?: number;
  mostHeldMs?: number;
}

const POLL_MS = 500;
/** After an error that is none of a view's. */
const RETRY_MS = 1_000;
const WAIT_STEP_MS = 200;
/** Whoever holds back looks so often whether to go on. */
const LOOK_MS = 100;
/** In one transaction, so that books that have little cost little. */
const BOOKS_AT_ONCE = 16;
/** In one transaction: while one is written, the next is folded. */
const ROUNDS = 8;

/**
 * Follows the event store with every view, book by book, in the thread that it was made in: one transaction at a
 * time, for all views of several books, with rests between (`rest.ts`) unless somebody waits. While much is appended it holds
 * back, for a bounded time, and takes in only what somebody waits for. It learns of new events from `bookAdvanced`, and of those
 * that other processes appended by asking every 500 ms.
 *
 * A view that cannot take in an event stands still there and is tried again later, by itself; the others go on.
 */
export class ViewFollower extends Follower {
  private readonly pages: EventPages;
  private readonly kept = new KeptRows();
  private readonly appends = new AppendRate();
  private readonly behind = new BooksBehind();
  private due = new Set<string>();
  private readonly standing: StandingStill;
  /** How far this process itself has taken each view of each book; another one may have taken it further. */
  private readonly reached = new Map<string, number>();
  private readonly waiters = new Waiters();
  /** Books of which there was more than the last transaction could take. */
  private readonly far = new Set<string>();
  private isStopping = false;
  private running: Promise<void> | undefined;
  private wake: () => void = () => undefined;
  /** In this pass. */
  private events = 0;
  private isFull = false;

  constructor(
    private readonly pool: Pool,
    private readonly store: EventStore,
    private readonly options: FollowerOptions,
  ) {
    super();
    this.pages = new EventPages(store);
    this.standing = new StandingStill(options.log);
  }

  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    this.wake();
    await this.running;
  }

  bookAdvanced(book: string, entries = 0): void {
    if (entries > 0) this.appends.tell(entries, Date.now());
    if (this.due.has(book) && !this.waiters.has(book)) return;
    this.due.add(book);
    this.wake();
  }

  failures(): StandingFailure[] {
    return this.standing.failures();
  }

  async waitFor(view: View, book: string, minSeq: number, timeoutMs = 5_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    const isReached = () => (this.reached.get(`${view.name} ${book}`) ?? -1) >= minSeq;
    this.waiters.add(book);
    try {
      while (!isReached()) {
        // Another process may be following this book.
        const seq = await readCheckpoint(this.pool, view.name, book);
        if (seq >= minSeq) return;
        if (Date.now() >= deadline) throw new ViewBehind(view.name, book, minSeq, seq);
        // No hurry for an entry that is not there yet.
        if (seq < (await this.store.revision(book))) this.bookAdvanced(book);
        await this.waiters.until(isReached, Math.min(WAIT_STEP_MS, Math.max(deadline - Date.now(), 0)));
      }
    } finally {
      this.waiters.remove(book);
    }
  }

  private async run(): Promise<void> {
    let nextPoll = 0;
    for (let [began, before] = [Date.now(), 0]; !this.isStopping; [began, before] = [Date.now(), began]) {
      this.events = 0;
      this.isFull = false;
      try {
        if (began >= nextPoll) {
          nextPoll = began + (this.options.pollMs ?? POLL_MS);
          await this.poll();
        }
        const heldMs = this.heldMs();
        await this.takeInAll(this.nextBooks(heldMs > 0));
        const { events, isFull } = this;
        const appendedASecond = this.appends.aSecond(Date.now());
        const pass = { workedMs: Date.now() - began, events, inMs: began - before, isFull, appendedASecond };
        await this.rest(heldMs > 0 ? Math.min(heldMs, LOOK_MS) : restAfter(pass), nextPoll);
      } catch (error) {
        // The books that are still due are found again by asking.
        this.options.log('the views cannot be followed now', {
          error: error instanceof Error ? error.message : String(error),
        });
        await this.rest(RETRY_MS, Date.now() + RETRY_MS);
      }
    }
  }

  /** Not at all where a view stands still: its book is behind for another reason, and is to be tried again in time. */
  private heldMs(): number {
    if (this.standing.isAny) return 0;
    const now = Date.now();
    const { mostHeldMs } = this.options;
    const burst = { appendedASecond: this.appends.aSecond(now), waitingMs: this.behind.longestMs(now) };
    return heldBackFor({ ...burst, ...(mostHeldMs !== undefined && { mostHeldMs }) });
  }

  /** Those that are due, first what somebody waits for; nothing else of them while it holds back. */
  private nextBooks(isHeldBack: boolean): { books: string[]; awaited: number } {
    const { true: awaited = [], false: others = [] } = Object.groupBy(this.due, (book) => `${this.waiters.has(book)}`);
    const books = isHeldBack ? awaited : [...awaited, ...others];
    for (const book of books) this.due.delete(book);
    return { books, awaited: awaited.length };
  }

  /**
   * Some at a time. Whoever began to wait meanwhile does not wait for all of them: those that were awaited before are taken in, and some
   * of the others, so that each has its turn; the rest stands first among the others of the next pass.
   */
  private async takeInAll({ books, awaited }: { books: readonly string[]; awaited: number }): Promise<void> {
    for (let at = 0; at < books.length && !this.isStopping; at += BOOKS_AT_ONCE) {
      const next = at + BOOKS_AT_ONCE;
      await this.takeIn(books.slice(at, next));
      if (next <= awaited || !this.waiters.hasAnyOf(this.due)) continue;
      this.due = new Set([...books.slice(next), ...this.due]);
      return;
    }
  }

  /** Finds the books that grew unannounced, and those to be tried again. */
  private async poll(): Promise<void> {
    const now = Date.now();
    const seqs = await readLeast(this.pool, this.options.views);
    const revisions = await this.store.revisions();
    const entries = [...revisions.values()].reduce((sum, revision) => sum + revision + 1, 0);
    this.appends.count(entries, now);
    const behind = [...revisions].flatMap(([book, revision]) => {
      const seq = seqs.get(book) ?? -1;
      return seq < revision ? [{ book, seq, revision }] : [];
    });
    this.behind.look(behind, now);
    // What stood still may be mended, and taken in by another process.
    for (const book of this.standing.dueAgain(now)) this.due.add(book);
    // Each process begins at another book, so that many of them seldom meet.
    const start = Math.floor(Math.random() * behind.length);
    for (const { book } of [...behind.slice(start), ...behind.slice(0, start)]) this.due.add(book);
  }

  /** All views of several books in one transaction, those apart that have had trouble: they would spoil it for the others. */
  private async takeIn(books: readonly string[]): Promise<void> {
    const works = books.map((book) => {
      const views = this.options.views.filter((view) => !this.standing.isResting(view, book));
      const alone = Map.groupBy(views, (view) => this.standing.isAlone(view, book));
      return { book, together: alone.get(false) ?? [], alone: alone.get(true) ?? [] };
    });
    await this.takeInTogether(works.map(({ book, together }) => ({ book, views: together, limit: PAGE })));
    for (const { book, alone } of works) await this.takeInEach(book, alone);
  }

  /** Where it fails, book by book, and then view by view. */
  private async takeInTogether(works: readonly Work[]): Promise<void> {
    const [first, ...others] = works.filter(({ views }) => views.length > 0);
    if (first === undefined || this.isStopping) return;
    try {
      await this.advance([first, ...others], ROUNDS);
    } catch (error) {
      if (!(error instanceof ViewFailure)) throw error;
      if (others.length > 0) for (const work of [first, ...others]) await this.takeInTogether([work]);
      else await this.takeInEach(first.book, first.views);
    }
  }

  private async takeInEach(book: string, views: readonly View[]): Promise<void> {
    for (const view of views) {
      if (this.isStopping) return;
      try {
        await this.advance([{ book, views: [view], limit: this.standing.limitOf(view, book) }], 1);
      } catch (error) {
        if (!(error instanceof ViewFailure)) throw error;
        if (this.standing.noteFailure(view, error)) this.due.add(book);
      }
    }
  }

  private async advance(works: readonly Work[], rounds: number): Promise<void> {
    const { chunk, spare } = this.options;
    const isFar = rounds > 1 && spare !== undefined && works.some(({ book }) => this.far.has(book));
    const advanced = await advance(this.pool, this.pages, works, {
      kept: this.kept,
      rounds,
      isFar,
      isAwaited: () => this.waiters.hasAnyOf(this.due),
      ...(chunk !== undefined && { chunk }),
      ...(spare && { spare }),
    });
    // Whoever meets another at a book leaves it to him: the next poll shows what he left.
    for (const one of advanced) {
      this.noteSuccess(one);
      // As much as one transaction takes: there is more, but other books come first.
      if (one.isFull) this.due.add(one.book);
      this.far[one.isFull && rounds > 1 ? 'add' : 'delete'](one.book);
      this.isFull ||= one.isFull;
      this.events += one.events / this.options.views.length;
    }
  }

  private noteSuccess(advanced: Advance): void {
    const { view, book, seq, events } = advanced;
    this.standing.noteSuccess(advanced);
    if (events === 0) return;
    this.tookIn(book, events);
    this.reached.set(`${view.name} ${book}`, seq);
    this.waiters.tell();
  }

  /** Ends early where somebody waits; else at the least rest where there is work, at the next poll where there is none. */
  private async rest(restMs: number, nextPoll: number): Promise<void> {
    const restedAt = Date.now() + restMs;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.wake = () => {
        const isDue = this.due.size > 0;
        clearTimeout(timer);
        if (this.isStopping || this.waiters.hasAnyOf(this.due)) resolve();
        else timer = setTimeout(resolve, Math.max((isDue ? restedAt : Math.max(nextPoll, restedAt)) - Date.now(), 0));
      };
      this.wake();
    });
    this.wake = () => undefined;
  }
}
