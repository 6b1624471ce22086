import { evolve, ImpossibleHistory, initialState } from '../domain/book.js';
import type { BookEvent } from '../domain/event.js';
import type { BookState } from '../domain/state.js';
import { type EventStore, parseEvent } from '../event-store/event-store.js';
import type { BookLog } from '../log/book-log.js';
import { type Hash, leafHash } from '../log/hash.js';
import { type TileHash, TreeEdge } from '../log/tree-edge.js';
import { KeyFilter } from './key-filter.js';

const PAGE = 2000;

/** A book in memory: what stands after its events so far, which keys they hold, and the edge of their tree. */
export class LoadedBook {
  readonly state: BookState = initialState();
  readonly keys = new KeyFilter();
  readonly edge = new TreeEdge();
  private isChecked = false;

  constructor(
    private readonly book: string,
    private readonly log: BookLog,
  ) {}

  /** Applies the events that the store has and this does not. Error: ImpossibleHistory. */
  async catchUp(store: EventStore): Promise<void> {
    do {
      await this.read(store);
      this.isChecked ||= await this.isSigned();
    } while (!this.isChecked);
  }

  /** Applies one event; what its log gains by it is to be kept with it. */
  apply(event: BookEvent, leaf: Hash): TileHash[] {
    evolve(this.state, event);
    this.keys.add(event.command);
    return this.edge.append(leaf);
  }

  private async read(store: EventStore): Promise<void> {
    for (;;) {
      const page = await store.read(this.book, this.state.nextSeq, PAGE);
      for (const stored of page) this.apply(parseEvent(stored), leafHash(stored.canonical));
      if (page.length < PAGE) return;
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
