import type { View } from './view.js';

/** Why a view of a book stands still. */
export interface StandingFailure {
  view: string;
  book: string;
  /** The event that does not go in; absent where the database failed. */
  seq?: number;
  type?: string;
  message: string;
  retryAt: Date;
}

/** What takes new events into every view: beside the caller, or in a thread of its own. */
export abstract class Follower {
  private readonly listeners = new Set<(book: string, events: number) => void>();

  /** To be told of what this follower takes in: for each view apart, so a book counts as often as there are views. */
  subscribe(listener: (book: string, events: number) => void): void {
    this.listeners.add(listener);
  }

  protected tookIn(book: string, events: number): void {
    for (const listener of this.listeners) listener(book, events);
  }

  abstract start(): void;
  /** Ends after the transaction under way. */
  abstract stop(): Promise<void>;
  /** Cheap: to be called after every append in this process, with how many entries it was of, where that is known. */
  abstract bookAdvanced(book: string, entries?: number): void;
  /** Resolves once the view has taken in entry `minSeq` of an existing book. Errors: ViewBehind. */
  abstract waitFor(view: View, book: string, minSeq: number, timeoutMs?: number): Promise<void>;
  /** The views of books that stand still, and why. */
  abstract failures(): StandingFailure[];
}
