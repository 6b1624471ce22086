import { Inject, Injectable, Optional } from '@nestjs/common';
import type { Pool, PoolClient, QueryConfig } from 'pg';
import pg from 'pg';
import { POOL } from '../database/pool.js';
import { settlement } from '../domain/funds/settlement.js';
import {
  type Claim,
  ClaimTaken,
  EventStore,
  KeyTaken,
  type NewEvent,
  type StoredEvent,
  WrongRevision,
} from './event-store.js';

// One statement, so one round trip and one commit: no rows come back from `head` where the revision has moved on, and
// then nothing is inserted. The nodes of the log and its checkpoint belong in this statement too.
const APPEND = `
  with head as (
    update streams set revision = revision + cardinality($3::uuid[])
    where book = $1 and revision = $2
    returning book
  ),
  released as (
    delete from claims using head where key = any ($10::text[])
  ),
  taken as (
    insert into claims (key, book, seq)
    select claim.key, head.book, claim.seq from head, unnest($11::text[], $12::bigint[]) as claim (key, seq)
  )
  insert into events (book, seq, id, type, command, request_hash, recorded_at, effective_date, canonical)
  select head.book, $2 + event.ordinality, event.id, event.type, event.command, event.request_hash,
    event.recorded_at, event.effective_date, event.canonical
  from head, unnest($3::uuid[], $4::text[], $5::text[], $6::bytea[], $7::timestamptz[], $8::date[], $9::text[])
    with ordinality as event (id, type, command, request_hash, recorded_at, effective_date, canonical, ordinality)`;

/** Then the outcome is unknown, and is found out by reading back. */
const APPEND_TIMEOUT_MS = 15_000;

const READ = `
  select seq, canonical, request_hash from events where book = $1 and seq >= $2 order by seq limit $3`;

const FIND_BY_COMMANDS = `
  select seq, canonical, request_hash, command from events where book = $1 and command = any ($2::text[])`;

// recorded_at never runs backwards in a book, so the last event of an instant is found by halving, not by scanning.
const REVISION_AS_OF = `
  with recursive halving (low, high) as (
    select -1::bigint, coalesce((select revision from streams where book = $1), -1)
    union all
    select case when middle.reached then middle.seq else low end, case when middle.reached then high else middle.seq - 1 end
    from halving,
      lateral (
        select seq, recorded_at <= $2 as reached from events where book = $1 and seq = (low + high + 1) / 2
      ) as middle
    where low < high
  )
  select low as revision from halving where low = high`;

interface EventRow {
  seq: string;
  canonical: string;
  request_hash: Buffer;
}

@Injectable()
export class PostgresEventStore extends EventStore {
  private readonly database: Pick<Pool, 'query'>;

  /** @param transaction where the work of `exclusively` reads and appends */
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Optional() transaction?: PoolClient,
  ) {
    super();
    this.database = transaction ?? pool;
  }

  async append(book: string, expectedRevision: number, events: NewEvent[]): Promise<void> {
    if (expectedRevision === -1) {
      await this.database.query('insert into streams (book, revision) values ($1, -1) on conflict do nothing', [book]);
    }
    const settlements = events.map(({ event }) => ({ seq: event.seq, ...settlement(event) }));
    const taken = settlements.filter(({ take }) => take !== undefined);
    try {
      const statement: QueryConfig & { query_timeout: number } = {
        name: 'append',
        text: APPEND,
        query_timeout: APPEND_TIMEOUT_MS,
        values: [
          book,
          expectedRevision,
          events.map(({ event }) => event.id),
          events.map(({ event }) => event.type),
          events.map(({ event }) => event.command),
          events.map(({ requestHash }) => requestHash),
          events.map(({ event }) => event.recordedAt),
          events.map(({ event }) => event.effectiveDate),
          events.map(({ canonical }) => canonical),
          settlements.flatMap(({ release }) => release ?? []),
          taken.map(({ take }) => take),
          taken.map(({ seq }) => seq),
        ],
      };
      const { rowCount } = await this.database.query(statement);
      if (rowCount !== events.length) throw new WrongRevision(`book ${book} has moved on from ${expectedRevision}`);
    } catch (error) {
      throw named(error);
    }
  }

  async read(book: string, from: number, limit: number): Promise<StoredEvent[]> {
    const { rows } = await this.database.query<EventRow>({ name: 'read', text: READ, values: [book, from, limit] });
    return rows.map(stored);
  }

  async findByCommands(book: string, commands: string[]): Promise<(StoredEvent & { command: string })[]> {
    const { rows } = await this.database.query<EventRow & { command: string }>(FIND_BY_COMMANDS, [book, commands]);
    return rows.map((row) => ({ ...stored(row), command: row.command }));
  }

  async findClaims(keys: string[]): Promise<Claim[]> {
    const { rows } = await this.database.query<{ key: string; book: string; seq: string }>(
      'select key, book, seq from claims where key = any ($1::text[])',
      [keys],
    );
    return rows.map(({ key, book, seq }) => ({ key, book, seq: Number(seq) }));
  }

  async revision(book: string): Promise<number> {
    const { rows } = await this.database.query<{ revision: string }>({
      name: 'revision',
      text: 'select revision from streams where book = $1',
      values: [book],
    });
    return Number(rows[0]?.revision ?? -1);
  }

  async revisionAsOf(book: string, instant: Date): Promise<number> {
    const { rows } = await this.database.query<{ revision: string }>(REVISION_AS_OF, [book, instant]);
    return Number(rows[0]?.revision ?? -1);
  }

  async revisions(): Promise<Map<string, number>> {
    const { rows } = await this.database.query<{ book: string; revision: string }>(
      'select book, revision from streams where revision >= 0 order by book',
    );
    return new Map(rows.map(({ book, revision }) => [book, Number(revision)]));
  }

  async exclusively<T>(book: string, work: (store: EventStore) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    try {
      await client.query('begin');
      await client.query(`select pg_advisory_xact_lock(hashtextextended('book:' || $1, 0))`, [book]);
      const result = await work(new PostgresEventStore(this.pool, client));
      await client.query('commit');
      client.release();
      return result;
    } catch (error) {
      // Closed, not returned: the transaction and its lock end with the connection, whatever state that was in.
      client.release(true);
      throw error;
    }
  }
}

function stored({ seq, canonical, request_hash }: EventRow): StoredEvent {
  return { seq: Number(seq), canonical, requestHash: request_hash };
}

const UNIQUE_VIOLATION = '23505';

function named(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError) || error.code !== UNIQUE_VIOLATION) return error;
  if (error.constraint === 'events_command_once') return new KeyTaken(error.detail);
  if (error.constraint === 'claims_pkey') return new ClaimTaken(/\(key\)=\((.*)\)/.exec(error.detail ?? '')?.[1] ?? '');
  return error;
}
