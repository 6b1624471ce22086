import type { DivisionCode } from '../../domain/division.js';
import type { Finding } from './finding.js';

/** What was found in a book, what is worst first, up to which entry. */
export interface FoundInBook {
  book: DivisionCode;
  seq: number;
  items: Finding[];
}

interface Kept {
  /** What the rows and the day were a moment before it was begun. */
  standing: string;
  /** Looks are numbered as they begin. */
  begun: number;
  found: Promise<FoundInBook | undefined>;
  isDone: boolean;
  size: number;
}

/** Over all books; about 50 MB. A book that has more than half of it is not kept. */
const MOST_KEPT = 100_000;

/**
 * What was found in books, as long as they stand where they stood: a book in which ten thousand entries were never disclosed takes a tenth of a
 * second to look through, and anybody may ask, page by page, for each of its villages. A book is looked through once at a time, however
 * fast it grows: whoever asks meanwhile waits, and shares the next look with all who wait.
 */
export class KeptFindings {
  /** The one that was asked for last stands last. */
  private readonly kept = new Map<DivisionCode, Kept>();
  private looks = 0;

  /** @param standing another text where the rows or the day are others; undefined where there are no rows */
  async of(
    book: DivisionCode,
    standing: () => Promise<string | undefined>,
    look: () => Promise<FoundInBook | undefined>,
  ): Promise<FoundInBook | undefined> {
    const asked = this.looks;
    for (;;) {
      const now = await standing();
      if (now === undefined) return look();
      const known = this.kept.get(book);
      // What was begun since it was asked for is as new as it can be asked to be.
      if (known !== undefined && (known.standing === now || known.begun > asked)) {
        this.keep(book, known);
        return known.found;
      }
      if (known === undefined || known.isDone) return this.begin(book, now, look);
      await known.found.catch(() => undefined);
    }
  }

  private begin(
    book: DivisionCode,
    standing: string,
    look: () => Promise<FoundInBook | undefined>,
  ): Promise<FoundInBook | undefined> {
    this.looks += 1;
    const kept: Kept = { standing, begun: this.looks, found: look(), isDone: false, size: 0 };
    this.keep(book, kept);
    kept.found.then(
      (found) => this.weigh(book, kept, found),
      () => this.forget(book, kept),
    );
    return kept.found;
  }

  private keep(book: DivisionCode, kept: Kept): void {
    this.kept.delete(book);
    this.kept.set(book, kept);
  }

  private weigh(book: DivisionCode, kept: Kept, found: FoundInBook | undefined): void {
    kept.isDone = true;
    if (found === undefined || found.items.length > MOST_KEPT / 2) {
      this.forget(book, kept);
      return;
    }
    kept.size = found.items.length;
    let size = [...this.kept.values()].reduce((sum, one) => sum + one.size, 0);
    for (const [oldest, { size: its }] of this.kept) {
      if (size <= MOST_KEPT) return;
      if (its === 0) continue;
      this.kept.delete(oldest);
      size -= its;
    }
  }

  private forget(book: DivisionCode, kept: Kept): void {
    if (this.kept.get(book) === kept) this.kept.delete(book);
  }
}
