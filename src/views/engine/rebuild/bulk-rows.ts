import type { PoolClient } from 'pg';
import type { BookEvent, EventType } from '../../../domain/event.js';
import { ViewFailure } from '../advance.js';
import type { HeldRow, Settled } from '../held-rows.js';
import { type Intake, loadNeededOf } from '../load-needed.js';
import { leftInChunk } from '../past/chunks.js';
import { NotAskedFor, RowSet, type StoredRow } from '../row-set.js';
import { deleteRows, loadRows, type RowName } from '../stored-rows.js';
import type { RowKey, Table } from '../table.js';
import type { Need, View } from '../view.js';
import { CopiedRows } from './copy-rows.js';
import type { FreshTables } from './fresh-tables.js';
import { PutAway } from './put-away.js';

export interface BulkOptions {
  chunk: number;
  /** Of one book in memory. */
  mostRows: number;
}

/** Sent together, while the next events are reckoned. */
const SENT_BYTES = 4 * 1024 * 1024;
/** A row that so many entries have left alone goes first when there are too many. */
const COLD_AFTER = 10_000;
/** Between two looks at the connection, so that the server never waits for what is ready to be sent. */
const EVENTS_AT_A_TIME = 50;
/** They look at rows of the entries that they speak of; see `Table.isOfOneEntry`. */
const LOOKING_BACK: ReadonlySet<EventType> = new Set([
  'entry.reversed',
  'notice.published',
  'notice.evidenced',
  'notice.withdrawn',
  'objection.filed',
  'objection.answered',
]);

/**
 * Makes the rows of views from nothing, book after book. The rows that a book goes on looking at stay in memory, so that they
 * are written once, with the versions that stood at the ends of chunks; the others are copied into the tables in large
 * parts. Where an event looks at a row that was put away, it is read again.
 *
 * Asking each event which rows it needs takes a third of the time, and nearly always they are there: only those that look back
 * are asked. Where another looks at a row that is not there, what was reckoned since the last chunk is forgotten and taken in
 * again, and from then on all events of that book are asked.
 */
export class BulkRows {
  private readonly copied = new CopiedRows();
  private replaced = new Map<Table<object>, RowName[]>();
  private sending: Promise<void> = Promise.resolve();

  constructor(
    private readonly client: PoolClient,
    private readonly fresh: FreshTables,
    private readonly views: readonly View[],
    private readonly options: BulkOptions,
  ) {}

  begin(book: string): BulkBook {
    return new BulkBook(book, this.views, this.options, this.copied, this);
  }

  /** It was sent before, and what comes next takes its place. */
  replace(table: Table<object>, name: RowName): void {
    const names = this.replaced.get(table) ?? [];
    names.push(name);
    this.replaced.set(table, names);
  }

  /** Begins to send when there is enough; only what was sent before is waited for. */
  async sendSome(): Promise<void> {
    if (this.copied.bytes < SENT_BYTES) return;
    await this.sending;
    this.sending = this.send();
    // Whoever waits next is told of it.
    this.sending.catch(() => undefined);
  }

  async sendAll(): Promise<void> {
    await this.sending;
    await this.send();
  }

  async load(table: Table<object>, book: string, keys: readonly RowKey[]): Promise<StoredRow[]> {
    await this.sendAll();
    await this.fresh.makeKey(this.client, table.name);
    return loadRows(
      this.client,
      'views_next',
      table,
      keys.map((key) => ({ book, key })),
    );
  }

  private async send(): Promise<void> {
    const { replaced } = this;
    this.replaced = new Map();
    // Nobody relies on these rows before the switch, which waits for the disk.
    await this.client.query('begin; set local synchronous_commit = off');
    const sending = this.copied.take();
    for (const [table, names] of replaced) await deleteRows(this.client, 'views_next', table, names);
    await sending.send(this.client);
    await this.client.query('commit');
  }
}

/** The rows of one book. */
class BulkBook {
  private rows: RowSet;
  private readonly away = new Map<Table<object>, PutAway>();
  private isCareful = false;

  constructor(
    private readonly book: string,
    private readonly views: readonly View[],
    private readonly options: BulkOptions,
    private readonly copied: CopiedRows,
    private readonly bulk: BulkRows,
  ) {
    this.rows = this.noRows();
  }

  /** The next events, in order. Errors: ViewFailure. */
  async take(events: readonly BookEvent[]): Promise<void> {
    for (let at = 0; at < events.length; ) {
      const part = events.slice(at, at + leftInChunk(events[at]?.seq ?? 0, this.options.chunk));
      at += part.length;
      await this.takeInPart(part);
      this.settle(part.at(-1)?.seq ?? 0);
      await this.bulk.sendSome();
    }
  }

  /** All rows are on their way. */
  end(): void {
    for (const table of this.tables()) for (const held of this.rows.heldRows(table)) this.write(table, held);
  }

  private noRows(): RowSet {
    // Of one entry are all that are not in memory, unless they never were; who looks back is the only one to ask, and is told.
    const isAway = (table: Table<object>, key: RowKey) =>
      table.isKeyOfOneEntry(key) || this.away.get(table)?.mayHave(key) === true;
    return new RowSet(this.book, { isWhole: true, isAway });
  }

  /** Of one chunk. */
  private async takeInPart(events: readonly BookEvent[]): Promise<void> {
    const missed: Need[] = [];
    for (;;) {
      try {
        await this.evolve(events, missed);
        return;
      } catch (error) {
        const cause = error instanceof ViewFailure ? error.cause : undefined;
        const isKnown = ({ table, key }: Need) =>
          cause instanceof NotAskedFor && table === cause.table && `${key}` === `${cause.key}`;
        if (!(cause instanceof NotAskedFor) || missed.some(isKnown)) throw error;
        // Also what no event asks for: a new row, whose name looks like one that was put away.
        missed.push(cause);
        this.isCareful = true;
        this.startAgain();
      }
    }
  }

  private async evolve(events: readonly BookEvent[], missed: readonly Need[]): Promise<void> {
    const asked = this.isCareful ? events : events.filter(({ type }) => LOOKING_BACK.has(type));
    await this.load({ rows: this.rows, views: this.views, events: asked, batch: events });
    for (const { table, key } of missed) await this.loadRows(table, [key]);
    for (const [index, event] of events.entries()) {
      if (index % EVENTS_AT_A_TIME === EVENTS_AT_A_TIME - 1) await new Promise(setImmediate);
      try {
        for (const view of this.views) this.rows.take(view, event);
      } catch (error) {
        throw new ViewFailure(event, 1, error);
      }
    }
  }

  private async load(intake: Intake): Promise<void> {
    await loadNeededOf([intake], async (wanted) => {
      for (const [table, ofBooks] of wanted) for (const { keys } of ofBooks) await this.loadRows(table, keys);
    });
  }

  private async loadRows(table: Table<object>, keys: readonly RowKey[]): Promise<void> {
    this.rows.load(table, keys, await this.bulk.load(table, this.book, keys));
    this.noteVersions(table, keys);
  }

  /** From how it stood after the part before: all of it is put away, and what changed since forgotten. */
  private startAgain(): void {
    for (const table of this.tables()) {
      for (const held of this.rows.heldRows(table)) {
        if (held.version === undefined) continue;
        this.write(table, held);
        this.putAway(table, held);
      }
    }
    this.rows = this.noRows();
  }

  /** What stands now is what will have stood at the end of the chunk, unless it changes before. */
  private settle(seq: number): void {
    for (const table of this.tables()) this.rows.settle(table, (held) => this.settleRow(table, held));
    if (this.rows.size > this.options.mostRows) this.putAwayUnused(seq - COLD_AFTER);
    if (this.rows.size > this.options.mostRows) this.putAwayUnused(seq);
  }

  private settleRow(table: Table<object>, held: HeldRow): Settled {
    const { row, firstSeq, changedSeq, version: before } = held;
    if (row === undefined || firstSeq === undefined || changedSeq === undefined) throw new Error('a change of nothing');
    if (before !== undefined && this.isOfEarlierChunk(before.seq, firstSeq)) {
      this.copied.addPast(table, before.bytes, firstSeq);
    }
    if (table.isOfOneEntry(row) && held.storedSeq === undefined) {
      this.copied.add(table, row, changedSeq);
      return 'goes';
    }
    held.version = { bytes: Buffer.from(this.copied.bytesOf(table, row, changedSeq)), seq: changedSeq };
    return 'stays';
  }

  private isOfEarlierChunk(seq: number, now: number): boolean {
    return Math.floor(seq / this.options.chunk) < Math.floor(now / this.options.chunk);
  }

  private putAwayUnused(since: number): void {
    for (const table of this.tables()) {
      for (const held of this.rows.heldRows(table)) {
        if ((held.version?.seq ?? -1) > since) continue;
        this.write(table, held);
        // What is not there is not put away.
        if (held.row === undefined) this.rows.drop(table, held);
        else this.putAway(table, held);
      }
    }
  }

  private putAway(table: Table<object>, held: HeldRow): void {
    if (held.row !== undefined) this.noteAway(table, held.row);
    this.rows.drop(table, held);
  }

  private noteAway(table: Table<object>, row: object): void {
    if (table.isOfOneEntry(row)) return;
    let away = this.away.get(table);
    if (away === undefined) {
      away = new PutAway();
      this.away.set(table, away);
    }
    away.add(table.keyOf(row));
  }

  private write(table: Table<object>, held: HeldRow): void {
    const { row, storedSeq, version } = held;
    if (row === undefined || version === undefined || version.seq === storedSeq) return;
    if (storedSeq !== undefined) this.bulk.replace(table, { book: this.book, key: table.keyOf(row) });
    this.copied.addBytes(table, version.bytes);
  }

  /** Of rows that were just loaded, before anything changes them. */
  private noteVersions(table: Table<object>, keys: readonly RowKey[]): void {
    for (const held of this.rows.heldRows(table, keys)) {
      const { row, storedSeq: seq } = held;
      if (row === undefined || seq === undefined) continue;
      held.version = { bytes: Buffer.from(this.copied.bytesOf(table, row, seq)), seq };
    }
  }

  private tables(): Table<object>[] {
    return this.views.flatMap(({ tables }) => tables);
  }
}
