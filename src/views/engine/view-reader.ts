import { IsolationLevel } from '@mikro-orm/core';
import type { MikroORM } from '@mikro-orm/postgresql';
import { Refusal } from '../../domain/refusal.js';
import type { EventStore } from '../../event-store/event-store.js';
import { Folds } from './folds.js';
import type { Follower } from './follower.js';
import { InvalidQuery } from './invalid-query.js';
import type { Moment } from './moment.js';
import { FoldedRows, type RowSource } from './row-source.js';
import { StoredRowSource } from './stored-row-source.js';
import type { View } from './view.js';

type Answer<T> = (rows: RowSource, seq: number) => Promise<T>;

/** Answers a question from a view of a book: from its tables now, or folded for a moment of the past. */
export class ViewReader {
  private readonly folds: Folds;

  constructor(
    private readonly orm: MikroORM,
    private readonly store: EventStore,
    private readonly follower: Follower,
  ) {
    this.folds = new Folds(store);
  }

  /**
   * @param answer gets the rows and the seq of the entry at which they stand
   *
   * Errors: Refusal `book_unknown`, also for a moment before the book was opened; InvalidQuery where `atSeq` lies
   * beyond the last entry; ViewBehind.
   */
  async read<T>(view: View, book: string, moment: Moment, answer: Answer<T>): Promise<T> {
    const head = await this.store.revision(book);
    if (head < 0) throw new Refusal('book_unknown', `There is no book ${book}.`);
    if (moment.minSeq !== undefined) await this.follower.waitFor(view, book, moment.minSeq);
    const lastSeq = await this.lastSeqOf(book, moment, head);
    if (lastSeq === undefined) return this.readStored(view, book, answer);
    if (lastSeq < 0) throw new Refusal('book_unknown', `There was no book ${book} at that time.`);
    return answer(new FoldedRows(await this.folds.at(view, book, lastSeq, moment.effectiveOn)), lastSeq);
  }

  /** Undefined for now. */
  private async lastSeqOf(book: string, moment: Moment, head: number): Promise<number | undefined> {
    const { atSeq, asOf, effectiveOn } = moment;
    if (atSeq !== undefined) {
      // The head was read before a wait for minSeq, which may have brought this entry.
      const latest = atSeq > head ? await this.store.revision(book) : head;
      if (atSeq > latest) throw new InvalidQuery('atSeq', `is beyond entry ${latest}, the last of the book`);
      return atSeq;
    }
    if (asOf !== undefined) return this.store.revisionAsOf(book, asOf);
    return effectiveOn === undefined ? undefined : this.store.revision(book);
  }

  /** One snapshot, so that the rows stand exactly at the seq that the answer names. */
  private readStored<T>(view: View, book: string, answer: Answer<T>): Promise<T> {
    return this.orm.em.fork().transactional(
      async (em) => {
        // Before the snapshot is taken: else a rebuild that switches the tables meanwhile would leave them empty in it.
        const tables = view.tables.map(({ name }) => `views.${name}`);
        await em.execute(`lock table ${tables.join(', ')} in access share mode`);
        const checkpoints = await em.execute<{ seq: number }[]>(
          'select seq from views.checkpoints where view = ? and book = ?',
          [view.name, book],
        );
        return answer(new StoredRowSource(em, book), checkpoints[0]?.seq ?? -1);
      },
      { isolationLevel: IsolationLevel.REPEATABLE_READ, readOnly: true },
    );
  }
}
