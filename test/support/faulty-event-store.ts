import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { EventStore, NewEvent, Seal } from '../../src/event-store/event-store.js';
import { PostgresEventStore } from '../../src/event-store/postgres.js';

/** What befalls an append: nothing, the connection before or after it was made, or an entry of another process before it. */
export type Fault = 'none' | 'lost before' | 'lost after' | 'overtaken';

/** Takes its time to append, and fails as it is told to; sees what it was asked while it appended. */
export class FaultyEventStore extends PostgresEventStore {
  faults: Fault[] = [];
  overtake: () => Promise<unknown> = async () => undefined;
  /** No append is made before. */
  until: Promise<unknown> = Promise.resolve();
  /** Of the book that is written here: its last entry that is known to be durable. */
  lastDurable = -1;
  /** Appends to a book that another append to it was not yet answered for. */
  overlapping = 0;
  /** Appends since which the event loop has had a turn, in which a statement is sent. */
  onTheirWay = 0;
  /** Entries that were decided before the batch below them was durable. */
  decidedAhead = 0;
  /** Once the first append was asked for. */
  readonly begun: Promise<void>;
  private begin: () => void = () => undefined;
  private appending = 0;
  private lastDoneAt = '';

  constructor(pool: pg.Pool) {
    super(pool);
    this.begun = new Promise((resolve) => {
      this.begin = resolve;
    });
  }

  override async append(book: string, expectedRevision: number, events: NewEvent[], seal: Seal): Promise<void> {
    if (this.appending > 0) this.overlapping += 1;
    this.appending += 1;
    setImmediate(() => {
      this.onTheirWay += 1;
    });
    this.begin();
    this.decidedAhead += events.filter(({ event }) => event.recordedAt < this.lastDoneAt).length;
    try {
      await this.appendWith(this.faults.shift() ?? 'none', async () => {
        await super.append(book, expectedRevision, events, seal);
        this.lastDurable = seal.size - 1;
      });
      this.lastDoneAt = new Date().toISOString();
    } finally {
      this.appending -= 1;
    }
  }

  override async exclusively<T>(book: string, work: (store: EventStore) => Promise<T>): Promise<T> {
    const result = await super.exclusively(book, work);
    this.lastDurable = await this.revision(book);
    return result;
  }

  private async appendWith(fault: Fault, append: () => Promise<void>): Promise<void> {
    await this.until;
    await sleep(15);
    if (fault === 'lost before') throw new Error('Connection terminated unexpectedly');
    if (fault === 'overtaken') await this.overtake();
    await append();
    if (fault === 'lost after') throw new Error('Connection terminated unexpectedly');
  }
}
