import type { Pool, QueryConfig } from 'pg';
import pg from 'pg';
import { type Append, appendStatement } from './append-statement.js';
import { ClaimTaken, KeyTaken, WrongRevision } from './event-store.js';

/** Then the outcome is unknown, and is found out by reading back. */
const APPEND_TIMEOUT_MS = 15_000;
/** While one is made durable, the next gathers: more at a time were slower when tried, each with fewer events. */
const CONCURRENT_STATEMENTS = 1;
const MAX_EVENTS = 512;

interface Waiting extends Append {
  done(): void;
  failed(error: unknown): void;
}

/**
 * Appends of several books that come at the same time are made durable together, by one commit. They stay apart in
 * everything else: each is whole or not at all, and answers with its own error.
 */
export class GroupCommit {
  private waiting: Waiting[] = [];
  private running = 0;
  private free = Promise.withResolvers<void>();

  constructor(private readonly database: Pick<Pool, 'query'>) {}

  append(append: Append): Promise<void> {
    return new Promise((done, failed) => {
      this.waiting.push({ ...append, done, failed });
      if (this.running < CONCURRENT_STATEMENTS) void this.run();
    });
  }

  /** Resolves at the end of the statement that is under way. */
  async untilFree(): Promise<void> {
    if (this.running > 0) await this.free.promise;
  }

  private async run(): Promise<void> {
    this.running += 1;
    while (this.waiting.length > 0) {
      // One turn of the event loop, so that the batches that other books are deciding now join.
      await new Promise(setImmediate);
      const group = this.nextGroup();
      const outcome = await appendAll(this.database, group).catch((error: unknown) => error);
      if (isConflictInOne(outcome) && group.length > 1) await Promise.all(group.map((one) => this.settle([one])));
      else answer(group, outcome);
      this.free.resolve();
      this.free = Promise.withResolvers();
    }
    this.running -= 1;
  }

  private async settle(group: Waiting[]): Promise<void> {
    answer(group, await appendAll(this.database, group).catch((error: unknown) => error));
  }

  /** Each book once; the rest waits for the next statement. */
  private nextGroup(): Waiting[] {
    const group: Waiting[] = [];
    const books = new Set<string>();
    let events = 0;
    this.waiting = this.waiting.filter((one) => {
      if (books.has(one.book) || (events > 0 && events + one.events.length > MAX_EVENTS)) return true;
      books.add(one.book);
      events += one.events.length;
      group.push(one);
      return false;
    });
    return group;
  }
}

/** Books that were appended to; the others had moved on. Errors: KeyTaken, ClaimTaken, or the database's own. */
async function appendAll(database: Pick<Pool, 'query'>, group: Append[]): Promise<Set<string>> {
  const fresh = group.filter(({ expectedRevision }) => expectedRevision === -1).map(({ book }) => book);
  if (fresh.length > 0) {
    const text = 'insert into streams (book, revision) select unnest($1::text[]), -1 on conflict do nothing';
    await database.query(text, [fresh]);
  }
  const statement: QueryConfig & { query_timeout: number } = {
    ...appendStatement(group),
    query_timeout: APPEND_TIMEOUT_MS,
  };
  try {
    const { rows } = await database.query<{ book: string }>(statement);
    return new Set(rows.map(({ book }) => book));
  } catch (error) {
    throw named(error);
  }
}

function answer(group: Waiting[], outcome: unknown): void {
  for (const { book, expectedRevision, done, failed } of group) {
    if (!(outcome instanceof Set)) failed(outcome);
    else if (outcome.has(book)) done();
    else failed(new WrongRevision(`book ${book} has moved on from ${expectedRevision}`));
  }
}

const UNIQUE_VIOLATION = '23505';
const DEADLOCK = '40P01';
/** The unique key `events_command_once` as each partition of the events has it. */
const COMMAND_ONCE = /^events_\d\d_book_command_key$/;

/** The statement was rolled back, for the sake of one of its books; the others can be appended by themselves. */
function isConflictInOne(outcome: unknown): boolean {
  if (outcome instanceof KeyTaken || outcome instanceof ClaimTaken) return true;
  return outcome instanceof pg.DatabaseError && outcome.code === DEADLOCK;
}

function named(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError) || error.code !== UNIQUE_VIOLATION) return error;
  if (COMMAND_ONCE.test(error.constraint ?? '')) return new KeyTaken(error.detail);
  if (error.constraint === 'claims_pkey') return new ClaimTaken(/\(key\)=\((.*)\)/.exec(error.detail ?? '')?.[1] ?? '');
  return error;
}
