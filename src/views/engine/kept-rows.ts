import type { Standing } from './locked-checkpoints.js';
import { RowSet } from './row-set.js';
import type { View } from './view.js';

/** Over all books; about 25 MB. */
const MOST_ROWS = 50_000;

interface Kept {
  rows: RowSet;
  /** Where each view stood when this process left it, and which transaction had put it there. */
  left: Map<View, { seq: number; version: string }>;
}

/**
 * The rows that a follower has looked at, kept from one transaction to the next. As long as the checkpoint of a book is as it was
 * left nobody else has changed the rows of a view of it: whoever follows or rebuilds one moves the checkpoint too.
 */
export class KeptRows {
  private readonly books = new Map<string, Kept>();

  constructor(private readonly mostRows = MOST_ROWS) {}

  /** Those of the book that still hold for the views. Whoever takes them changes them: to be kept or forgotten then. */
  of({ book, views, seq, version }: Standing): RowSet {
    const { rows, left } = this.books.get(book) ?? { rows: new RowSet(book, { isWhole: false }), left: new Map() };
    // The book that was asked for last stands last, and goes last.
    this.books.delete(book);
    this.books.set(book, { rows, left });
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
    this.dropSome();
  }

  /** Where it is not known what became of a transaction. */
  forget(book: string): void {
    this.books.delete(book);
  }

  private dropSome(): void {
    let size = [...this.books.values()].reduce((sum, { rows }) => sum + rows.size, 0);
    for (const [book, { rows }] of this.books) {
      if (size <= this.mostRows) return;
      size -= rows.size;
      this.books.delete(book);
    }
  }
}
