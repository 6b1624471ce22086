import type { Pool } from 'pg';
import { Refusal } from '../../domain/refusal.js';
import type { EventStore } from '../../event-store/event-store.js';
import type { Follower } from './follower.js';
import { InvalidQuery } from './invalid-query.js';
import type { Moment } from './moment.js';
import type { TimeTravel } from './past/time-travel.js';
import type { RowSource } from './row-source.js';
import { bind, type Standing } from './standing.js';
import { StoredRowSource } from './stored-row-source.js';
import type { View } from './view.js';
import { ViewBehind } from './view-behind.js';
import { ViewHeads } from './view-heads.js';
import { inSnapshot, mustHold } from './view-snapshot.js';

/**
 * The views of a book go on together, but for as much as one transaction takes in. One that is so many entries behind another was emptied
 * by an upgrade and follows the book again: what it lacks is not what the book lacks.
 */
const FAR = 5_000;

/** Gets the standing where the rows are those of now. */
type Answer<T> = (rows: RowSource, seq: number, standing?: Standing) => Promise<T>;

/** Answers a question from a view of a book: from its tables now, or as it was at a moment of the past. */
export class ViewReader {
  /** Where the views stand now. */
  readonly heads: ViewHeads;
  /** By `performance.now()`: when somebody last was told that an entry he had named is in a view. */
  awaitedMs = 0;

  constructor(
    /** Connections of the readers' own: a long question holds up no append. */
    private readonly pool: Pool,
    private readonly store: EventStore,
    private readonly follower: Follower,
    private readonly timeTravel: TimeTravel,
  ) {
    this.heads = new ViewHeads(pool);
  }

  /**
   * @param answer gets the rows and the seq of the entry at which they stand
   * @param about where all rows of the answer are of one thing: its id. Every event that changes them must hold it, as a value of its
   *   own; the past is then made of those events alone, and other rows must not be looked at
   *
   * Errors: Refusal `book_unknown`, also for a moment before the book was opened; InvalidQuery where `atSeq` lies
   * beyond the last entry; ViewBehind, also where the view was emptied and has not followed the book again yet.
   */
  async read<T>(view: View, book: string, moment: Moment, answer: Answer<T>, about?: string): Promise<T> {
    await this.untilReached(view, book, moment.minSeq);
    const { atSeq, asOf, effectiveOn } = moment;
    if (atSeq === undefined && asOf === undefined && effectiveOn === undefined) {
      return this.readStored(view, book, moment.minSeq, answer);
    }
    await this.mustExist(book);
    const lastSeq = await this.lastSeqOf(book, moment);
    if (lastSeq < 0) throw new Refusal('book_unknown', `There was no book ${book} at that time.`);
    return this.timeTravel.read({ view, book, lastSeq, effectiveOn, about }, answer);
  }

  /** Undefined where there is no such book, or was none at that moment. */
  async readIfThere<T>(view: View, book: string, moment: Moment, answer: Answer<T>): Promise<T | undefined> {
    return this.read(view, book, moment, answer).catch((error: unknown) => {
      if (error instanceof Refusal && error.code === 'book_unknown') return undefined;
      throw error;
    });
  }

  private async untilReached(view: View, book: string, minSeq: number | undefined): Promise<void> {
    if (minSeq === undefined) return;
    const head = await this.heads.of(view.name, book);
    if (head === undefined || head.seq < minSeq) {
      await this.mustExist(book);
      await this.follower.waitFor(view, book, minSeq);
    }
    this.awaitedMs = performance.now();
  }

  private async mustExist(book: string): Promise<void> {
    if ((await this.store.revision(book)) < 0) throw new Refusal('book_unknown', `There is no book ${book}.`);
  }

  private async lastSeqOf(book: string, { atSeq, asOf }: Moment): Promise<number> {
    if (asOf !== undefined) return this.store.revisionAsOf(book, asOf);
    const latest = await this.store.revision(book);
    if (atSeq !== undefined && atSeq > latest) {
      throw new InvalidQuery('atSeq', `超出最后一笔 ${latest} is beyond entry ${latest}, the last of the book`);
    }
    return atSeq ?? latest;
  }

  /** A book that was opened a moment ago is waited for, and so is one of which the view was emptied. */
  private async readStored<T>(view: View, book: string, minSeq: number | undefined, answer: Answer<T>): Promise<T> {
    const answered = await this.readBegun(view, book, minSeq, answer);
    if (answered !== undefined) return answered.value;
    await this.mustExist(book);
    await this.follower.waitFor(view, book, 0);
    const again = await this.readBegun(view, book, minSeq, answer);
    if (again === undefined) throw new ViewBehind(view.name, book, 0, -1);
    return again.value;
  }

  /** One snapshot, so that the rows stand exactly at the seq that the answer names. Undefined where the view has not begun the book. */
  private readBegun<T>(
    view: View,
    book: string,
    minSeq: number | undefined,
    answer: Answer<T>,
  ): Promise<{ value: T } | undefined> {
    return inSnapshot(this.pool, view, book, 'now', async ({ client, seq, furthest, version }) => {
      if (seq < 0) return undefined;
      mustHold({ view, book, seq }, minSeq);
      if (seq < furthest - FAR) this.mustStandStill(view, book, seq, furthest);
      const standing: Standing = { view: view.name, book, seq, version };
      return { value: bind(await answer(new StoredRowSource(client, book), seq, standing), standing) };
    });
  }

  /** What it had taken in before, a view that stands still has; one that was emptied lacks it. */
  private mustStandStill({ name }: View, book: string, seq: number, furthest: number): void {
    const stands = this.follower.failures().some((failure) => failure.view === name && failure.book === book);
    if (!stands) throw new ViewBehind(name, book, furthest, seq);
  }
}
