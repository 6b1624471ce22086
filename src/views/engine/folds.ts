import type { EventStore } from '../../event-store/event-store.js';
import { fold } from './fold.js';
import type { RowSet } from './row-set.js';
import type { View } from './view.js';

/** A book can hold a million events; folds of all callers share the processor with the write path. */
const MAX_AT_ONCE = 2;
const MAX_KEPT = 8;
/** Over all that is kept; about 25 MB. A larger fold is made again for every page. */
const MAX_ROWS_KEPT = 50_000;

/**
 * Makes folds, few at once, and keeps the last of them: pages of one answer are asked one after another, and what has
 * been recorded does not change. Whoever asks for a fold that is being made shares it.
 */
export class Folds {
  private readonly kept = new Map<string, Promise<RowSet>>();
  private readonly sizes = new Map<string, number>();
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  constructor(private readonly store: EventStore) {}

  /** The rows are shared, and not to be changed. */
  at(view: View, book: string, lastSeq: number, effectiveOn?: string): Promise<RowSet> {
    const name = `${view.name} ${book} ${lastSeq} ${effectiveOn ?? ''}`;
    const known = this.kept.get(name);
    // The last asked for stands last, and goes last.
    this.kept.delete(name);
    const rows = known ?? this.make(name, view, book, lastSeq, effectiveOn);
    this.kept.set(name, rows);
    return rows;
  }

  private async make(name: string, view: View, book: string, lastSeq: number, effectiveOn?: string): Promise<RowSet> {
    if (this.running === MAX_AT_ONCE) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running += 1;
    try {
      const rows = await fold(this.store, view, book, lastSeq, effectiveOn);
      this.sizes.set(name, rows.size);
      this.drop();
      return rows;
    } catch (error) {
      this.kept.delete(name);
      throw error;
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.running -= 1;
      else next();
    }
  }

  /** Those that are still being made count as nothing yet. */
  private drop(): void {
    let [count, rows] = [this.sizes.size, [...this.sizes.values()].reduce((sum, size) => sum + size, 0)];
    for (const name of [...this.kept.keys()]) {
      if (count <= MAX_KEPT && rows <= MAX_ROWS_KEPT) return;
      const size = this.sizes.get(name);
      if (size === undefined) continue;
      this.kept.delete(name);
      this.sizes.delete(name);
      count -= 1;
      rows -= size;
    }
  }
}
