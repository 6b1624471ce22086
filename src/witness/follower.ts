import { setTimeout as sleep } from 'node:timers/promises';
import type { Looked } from './witness.js';

export interface FollowerOptions {
  /** Which books there are to look at; asked anew each round. */
  books: () => Promise<string[]>;
  look: (book: string) => Promise<Looked>;
  /** Told of a book that could not be judged, once for each reason: the log does not answer, or with what is no checkpoint of it. */
  complain: (book: string, error: Error) => void;
  /** Told that it was judged again. */
  recovered: (book: string) => void;
}

/** However many submissions are doubtful, the log is not asked more often. */
const DOUBTS_REST_MS = 1_000;

/** Looks at each book again and again, whether or not the log submits anything: a log that says nothing is asked. */
export class Follower {
  private readonly doubtful = new Set<string>();
  /** Of each book that could not be judged why, as it was told. */
  private readonly complaints = new Map<string, string>();
  private wake: () => void = () => undefined;

  constructor(private readonly options: FollowerOptions) {}

  /** Of all books now; answers whether every one was judged and none refused. */
  async round(books?: string[]): Promise<boolean> {
    let isWell = true;
    for (const book of books ?? (await this.options.books())) {
      try {
        isWell = (await this.options.look(book)) !== 'refused' && isWell;
        if (this.complaints.delete(book)) this.options.recovered(book);
      } catch (error) {
        isWell = false;
        this.complain(book, error instanceof Error ? error : new Error(String(error)));
      }
    }
    return isWell;
  }

  private complain(book: string, error: Error): void {
    if (this.complaints.get(book) !== error.message) this.options.complain(book, error);
    this.complaints.set(book, error.message);
  }

  /** The book is looked at soon. */
  doubt(book: string): void {
    this.doubtful.add(book);
    this.wake();
  }

  /** Until the signal. */
  async run(intervalMs: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.round();
      const end = Date.now() + intervalMs;
      while (Date.now() < end && (await this.pause(end - Date.now(), signal))) {
        const books = [...this.doubtful];
        this.doubtful.clear();
        await this.round(books);
        await rest(DOUBTS_REST_MS, signal);
      }
    }
  }

  /** Answers true where a doubt ended it. */
  private async pause(ms: number, signal: AbortSignal): Promise<boolean> {
    if (this.doubtful.size > 0) return true;
    const doubt = new AbortController();
    this.wake = () => doubt.abort();
    await rest(ms, AbortSignal.any([signal, doubt.signal]));
    return this.doubtful.size > 0;
  }
}

async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
