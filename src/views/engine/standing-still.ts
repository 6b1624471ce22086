import type { Advance, ViewFailure } from './advance.js';
import { PAGE } from './event-pages.js';
import type { StandingFailure } from './follower.js';
import type { View } from './view.js';

interface Trouble extends StandingFailure {
  attempts: number;
}

const RETRY_FIRST_MS = 1_000;
const RETRY_LAST_MS = 60_000;

/**
 * Views that could not take in some events of a book. The transaction of each is halved until the one event that does not go in
 * stands alone; there the view stands still, and is tried again after a while, each time a longer one.
 */
export class StandingStill {
  private readonly troubles = new Map<string, Trouble>();
  /** Smaller transactions after a failure, until that event is found. */
  private readonly limits = new Map<string, number>();

  constructor(private readonly log: (message: string, facts: Record<string, unknown>) => void) {}

  failures(): StandingFailure[] {
    return [...this.troubles.values()].map(({ attempts: _, ...failure }) => failure);
  }

  get isAny(): boolean {
    return this.troubles.size > 0;
  }

  /** The books of views that are to be tried again by now. */
  *dueAgain(nowMs: number): Iterable<string> {
    for (const { book, retryAt } of this.troubles.values()) if (retryAt.getTime() <= nowMs) yield book;
  }

  /** It is to rest for a while. */
  isResting(view: View, book: string): boolean {
    return (this.troubles.get(nameOf(view, book))?.retryAt.getTime() ?? 0) > Date.now();
  }

  /** It would spoil a transaction for others. */
  isAlone(view: View, book: string): boolean {
    const name = nameOf(view, book);
    return this.troubles.has(name) || this.limits.has(name);
  }

  /** Events of its next transaction, at most. */
  limitOf(view: View, book: string): number {
    return this.limits.get(nameOf(view, book)) ?? PAGE;
  }

  noteSuccess({ view, book, seq, events }: Advance): void {
    const name = nameOf(view, book);
    // Also where another process has taken in the event that this one could not.
    if (seq >= (this.troubles.get(name)?.seq ?? -1)) this.troubles.delete(name);
    const limit = this.limits.get(name);
    if (events === 0 || limit === undefined) return;
    if (limit * 2 >= PAGE) this.limits.delete(name);
    else this.limits.set(name, limit * 2);
  }

  /** Answers whether a smaller transaction is to be tried at once. */
  noteFailure(view: View, { first, events, message }: ViewFailure): boolean {
    const { book, seq, type } = first;
    const name = nameOf(view, book);
    if (events > 1) {
      this.limits.set(name, Math.ceil(events / 2));
      return true;
    }
    const attempts = (this.troubles.get(name)?.attempts ?? 0) + 1;
    const retryAt = new Date(Date.now() + Math.min(RETRY_FIRST_MS * 2 ** (attempts - 1), RETRY_LAST_MS));
    this.troubles.set(name, { view: view.name, book, seq, type, message, retryAt, attempts });
    this.log('a view stands still', { view: view.name, book, seq, type, error: message, retryAt });
    return false;
  }
}

function nameOf({ name }: View, book: string): string {
  return `${name} ${book}`;
}
