import type { Standing } from './locked-checkpoints.js';
import { RowSet } from './row-set.js';
import type { View } from './view.js';

/** Over all books; about 25 MB. */
const MOST_ROWS = 50_000;

interface Kept {
  rows: RowSet;
  /** Where each view stood when this process left it, and which transaction had put it there. */
  left: Map<View, { seq: number; version: string }>;
  /** How many rows there were when they were counted last. */
  counted: number;
}

/**
 * The rows that a follower has looked at, kept from one transaction to the next. As long as the checkpoint of a book is as it was
 * left nobody else has changed the rows of a view of it: whoever follows or rebuilds one moves the checkpoint too.
 */
export class KeptRows {
  private readonly books = new Map<string, Kept>();
  /** Of all books. To count them anew for each book took half of the thread's time where there were a thousand. */
  private counted = 0;

  constructor(private readonly mostRows = MOST_ROWS) {}

  /** Those of the book that still hold for the views. Whoever takes them changes them: to be kept or forgotten then. */
  of({ book, views, seq, version }: Standing): RowSet {
    const kept = this.books.get(book) ?? {
      rows: new RowSet(book, { isWhole: false }),
      left: new Map<View, { seq: number; version: string }>(),
      counted: 0,
    };
    // The book that was asked for last stands last, and goes last.
    this.books.delete(book);
    this.books.set(book, kept);
    const { rows, left } = kept;
    for (const view of views) {
      const was = left.get(view);
      if (was !== undefined && was.seq === seq && was.version === version) continue;
      for (const table of view.tables) rows.dropAll(table);
      left.delete(view);
    }
    return rows;
  }

  /** After the commit. */
  keep(book: string, views: readonly View[], seq: number, version: string): void {
    const kept = this.books.get(book);
    if (kept === undefined) return;
    for (const view of views) {
      kept.left.set(view, { seq, version });
      for (const table of view.tables) {
        kept.rows.settle(table, (held) => {
          held.storedSeq = held.changedSeq ?? held.storedSeq;
          return held.row !== undefined && table.isOfOneEntry(held.row) ? 'goes' : 'stays';
        });
      }
    }
    const { size } = kept.rows;
    this.counted += size - kept.counted;
    kept.counted = size;
    this.dropSome();
  }

  /** Where it is not known what became of a transaction. */
  forget(book: string): void {
    this.counted -= this.books.get(book)?.counted ?? 0;
    this.books.delete(book);
  }

  private dropSome(): void {
    for (const book of this.books.keys()) {
      if (this.counted <= this.mostRows) return;
      this.forget(book);
    }
  }
}
