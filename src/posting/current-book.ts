import type { EventStore } from '../event-store/event-store.js';
import type { BookLog } from '../log/book-log.js';
import { LoadedBook } from './loaded-book.js';
import type { BookSnapshots } from './snapshots/snapshots.js';

/** The book is written under a lock for so long after another process was seen to write it too. */
const CONTENDED_FOR_MS = 10_000;
/** A book that rested for longer may have been written elsewhere; it catches up before it decides. */
const FRESH_FOR_MS = 250;

/** The book of a writer as it is in memory, and how far what is in memory can be relied upon. */
export class CurrentBook {
  private loaded: LoadedBook | undefined;
  private freshUntil = 0;
  private contendedUntil = 0;

  constructor(
    private readonly book: string,
    private readonly log: BookLog,
    private readonly snapshots?: BookSnapshots,
  ) {}

  get memory(): LoadedBook | undefined {
    return this.loaded;
  }

  /** Another process was seen to write it too: taking turns costs less than a conflict, after which it is loaded anew. */
  get isContended(): boolean {
    return Date.now() < this.contendedUntil;
  }

  /** It is in memory but rested for so long that another process may have written it. */
  get isInDoubt(): boolean {
    return this.loaded !== undefined && !this.isContended && Date.now() >= this.freshUntil;
  }

  /** Asks whether it is still as it is in memory. Where it is not, or that cannot be told now, `upToDate` finds out by itself. */
  async settleDoubt(store: Pick<EventStore, 'revision'>): Promise<void> {
    const askedAt = Date.now();
    const revision = await store.revision(this.book).catch(() => undefined);
    if (revision !== undefined && revision + 1 === this.loaded?.state.nextSeq)
      this.freshUntil = Math.max(this.freshUntil, askedAt + FRESH_FOR_MS);
  }

  async upToDate(store: EventStore, mustCatchUp: boolean): Promise<LoadedBook> {
    const isFresh = this.loaded !== undefined && !mustCatchUp && Date.now() < this.freshUntil;
    const known = this.loaded?.state.nextSeq;
    this.loaded ??= new LoadedBook(this.book, this.log, this.snapshots);
    if (!isFresh) await this.loaded.catchUp(store);
    if (known !== undefined && this.loaded.state.nextSeq > known) this.contended();
    return this.loaded;
  }

  /** What was decided on it was appended, so it was what the store had. */
  confirmed(): void {
    this.freshUntil = Date.now() + FRESH_FOR_MS;
  }

  contended(): void {
    this.contendedUntil = Date.now() + CONTENDED_FOR_MS;
  }

  /** It holds entries that were not appended, or may not have been: it is read again from the store. */
  drop(): void {
    this.loaded = undefined;
  }
}
