import { fileURLToPath } from 'node:url';
import { AppendRate } from '../../event-store/append-rate.js';
import type { EventStoreChoice } from '../../event-store/open-event-store.js';
import { type StartedProgram, startProgram } from '../../start-program.js';
import { LEAST_SIZE } from './snapshots.js';

/** What the program that takes a snapshot is told. */
export interface SnapshotOrder {
  databaseUrl: string;
  choice: EventStoreChoice;
  logKeyFile: string;
  /** Of the key that the service signs with and accepts; the file may hold another by now. */
  vkey: string;
  book: string;
}

/** What it tells: how many events the snapshot holds, or why there is none. */
export type SnapshotOutcome = { size: number } | { failure: string };

type Log = (message: string, facts: Record<string, unknown>) => void;

const PROGRAM = fileURLToPath(new URL('./take-snapshot.js', import.meta.url));

/** As many events as are read in half a second, or some three parts of a hundred of the book, so that writing stays cheap beside appending. */
const EVERY = 20_000;
const EVERY_PART = 32;
/** Writers that append so much want the processor that a snapshot takes: it waits for the end of their burst. */
const BURST_A_SECOND = 1_000;
/** But no longer than until a start would read so many events for some two seconds. */
const EVERY_IN_BURST = 100_000;
const EVERY_PART_IN_BURST = 8;
const LOOK_AGAIN_MS = 1_000;
/** A book that rests takes fewer: it is the next start that gains. */
const WORTH_AT_REST = 2_000;

/** By how many events a book of so many has to grow until the next snapshot is due. */
export function growthUntilDue(size: number, appendedASecond: number): number {
  return appendedASecond < BURST_A_SECOND
    ? Math.max(EVERY, size / EVERY_PART)
    : Math.max(EVERY_IN_BURST, size / EVERY_PART_IN_BURST);
}

/**
 * Has snapshots taken by a process of its own, which reads the events that came after the last snapshot for itself: neither the
 * writer nor its memory has a part in it. One at a time, with the lowest priority.
 */
export class SnapshotKeeper {
  private readonly waiting = new Set<string>();
  /** Size of the book at its last snapshot, or when one was last wanted of it. */
  private readonly wantedAt = new Map<string, number>();
  /** Books whose snapshot would be due but for a burst. */
  private readonly held = new Map<string, { size: number; fromSnapshot: number }>();
  private readonly appends = new AppendRate();
  private lookingAgain: NodeJS.Timeout | undefined;
  private running: StartedProgram | undefined;
  private isStopping = false;

  constructor(
    private readonly order: Omit<SnapshotOrder, 'book'>,
    private readonly log: Log,
    private readonly node = process.execPath,
  ) {}

  /**
   * @param events that were just appended
   * @param size events that the book has now
   * @param fromSnapshot events that the book was loaded with from a snapshot
   */
  grown(book: string, events: number, size: number, fromSnapshot: number): void {
    const now = Date.now();
    this.appends.tell(events, now);
    const growth = growthUntilDue(size, this.appends.aSecond(now));
    if (this.want(book, size, fromSnapshot, growth) || !this.isDue(book, size, fromSnapshot, growthUntilDue(size, 0))) {
      this.held.delete(book);
    } else {
      this.held.set(book, { size, fromSnapshot });
      this.lookingAgain ??= setTimeout(() => this.lookAgain(), LOOK_AGAIN_MS).unref();
    }
  }

  rests(book: string, size: number, fromSnapshot: number): void {
    this.held.delete(book);
    this.want(book, size, fromSnapshot, WORTH_AT_REST);
    if (!this.waiting.has(book)) this.wantedAt.delete(book);
  }

  get isTaking(): boolean {
    return this.running !== undefined;
  }

  /** What is being taken is given up; the book keeps the snapshot it had. */
  async stop(): Promise<void> {
    this.isStopping = true;
    this.waiting.clear();
    clearTimeout(this.lookingAgain);
    this.running?.kill();
    await this.running?.ended;
  }

  /** Whether the bursts of the held books have ended. */
  private lookAgain(): void {
    this.lookingAgain = undefined;
    for (const [book, { size, fromSnapshot }] of [...this.held]) this.grown(book, 0, size, fromSnapshot);
  }

  private want(book: string, size: number, fromSnapshot: number, growth: number): boolean {
    if (!this.isDue(book, size, fromSnapshot, growth)) return false;
    this.wantedAt.set(book, size);
    this.waiting.add(book);
    if (this.running === undefined) this.takeNext();
    return true;
  }

  private isDue(book: string, size: number, fromSnapshot: number, growth: number): boolean {
    const last = Math.max(this.wantedAt.get(book) ?? 0, fromSnapshot);
    return size >= LEAST_SIZE && size - last >= growth && !this.isStopping;
  }

  private takeNext(): void {
    const [book] = this.waiting;
    if (book === undefined || this.isStopping) return;
    this.waiting.delete(book);
    const order: SnapshotOrder = { ...this.order, book };
    let failure: string | undefined;
    const told = (message: unknown) => {
      const outcome = message as SnapshotOutcome;
      if ('failure' in outcome) failure = outcome.failure;
      else this.wantedAt.set(book, outcome.size);
    };
    this.running = startProgram(PROGRAM, order, told, this.node);
    void this.running.ended.then(({ status, error = failure }) => {
      if (status !== 0 && !this.isStopping) this.log('a snapshot could not be taken', { book, status, error });
      this.running = undefined;
      this.takeNext();
    });
  }
}
