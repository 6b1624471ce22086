import type { KeyFilter } from './key-filter.js';
import type { Pending } from './pending.js';

/** Can be recorded all or none. */
export const MAX_GROUP = 512;
/**
 * In one batch, of those that need not be recorded together. A statement with so many entries of the usual size is taken by
 * the socket of the database as a whole, so that it runs while the next batch is decided.
 */
const MAX_BATCH = 256;
const MOST = 20_000;

/** What a book has been asked to record and has not decided, in order. */
export class PendingQueue {
  private waiting: Pending[] = [];

  get length(): number {
    return this.waiting.length;
  }

  get isFull(): boolean {
    return this.waiting.length >= MOST;
  }

  push(pendings: readonly Pending[]): void {
    for (const pending of pendings) this.waiting.push(pending);
  }

  putBack(batch: readonly Pending[]): void {
    this.waiting = [...batch, ...this.waiting];
  }

  /** The first ones; a group is a batch by itself. */
  nextBatch(): Pending[] {
    const [first] = this.waiting;
    return this.take(first?.group?.length ?? this.until(({ group }) => group !== undefined));
  }

  /**
   * Those of the next batch that can be decided before what went ahead of them is durable. A group cannot, nor what was looked up
   * outside of the book, nor a key that the store has to be asked for. None where they are fewer than `least`.
   */
  nextAhead(keys: KeyFilter, least: number): Pending[] {
    const count = this.until(
      ({ key, command, group }) => group !== undefined || command.evidence !== undefined || keys.mayHold(key),
    );
    return count < least ? [] : this.take(count);
  }

  private until(isEnd: (pending: Pending) => boolean): number {
    const most = Math.min(this.waiting.length, MAX_BATCH);
    let end = 0;
    for (const pending of this.waiting) {
      if (end === most || isEnd(pending)) break;
      end += 1;
    }
    return end;
  }

  private take(count: number): Pending[] {
    return this.waiting.splice(0, count);
  }
}
