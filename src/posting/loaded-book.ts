import { evolve, ImpossibleHistory } from '../domain/book.js';
import type { BookEvent } from '../domain/event.js';
import type { BookState } from '../domain/state.js';
import { type EventStore, parseEvent } from '../event-store/event-store.js';
import type { BookLog } from '../log/book-log.js';
import { type Hash, leafHash } from '../log/hash.js';
import type { TileHash, TreeEdge } from '../log/tree-edge.js';
import type { KeyFilter } from './key-filter.js';
import { emptyMemory } from './snapshots/book-parts.js';
import type { BookSnapshots } from './snapshots/snapshots.js';

const PAGE = 1_000;

/** A book in memory: what stands after its events so far, which keys they hold, and the edge of their tree. */
export class LoadedBook {
  private memory = emptyMemory();
  /** Events that the snapshot held from which it was loaded. */
  private restored: number | undefined;
  private isChecked = false;

  constructor(
    readonly book: string,
    private readonly log: BookLog,
    private readonly snapshots?: BookSnapshots,
  ) {}

  get state(): BookState {
    return this.memory.state;
  }

  get keys(): KeyFilter {
    return this.memory.keys;
  }

  get edge(): TreeEdge {
    return this.memory.edge;
  }

  /** Applies the events that the store has and this does not. Error: ImpossibleHistory. */
  async catchUp(store: EventStore): Promise<void> {
    if (this.restored === undefined) await this.restore();
    do {
      await this.read(store);
      this.isChecked ||= await this.isSigned();
    } while (!this.isChecked);
  }

  /** Applies one event; what its log gains by it is to be kept with it. */
  apply(event: BookEvent, leaf: Hash): readonly TileHash[] {
    evolve(this.state, event);
    this.keys.add(event.command);
    return this.edge.append(leaf);
  }

  /** How many events the snapshot saved it from reading. */
  get fromSnapshot(): number {
    return this.restored ?? 0;
  }

  private async restore(): Promise<void> {
    const memory = await this.snapshots?.restore(this.book);
    this.memory = memory ?? this.memory;
    this.restored = memory?.edge.size ?? 0;
  }

  /** The next page is read while one is applied. */
  private async read(store: EventStore): Promise<void> {
    let next = store.read(this.book, this.state.nextSeq, PAGE);
    for (;;) {
      const page = await next;
      const isLast = page.length < PAGE;
      if (!isLast) {
        next = store.read(this.book, this.state.nextSeq + PAGE, PAGE);
        // It is awaited after the page was applied; where that fails, nobody asks for it any more.
        next.catch(() => undefined);
      }
      for (const stored of page) this.apply(parseEvent(stored), leafHash(stored.canonical));
      if (isLast) return;
    }
  }

  /**
   * Nothing is signed on top of events that are not those that were signed before. False where another process has
   * appended meanwhile.
   */
  private async isSigned(): Promise<boolean> {
    const { size } = this.edge;
    if (size === 0) return true;
    const latest = await this.log.latest(this.book);
    if (latest !== undefined && latest.size > size) return false;
    if (latest?.size === size && latest.root.equals(this.edge.root())) return true;
    throw new ImpossibleHistory(`the ${size} events of book ${this.book} are not those that its log has signed`);
  }
}
