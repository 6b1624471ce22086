import type { DivisionCode } from '../../domain/division.js';
import type { Finding } from './finding.js';

/** What was found in a book, what is worst first, up to which entry. */
export interface FoundInBook {
  book: DivisionCode;
  seq: number;
  items: Finding[];
}

interface Kept {
  standing: string;
  found: Promise<FoundInBook | undefined>;
  size: number;
}

/** Over all books; about 35 MB. */
const MOST_KEPT = 100_000;

/**
 * What was found in books, as long as they stand where they stood: a book in which ten thousand entries were never disclosed takes a tenth of a
 * second to look through, and anybody may ask, page by page, for each of its villages. Whoever asks meanwhile shares it.
 */
export class KeptFindings {
  /** The one that was asked for last stands last. */
  private readonly kept = new Map<DivisionCode, Kept>();

  /** @param standing another text where the rows or the day are others; it is of a moment before `find` reads them */
  of(
    book: DivisionCode,
    standing: string,
    find: () => Promise<FoundInBook | undefined>,
  ): Promise<FoundInBook | undefined> {
    const known = this.kept.get(book);
    this.kept.delete(book);
    const kept = known?.standing === standing ? known : { standing, found: find(), size: 0 };
    this.kept.set(book, kept);
    if (kept !== known)
      kept.found.then(
        (found) => this.weigh(book, kept, found),
        () => this.forget(book, kept),
      );
    return kept.found;
  }

  private weigh(book: DivisionCode, kept: Kept, found: FoundInBook | undefined): void {
    if (found === undefined) this.forget(book, kept);
    else kept.size = found.items.length;
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
