import { settlement } from '../../src/domain/funds/settlement.js';
import {
  type Claim,
  ClaimTaken,
  EventStore,
  KeyTaken,
  type NewEvent,
  parseEvent,
  type Seal,
  type StoredEvent,
  WrongRevision,
} from '../../src/event-store/event-store.js';

/** Keeps the events of all books in this process, by the contract that every event store fulfils. Its log is not kept. */
export class MemoryEventStore extends EventStore {
  readonly maxBatchBytes = Number.POSITIVE_INFINITY;
  private readonly books = new Map<string, StoredEvent[]>();
  private claims = new Map<string, Claim>();
  private readonly turns = new Map<string, Promise<unknown>>();

  async append(book: string, expectedRevision: number, events: NewEvent[], _seal: Seal): Promise<void> {
    const before = this.books.get(book) ?? [];
    if (before.length - 1 !== expectedRevision) throw new WrongRevision(`book ${book} has moved on`);
    const commands = new Set(before.map((stored) => parseEvent(stored).command));
    const claims = new Map(this.claims);
    for (const { seq, event } of events) {
      if (commands.has(event.command)) throw new KeyTaken(event.command);
      commands.add(event.command);
      const { take, release } = settlement(event);
      if (release !== undefined) claims.delete(release);
      if (take === undefined) continue;
      if (claims.has(take)) throw new ClaimTaken(take);
      claims.set(take, { key: take, book, seq });
    }
    this.claims = claims;
    const added = events.map(({ seq, canonical, requestHash }) => ({
      seq,
      canonical: canonical.toString(),
      requestHash,
    }));
    this.books.set(book, [...before, ...added]);
  }

  async read(book: string, from: number, limit: number): Promise<StoredEvent[]> {
    return (this.books.get(book) ?? []).slice(from, from + limit);
  }

  async findByCommands(book: string, commands: string[]): Promise<(StoredEvent & { command: string })[]> {
    return (this.books.get(book) ?? [])
      .map((stored) => ({ ...stored, command: parseEvent(stored).command }))
      .filter(({ command }) => commands.includes(command));
  }

  async findClaims(keys: string[]): Promise<Claim[]> {
    return keys.flatMap((key) => this.claims.get(key) ?? []);
  }

  async revision(book: string): Promise<number> {
    return (this.books.get(book)?.length ?? 0) - 1;
  }

  async revisionAsOf(book: string, instant: Date): Promise<number> {
    const events = this.books.get(book) ?? [];
    return events.findLastIndex((stored) => parseEvent(stored).recordedAt <= instant.toISOString());
  }

  async revisions(): Promise<Map<string, number>> {
    return new Map([...this.books].map(([book, events]) => [book, events.length - 1] as const).sort());
  }

  exclusively<T>(book: string, work: (store: EventStore) => Promise<T>): Promise<T> {
    const turn = (this.turns.get(book) ?? Promise.resolve()).then(() => work(this));
    this.turns.set(
      book,
      turn.catch(() => undefined),
    );
    return turn;
  }
}
