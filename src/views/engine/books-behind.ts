/** A book of which some view lacks entries. */
export interface Lag {
  book: string;
  /** Of the last entry that every view has. */
  seq: number;
  revision: number;
}

interface Waiting {
  /** The last entry that there was when it was looked at. */
  revision: number;
  lookedMs: number;
  /** Before the first entry that is waited for was appended. */
  sinceMs: number;
}

/** For how long entries have been waiting at most, by looking now and then, whoever appends them and takes them in. */
export class BooksBehind {
  private books = new Map<string, Waiting>();
  private lookedMs = Number.NEGATIVE_INFINITY;

  /** All that are behind, as they are found at `nowMs` or later. */
  look(lags: Iterable<Lag>, nowMs: number): void {
    const before = this.books;
    this.books = new Map();
    for (const { book, seq, revision } of lags) {
      const known = before.get(book);
      if (known !== undefined && seq < known.revision) this.books.set(book, known);
      // What is missing now was not there yet when it was looked at before.
      else this.books.set(book, { revision, lookedMs: nowMs, sinceMs: known?.lookedMs ?? this.lookedMs });
    }
    this.lookedMs = nowMs;
  }

  /** Infinite where that is not known: for what was missing at the first look. */
  longestMs(nowMs: number): number {
    let longest = 0;
    for (const { sinceMs } of this.books.values()) longest = Math.max(longest, nowMs - sinceMs);
    return longest;
  }
}
