import type { Pool, PoolClient } from 'pg';
import pg from 'pg';
import { Refusal } from '../../domain/refusal.js';
import type { EventStore } from '../../event-store/event-store.js';
import { Folds } from './folds.js';
import type { Follower } from './follower.js';
import { InvalidQuery } from './invalid-query.js';
import type { Moment } from './moment.js';
import { FoldedRows, type RowSource } from './row-source.js';
import { bind, type Standing } from './standing.js';
import { StoredRowSource } from './stored-row-source.js';
import type { View } from './view.js';
import { ViewHeads } from './view-heads.js';

/** Gets the standing where the rows are those of now. */
type Answer<T> = (rows: RowSource, seq: number, standing?: Standing) => Promise<T>;

/** Answers a question from a view of a book: from its tables now, or folded for a moment of the past. */
export class ViewReader {
  /** Where the views stand now. */
  readonly heads: ViewHeads;
  private readonly folds: Folds;

  constructor(
    /** Connections of the readers' own: a long question holds up no append. */
    private readonly pool: Pool,
    private readonly store: EventStore,
    private readonly follower: Follower,
  ) {
    this.heads = new ViewHeads(pool);
    this.folds = new Folds(store);
  }

  /**
   * @param answer gets the rows and the seq of the entry at which they stand
   *
   * Errors: Refusal `book_unknown`, also for a moment before the book was opened; InvalidQuery where `atSeq` lies
   * beyond the last entry; ViewBehind.
   */
  async read<T>(view: View, book: string, moment: Moment, answer: Answer<T>): Promise<T> {
    await this.untilReached(view, book, moment.minSeq);
    const { atSeq, asOf, effectiveOn } = moment;
    if (atSeq === undefined && asOf === undefined && effectiveOn === undefined) {
      return this.readStored(view, book, answer);
    }
    await this.mustExist(book);
    const lastSeq = await this.lastSeqOf(book, moment);
    if (lastSeq < 0) throw new Refusal('book_unknown', `There was no book ${book} at that time.`);
    return answer(new FoldedRows(await this.folds.at(view, book, lastSeq, effectiveOn)), lastSeq);
  }

  private async untilReached(view: View, book: string, minSeq: number | undefined): Promise<void> {
    if (minSeq === undefined) return;
    const head = await this.heads.of(view.name, book);
    if (head !== undefined && head.seq >= minSeq) return;
    await this.mustExist(book);
    await this.follower.waitFor(view, book, minSeq);
  }

  private async mustExist(book: string): Promise<void> {
    if ((await this.store.revision(book)) < 0) throw new Refusal('book_unknown', `There is no book ${book}.`);
  }

  private async lastSeqOf(book: string, { atSeq, asOf }: Moment): Promise<number> {
    if (asOf !== undefined) return this.store.revisionAsOf(book, asOf);
    const latest = await this.store.revision(book);
    if (atSeq !== undefined && atSeq > latest) {
      throw new InvalidQuery('atSeq', `is beyond entry ${latest}, the last of the book`);
    }
    return atSeq ?? latest;
  }

  /** One snapshot, so that the rows stand exactly at the seq that the answer names. */
  private async readStored<T>(view: View, book: string, answer: Answer<T>): Promise<T> {
    const client = await this.pool.connect();
    try {
      const standing = await openSnapshot(client, view, book);
      if (standing.seq < 0) await this.mustExist(book);
      const answered = await answer(new StoredRowSource(client, book), standing.seq, standing);
      end(client);
      return bind(answered, standing);
    } catch (error) {
      end(client);
      throw error;
    }
  }
}

/** One round trip: the transaction, its snapshot, and where the view stands in it. */
async function openSnapshot(client: PoolClient, view: View, book: string): Promise<Standing> {
  // Locked before the snapshot is taken: else a rebuild that switches the tables meanwhile would leave them empty in it.
  const tables = view.tables.map(({ name }) => `views.${name}`).join(', ');
  const [name, code] = [pg.escapeLiteral(view.name), pg.escapeLiteral(book)];
  const results = (await client.query(
    `begin isolation level repeatable read read only;
     lock table ${tables} in access share mode;
     select seq, xmin::text as version from views.checkpoints where view = ${name} and book = ${code}`,
  )) as unknown as pg.QueryResult<{ seq: number; version: string }>[];
  const { seq, version } = results[2]?.rows[0] ?? { seq: -1, version: '' };
  return { view: view.name, book, seq, version };
}

/** Nobody waits for the end of what only read; a connection that cannot end it is closed. */
function end(client: PoolClient): void {
  client.query('commit').then(
    () => client.release(),
    () => client.release(true),
  );
}
