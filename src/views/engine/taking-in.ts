import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ClientBase } from 'pg';
import { type Moves, moveFrom } from './beside.js';
import type { Seqs } from './checkpoint.js';
import { type Intake, loadNeededOf, type Wanted } from './load-needed.js';
import { renewPlans } from './renew-plans.js';
import type { StoredRow } from './row-set.js';
import { type Changes, type Saving, save, savingOf } from './save-changes.js';
import { loadRows, type ViewSchema } from './stored-rows.js';
import type { Table } from './table.js';
import type { View } from './view.js';

/** Views of a book that stand at the same event, and what comes next. */
export interface Share extends Intake {
  book: string;
  chunkStart: number;
}

/** A transaction that writes some of the views, and how it is to move them. */
interface Writer {
  client: ClientBase;
  writes: (view: View) => boolean;
  moves: Map<string, Moves>;
}

/** A long statement is sent piece by piece, between events. */
const EVENTS_A_TURN = 50;

/**
 * Takes shares of books into their views in one transaction, one lot after the other: while one is written, the next is folded over it
 * in memory. What it needs is read over another connection meanwhile, or before where there is none: what the transaction has changed is in
 * memory still, and nobody else changes rows of these views.
 */
export class TakingIn {
  private folded: { shares: readonly Share[]; savings: readonly Saving[] } | undefined;
  private version = '';
  private readonly writers: readonly [Writer, ...Writer[]];

  /** @param beside a transaction of another connection: it writes what large views have, and is committed first */
  constructor(
    client: ClientBase,
    private readonly schema: ViewSchema,
    private readonly beside?: ClientBase,
  ) {
    const main = { client, writes: ({ isLarge }: View) => beside === undefined || isLarge !== true, moves: new Map() };
    this.writers =
      beside === undefined
        ? [main]
        : [main, { client: beside, writes: ({ isLarge }) => isLarge === true, moves: new Map() }];
  }

  /**
   * After an error the transaction is to be rolled back, and the rows of all shares forgotten.
   *
   * @param loader a connection that sends at once what it is asked at once
   */
  async take(shares: readonly Share[], loader?: ClientBase): Promise<void> {
    const { folded: before } = this;
    for (const { rows, views } of before?.shares ?? []) {
      for (const { tables } of views) for (const table of tables) rows.noteWritten(table);
    }
    if (loader === undefined) await this.loadOneByOne(shares);
    const next = async () => {
      if (loader !== undefined) await this.loadAtOnce(loader, shares, before?.savings ?? []);
      return this.fold(shares);
    };
    const [written, folded] = await Promise.allSettled([this.write(), next()]);
    // The lot before comes first in the book, so its error does too.
    if (written.status === 'rejected') throw written.reason;
    if (folded.status === 'rejected') throw folded.reason;
    this.folded = { shares, savings: folded.value };
  }

  /** Answers the version of the transaction, empty where it took in nothing. */
  async end(): Promise<string> {
    await this.write();
    const [main, beside] = this.writers;
    if (beside === undefined) return this.version;
    await moveFrom(beside.client, beside.moves);
    await beside.client.query('commit');
    return moveFrom(main.client, main.moves);
  }

  private async write(): Promise<void> {
    const savings = this.folded?.savings ?? [];
    this.folded = undefined;
    const written = await Promise.allSettled(
      this.writers.map(async ({ client }, index) => {
        const saving = savings[index];
        if (saving === undefined) return '';
        const version = await save(client, saving);
        await renewPlans(client, saving.rows);
        return version;
      }),
    );
    for (const one of written) if (one.status === 'rejected') throw one.reason;
    const [main] = written;
    if (main?.status === 'fulfilled' && main.value !== '') this.version = main.value;
  }

  /** What each writer is to send. */
  private async fold(shares: readonly Share[]): Promise<Saving[]> {
    for (const { views, events, rows } of shares) {
      for (const [index, event] of events.entries()) {
        for (const view of views) rows.take(view, event);
        if (index % EVENTS_A_TURN === 0) await nextTurn();
      }
    }
    return this.writers.map((writer) => {
      const own = shares.map((share) => ({ ...share, views: share.views.filter(writer.writes) }));
      const moved = own.filter(({ views }) => views.length > 0);
      for (const share of moved) noteMoves(writer.moves, share);
      const isMovedNow = this.beside === undefined;
      return savingOf(this.schema, changesOf(own), isMovedNow ? seqsOf(moved) : new Map());
    });
  }

  private async loadOneByOne(shares: readonly Share[]): Promise<void> {
    await loadNeededOf(shares, async (wanted) => {
      for (const [table, ofBooks] of wanted) await this.load(this.writers[0].client, table, ofBooks);
    });
  }

  private async loadAtOnce(loader: ClientBase, shares: readonly Share[], written: readonly Saving[]): Promise<void> {
    await renewPlans(
      loader,
      written.reduce((sum, { rows }) => sum + rows, 0),
    );
    await loadNeededOf(shares, async (wanted) => {
      await Promise.all([...wanted].map(([table, ofBooks]) => this.load(loader, table, ofBooks)));
    });
  }

  /** For all books at once. */
  private async load(client: ClientBase, table: Table<object>, wanted: readonly Wanted[]): Promise<void> {
    const names = wanted.flatMap(({ rows, keys }) => keys.map((key) => ({ book: rows.book, key })));
    const found = Map.groupBy<string, StoredRow & { book: string }>(
      await loadRows(client, this.schema, table, names),
      ({ book }) => book,
    );
    // A table belongs to one view, which stands at one place in a book.
    for (const { rows, keys } of wanted) rows.load(table, keys, found.get(rows.book) ?? []);
  }
}

function changesOf(shares: readonly Share[]): Changes[] {
  const tables = new Set(shares.flatMap(({ views }) => views.flatMap((view) => view.tables)));
  return [...tables].flatMap((table): Changes[] => {
    const rows = shares.flatMap((share) =>
      share.views.some((view) => view.tables.includes(table))
        ? share.rows.changed(table).map((change) => ({ ...change, chunkStart: share.chunkStart }))
        : [],
    );
    return rows.length === 0 ? [] : [{ table, rows }];
  });
}

function seqsOf(shares: readonly Share[]): Map<string, Seqs> {
  const moved = new Map<string, Seqs>();
  for (const { book, views, events } of shares) {
    const seq = events.at(-1)?.seq ?? -1;
    moved.set(book, { ...moved.get(book), ...Object.fromEntries(views.map(({ name }) => [name, seq])) });
  }
  return moved;
}

/** From where the first lot found them to where this one leaves them. */
function noteMoves(moves: Map<string, Moves>, { book, views, events }: Share): void {
  const [first, last] = [events[0], events.at(-1)];
  if (first === undefined || last === undefined) return;
  const { from, to } = moves.get(book) ?? { from: {}, to: {} };
  for (const { name } of views) {
    from[name] ??= first.seq - 1;
    to[name] = last.seq;
  }
  moves.set(book, { from, to });
}
