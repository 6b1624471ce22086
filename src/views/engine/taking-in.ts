import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ClientBase } from 'pg';
import type { Seqs } from './checkpoint.js';
import { type Intake, loadNeededOf, type Wanted } from './load-needed.js';
import { renewPlans } from './renew-plans.js';
import type { StoredRow } from './row-set.js';
import { type Changes, type Saving, save, savingOf } from './save-changes.js';
import { loadRows, type ViewSchema } from './stored-rows.js';
import type { Table } from './table.js';

/** Views of a book that stand at the same event, and what comes next. */
export interface Share extends Intake {
  book: string;
  chunkStart: number;
}

/** A long statement is sent piece by piece, between events. */
const EVENTS_A_TURN = 50;

/**
 * Takes shares of books into their views in one transaction, one lot after the other: while one is written, the next is folded over it
 * in memory. What it needs is read before the one before is written, which is all in memory still.
 */
export class TakingIn {
  private folded: { shares: readonly Share[]; saving: Saving } | undefined;
  private version = '';

  constructor(
    private readonly client: ClientBase,
    private readonly schema: ViewSchema,
  ) {}

  /** After an error the transaction is to be rolled back, and the rows of all shares forgotten. */
  async take(shares: readonly Share[]): Promise<void> {
    for (const { rows, views } of this.folded?.shares ?? []) {
      for (const { tables } of views) for (const table of tables) rows.noteWritten(table);
    }
    await loadNeededOf(shares, (table, wanted) => this.load(table, wanted));
    const [written, folded] = await Promise.allSettled([this.write(), this.fold(shares)]);
    // The lot before comes first in the book, so its error does too.
    if (written.status === 'rejected') throw written.reason;
    if (folded.status === 'rejected') throw folded.reason;
    this.folded = { shares, saving: folded.value };
  }

  /** Answers the version of the transaction, empty where it took in nothing. */
  async end(): Promise<string> {
    await this.write();
    return this.version;
  }

  private async write(): Promise<void> {
    const { folded } = this;
    this.folded = undefined;
    if (folded === undefined) return;
    this.version = await save(this.client, folded.saving);
    await renewPlans(this.client, folded.saving.rows);
  }

  private async fold(shares: readonly Share[]): Promise<Saving> {
    for (const { views, events, rows } of shares) {
      for (const [index, event] of events.entries()) {
        for (const view of views) rows.take(view, event);
        if (index % EVENTS_A_TURN === 0) await nextTurn();
      }
    }
    const tables = new Set(shares.flatMap(({ views }) => views.flatMap((view) => view.tables)));
    const changes = [...tables].flatMap((table): Changes[] => {
      const rows = shares.flatMap((share) =>
        share.views.some((view) => view.tables.includes(table))
          ? share.rows.changed(table).map((change) => ({ ...change, chunkStart: share.chunkStart }))
          : [],
      );
      return rows.length === 0 ? [] : [{ table, rows }];
    });
    const moved = new Map<string, Seqs>();
    for (const { book, views, events } of shares) {
      const seq = events.at(-1)?.seq ?? -1;
      moved.set(book, { ...moved.get(book), ...Object.fromEntries(views.map(({ name }) => [name, seq])) });
    }
    return savingOf(this.schema, changes, moved);
  }

  /** For all books at once. */
  private async load(table: Table<object>, wanted: readonly Wanted[]): Promise<void> {
    const names = wanted.flatMap(({ rows, keys }) => keys.map((key) => ({ book: rows.book, key })));
    const found = Map.groupBy<string, StoredRow & { book: string }>(
      await loadRows(this.client, this.schema, table, names),
      ({ book }) => book,
    );
    // A table belongs to one view, which stands at one place in a book.
    for (const { rows, keys } of wanted) rows.load(table, keys, found.get(rows.book) ?? []);
  }
}
