import { Lane } from '../../../lane.js';
import type { RowSet } from '../row-set.js';

/** What some entries of a book make of the rows as they stood before them. */
export interface Fold {
  /** The rows that were looked at; those that were changed count. */
  rows: RowSet;
  /** The entry after which the other rows stand, in the tables and their twins; -1 where all rows are here. */
  base: number;
  /** See `ViewSnapshot`; undefined where the tables were not asked. */
  generation: string | undefined;
}

/** Folds share the processor with whoever answers and posts. Long ones have a way of their own, to keep no short one waiting. */
const MAX_AT_ONCE = { short: 2, long: 2 };
const MAX_KEPT = 8;
/** Over all that is kept; about 25 MB. A larger fold is made again for every page. */
const MAX_ROWS_KEPT = 50_000;

/**
 * Makes folds, few at once, and keeps the last of them: pages of one answer are asked one after another, and what has
 * been recorded does not change. Whoever asks for a fold that is being made shares it.
 */
export class Folds {
  private readonly kept = new Map<string, Promise<Fold>>();
  private readonly sizes = new Map<string, number>();
  private readonly lanes = { short: new Lane(MAX_AT_ONCE.short), long: new Lane(MAX_AT_ONCE.long) };

  /** The rows are shared, and not to be changed. */
  at(name: string, length: 'short' | 'long', make: () => Promise<Fold>): Promise<Fold> {
    const known = this.kept.get(name);
    // The last asked for stands last, and goes last.
    this.kept.delete(name);
    const fold = known ?? this.make(name, length, make);
    this.kept.set(name, fold);
    return fold;
  }

  /** To be made again. */
  forget(name: string): void {
    this.kept.delete(name);
    this.sizes.delete(name);
  }

  private async make(name: string, length: 'short' | 'long', make: () => Promise<Fold>): Promise<Fold> {
    try {
      const fold = await this.lanes[length].run(make);
      this.sizes.set(name, fold.rows.size);
      this.drop();
      return fold;
    } catch (error) {
      this.forget(name);
      throw error;
    }
  }

  /** Those that are still being made count as nothing yet. */
  private drop(): void {
    let [count, rows] = [this.sizes.size, [...this.sizes.values()].reduce((sum, size) => sum + size, 0)];
    for (const name of [...this.kept.keys()]) {
      if (count <= MAX_KEPT && rows <= MAX_ROWS_KEPT) return;
      const size = this.sizes.get(name);
      if (size === undefined) continue;
      this.forget(name);
      count -= 1;
      rows -= size;
    }
  }
}
