import type { Pool, QueryConfig } from 'pg';
import pg from 'pg';
import { settlement } from '../domain/funds/settlement.js';
import { ClaimTaken, KeyTaken, type NewEvent, type Seal, WrongRevision } from './event-store.js';

// One statement, so one round trip and one commit, whole or not at all. A book whose revision has moved on does not come
// back from `head`, and nothing of it is inserted. Streams are locked in one order, so that two processes that write the
// same books wait for one another and never in a circle. What the log gains goes in with the events.
const APPEND = `
  with wanted as (
    select book, expected, events from unnest($1::text[], $2::bigint[], $3::int[]) as wanted (book, expected, events)
  ),
  locked as (
    select streams.book from streams join wanted using (book)
    where streams.revision = wanted.expected
    order by streams.book
    for update of streams
  ),
  head as (
    update streams set revision = streams.revision + wanted.events
    from wanted join locked using (book)
    where streams.book = wanted.book
    returning streams.book
  ),
  appended as (
    insert into events (book, seq, id, type, command, request_hash, recorded_at, effective_date, canonical)
    select book, event.seq, event.id, event.type, event.command, decode(event.request_hash, 'base64'), event.recorded_at,
      event.effective_date, event.canonical
    from head join json_to_recordset($4::json)
      as event (book text, seq bigint, id uuid, type text, command text, request_hash text, recorded_at timestamptz,
        effective_date date, canonical text) using (book)
  ),
  sealed as (
    insert into log_checkpoints (book, size, previous, note)
    select book, seal.size, seal.expected + 1, seal.note
    from head join unnest($1::text[], $2::bigint[], $5::bigint[], $6::text[]) as seal (book, expected, size, note)
      using (book)
  ),
  tiled as (
    insert into log_tile_hashes (book, level, index, hash)
    select book, tile.level, tile.index, decode(tile.hash, 'base64')
    from head join json_to_recordset($7::json) as tile (book text, level smallint, index bigint, hash text) using (book)
  ),
  released as (
    delete from claims where key in (
      select claim.key from head join json_to_recordset($8::json) as claim (book text, key text) using (book)
    )
  ),
  taken as (
    insert into claims (key, book, seq)
    select claim.key, book, claim.seq
    from head join json_to_recordset($9::json) as claim (book text, key text, seq bigint) using (book)
  )
  select book from head`;

/** Then the outcome is unknown, and is found out by reading back. */
const APPEND_TIMEOUT_MS = 15_000;
/** While one is made durable, the next gathers: more at a time were slower when tried, each with fewer events. */
const CONCURRENT_STATEMENTS = 1;
const MAX_EVENTS = 512;

interface Append {
  book: string;
  expectedRevision: number;
  events: NewEvent[];
  seal: Seal;
}

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

  constructor(private readonly database: Pick<Pool, 'query'>) {}

  append(append: Append): Promise<void> {
    return new Promise((done, failed) => {
      this.waiting.push({ ...append, done, failed });
      if (this.running < CONCURRENT_STATEMENTS) void this.run();
    });
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
    name: 'append',
    text: APPEND,
    values: parameters(group),
    query_timeout: APPEND_TIMEOUT_MS,
  };
  try {
    const { rows } = await database.query<{ book: string }>(statement);
    return new Set(rows.map(({ book }) => book));
  } catch (error) {
    throw named(error);
  }
}

/** Lists of rows go as JSON, which both sides read faster than arrays of texts. */
function parameters(group: Append[]): unknown[] {
  const events = group.flatMap((append) => append.events);
  const tiles = group.flatMap(({ book, seal }) =>
    seal.tileHashes.map(({ level, index, hash }) => ({ book, level, index, hash: hash.toString('base64') })),
  );
  const settlements = events.map(({ event }) => ({ book: event.book, seq: event.seq, ...settlement(event) }));
  const released = settlements.flatMap(({ book, release }) => (release === undefined ? [] : { book, key: release }));
  const taken = settlements.flatMap(({ book, seq, take }) => (take === undefined ? [] : { book, key: take, seq }));
  return [
    group.map(({ book }) => book),
    group.map(({ expectedRevision }) => expectedRevision),
    group.map((append) => append.events.length),
    JSON.stringify(events.map(row)),
    group.map(({ seal }) => seal.size),
    group.map(({ seal }) => seal.note),
    JSON.stringify(tiles),
    JSON.stringify(released),
    JSON.stringify(taken),
  ];
}

function row({ event, requestHash, canonical }: NewEvent): object {
  const { book, seq, id, type, command, recordedAt: recorded_at, effectiveDate: effective_date } = event;
  return { book, seq, id, type, command, request_hash: requestHash, recorded_at, effective_date, canonical };
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
