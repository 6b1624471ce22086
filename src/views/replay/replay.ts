import type { Pool, PoolClient } from 'pg';
import { initialState } from '../../domain/book.js';
import { type EventStore, parseEvent, type StoredEvent } from '../../event-store/event-store.js';
import { PostgresEventStore } from '../../event-store/postgres.js';
import { MissingEvent, readPages } from '../../event-store/read-book.js';
import { VIEWS } from '../all-views.js';
import { readSeqs } from '../engine/checkpoint.js';
import { CHUNK, leftInChunk } from '../engine/past/chunks.js';
import { RowSet } from '../engine/row-set.js';
import type { View } from '../engine/view.js';
import { PastComparison } from './compare-past.js';
import { compareTables } from './compare-tables.js';
import type { Difference } from './difference.js';
import { stateAgainstViews, takeIn } from './state-against-views.js';

export interface Replayed {
  book: string;
  /** Seq of the last entry that was replayed. */
  until: number;
  /**
   * Views whose tables stand at an entry that was replayed, how many rows were compared there, and how many earlier versions of
   * rows that are kept for questions about the past.
   */
  compared: { view: string; atSeq: number; rows: number; past: number }[];
  /** Views whose tables stand at a later entry: of them only the versions that were ended until then were compared. */
  later: { view: string; atSeq: number; past: number }[];
  difference?: Difference;
}

interface Options {
  /** The whole book where absent. */
  until?: number;
  /** Entries, and in the end the rows that are compared. */
  onProgress?: (done: number, total: number) => void;
  /** The event store as the snapshot sees it, where it is not in this database. */
  within?: (client: PoolClient) => EventStore;
  /** Entries of a chunk, with which the views were made. */
  chunk?: number;
}

/** What the events make of a view, and where its tables stand. */
interface Fold {
  view: View;
  rows: RowSet;
  past: PastComparison;
  atSeq: number;
}

/**
 * Makes what stands in a book again, from nothing but its events, and holds it against the views that the service answers
 * from. One snapshot of the database, so that a running service does not disturb.
 */
export async function replay(pool: Pool, book: string, options: Options = {}): Promise<Replayed> {
  const client = await pool.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    const tables = VIEWS.flatMap((view) =>
      view.tables.flatMap(({ name, pastName }) => [`views.${name}`, `views.${pastName}`]),
    );
    // Before the snapshot, so that no rebuild switches the tables meanwhile.
    await client.query(`lock table ${tables.join(', ')} in access share mode`);
    const store = options.within?.(client) ?? new PostgresEventStore(pool, client);
    return await new Replay(client, store, book, await foldsOf(client, book), options).run();
  } finally {
    // Closed rather than returned: the snapshot ends with it, whatever happened.
    client.release(true);
  }
}

async function foldsOf(client: PoolClient, book: string): Promise<Fold[]> {
  const seqs = await readSeqs(client, book);
  return VIEWS.map((view) => {
    const made = new RowSet(book, { isWhole: true });
    const past = new PastComparison(client, view, made);
    return { view, rows: made, past, atSeq: seqs[view.name] ?? -1 };
  });
}

class Replay {
  private readonly state = initialState();
  private readonly compared: Replayed['compared'] = [];
  private readonly chunk: number;
  private rowsCompared = 0;

  constructor(
    private readonly client: PoolClient,
    private readonly store: EventStore,
    private readonly book: string,
    private readonly folds: readonly Fold[],
    private readonly options: Options,
  ) {
    this.chunk = options.chunk ?? CHUNK;
  }

  async run(): Promise<Replayed> {
    const head = await this.store.revision(this.book);
    const until = this.options.until ?? head;
    const difference = this.missingEnd(head) ?? (await this.foldUntil(until)) ?? this.disagreement();
    const later = this.folds
      .filter(({ atSeq }) => atSeq > until)
      .map(({ view, past, atSeq }) => ({ view: view.name, atSeq, past: past.count }));
    return { book: this.book, until, compared: this.compared, later, ...(difference !== undefined && { difference }) };
  }

  /** A view cannot have seen more than there ever was. */
  private missingEnd(head: number): Difference | undefined {
    const ahead = this.folds.find(({ atSeq }) => atSeq > head);
    if (ahead === undefined) return undefined;
    const expected = `${ahead.atSeq}, which the view ${ahead.view.name} has taken in`;
    return { book: this.book, seq: head + 1, where: 'history', field: 'last entry', expected, found: `${head}` };
  }

  private async foldUntil(until: number): Promise<Difference | undefined> {
    const early = (await this.comparePastAfter(-1, until)) ?? (await this.compareAt(-1, until));
    if (early !== undefined) return early;
    let seq = 0;
    try {
      for await (const page of readPages(this.store, this.book, 0, until)) {
        for (const stored of page) {
          const before = await this.comparePastBefore(seq);
          if (before !== undefined) return before;
          this.takeIn(stored);
          const difference = (await this.comparePastAfter(seq, until)) ?? (await this.compareAt(seq, until));
          if (difference !== undefined) return difference;
          seq += 1;
        }
        this.tell(seq, until);
      }
    } catch (error) {
      if (!(error instanceof Impossible || error instanceof MissingEvent)) throw error;
      const { message: found } = error;
      return { book: this.book, seq, where: 'history', field: 'entry', expected: 'one that can follow', found };
    }
    return undefined;
  }

  private takeIn(stored: StoredEvent): void {
    try {
      const event = parseEvent(stored);
      takeIn(this.state, event);
      for (const { view, rows } of this.folds) rows.take(view, event);
    } catch (error) {
      throw new Impossible(error instanceof Error ? error.message : String(error));
    }
  }

  private async comparePastBefore(seq: number): Promise<Difference | undefined> {
    if (seq % this.chunk !== 0) return undefined;
    for (const { past, atSeq } of this.folds) {
      if (seq > atSeq) continue;
      const found = await past.chunkBegins(seq, Math.min(seq + this.chunk - 1, atSeq));
      if (found !== undefined) return { book: this.book, ...found };
    }
    return undefined;
  }

  private async comparePastAfter(seq: number, until: number): Promise<Difference | undefined> {
    const isEnd = seq === until || leftInChunk(seq, this.chunk) === 1;
    for (const { past, atSeq } of this.folds) {
      if (seq > atSeq || !(isEnd || seq === atSeq)) continue;
      const found = past.chunkEnds(seq) ?? (seq === atSeq ? await past.viewEnds(seq) : undefined);
      if (found !== undefined) return { book: this.book, ...found };
    }
    return undefined;
  }

  /** Each view is compared at the very entry where its tables stand. */
  private async compareAt(seq: number, until: number): Promise<Difference | undefined> {
    for (const { view, rows, past, atSeq } of this.folds) {
      if (atSeq !== seq) continue;
      const compared = await compareTables(this.client, view, rows);
      if (typeof compared !== 'number') return { book: this.book, ...compared };
      this.compared.push({ view: view.name, atSeq, rows: compared, past: past.count });
      this.rowsCompared += compared;
      this.tell(seq + 1, until);
    }
    return undefined;
  }

  private tell(entries: number, until: number): void {
    const isCompared = new Set(this.compared.map(({ view }) => view));
    const next = this.folds.filter(({ view, atSeq }) => atSeq === entries - 1 && !isCompared.has(view.name));
    const rowsLeft = next.reduce((sum, { rows }) => sum + rows.size, 0);
    this.options.onProgress?.(entries + this.rowsCompared, until + 1 + this.rowsCompared + rowsLeft);
  }

  private disagreement(): Difference | undefined {
    const rows = new Map(this.folds.map((fold) => [fold.view.name, fold.rows]));
    const [first] = stateAgainstViews(this.state, rows);
    return first === undefined ? undefined : { book: this.book, ...first };
  }
}

/** An event that the rules or the views do not take. */
class Impossible extends Error {
  override readonly name = 'Impossible';
}
