import type { Pool, PoolClient } from 'pg';
import pg from 'pg';
import { inTransaction } from '../../database/in-transaction.js';
import { type Settlement, settlement } from '../../domain/funds/settlement.js';
import type { TileHash } from '../../log/tree-edge.js';
import { type Claim, KeyTaken, type NewEvent, type Seal } from '../event-store.js';

/** A batch that stands in its stream, with what was signed over it. */
export interface SealedBatch {
  book: string;
  expectedRevision: number;
  events: Pick<NewEvent, 'seq' | 'requestHash' | 'event'>[];
  seal: Seal;
}

export interface IndexedEvent {
  seq: number;
  command: string;
}

// Whole or not at all. Where the book has moved on from the revision, because another process has sealed the batch, nothing
// comes back and nothing is inserted. What was about to be appended at an earlier revision is decided by it.
const SEAL = `
  with head as (
    update streams set revision = $3 where book = $1 and revision = $2 returning book
  ),
  indexed as (
    insert into stream_index (book, seq, type, command, request_hash, recorded_at)
    select book, event.seq, event.type, event.command, decode(event.request_hash, 'base64'), event.recorded_at
    from head, json_to_recordset($4::json)
      as event (seq bigint, type text, command text, request_hash text, recorded_at timestamptz)
  ),
  sealed as (
    insert into log_checkpoints (book, size, previous, note) select book, $5::bigint, $2::bigint + 1, $6 from head
  ),
  tiled as (
    insert into log_tile_hashes (book, level, index, hash)
    select book, tile.level, tile.index, decode(tile.hash, 'base64')
    from head, json_to_recordset($7::json) as tile (level smallint, index bigint, hash text)
  ),
  decided as (
    delete from pending_appends using head where pending_appends.book = head.book and expected_revision < $3
  )
  select book from head`;

// recorded_at never runs backwards in a book, so the last event of an instant is found by halving, not by scanning.
const REVISION_AS_OF = `
  with recursive halving (low, high) as (
    select -1::bigint, coalesce((select revision from streams where book = $1), -1)
    union all
    select case when middle.reached then middle.seq else low end, case when middle.reached then high else middle.seq - 1 end
    from halving,
      lateral (
        select seq, recorded_at <= $2 as reached from stream_index where book = $1 and seq = (low + high + 1) / 2
      ) as middle
    where low < high
  )
  select low as revision from halving where low = high`;

const UNIQUE_VIOLATION = '23505';

/** What PostgreSQL holds of books whose events are in EventStoreDB. An entry is in the book once it is in here. */
export class SealedIndex {
  constructor(private readonly pool: Pool) {}

  /** So that a book is known of before its first event is in its stream. */
  async open(book: string): Promise<void> {
    await this.pool.query('insert into streams (book, revision) values ($1, -1) on conflict do nothing', [book]);
  }

  /** False where the book has moved on meanwhile. Error: KeyTaken. */
  async seal(batch: SealedBatch): Promise<boolean> {
    const settlements = batch.events.map(({ event }) => ({ seq: event.seq, ...settlement(event) }));
    const settling = settlements.filter(({ take, release }) => take !== undefined || release !== undefined);
    try {
      if (settling.length === 0) return await sealIn(this.pool, batch);
      return await inTransaction(this.pool, async (client) => {
        if (!(await sealIn(client, batch))) return false;
        for (const one of settling) await settle(client, batch.book, one);
        return true;
      });
    } catch (error) {
      if (isUniqueViolation(error) && error.constraint === 'stream_index_command_once')
        throw new KeyTaken(error.detail);
      throw error;
    }
  }

  /** Seq of the last sealed entry, -1 where there is none. */
  async revision(book: string): Promise<number> {
    const { rows } = await this.pool.query<{ revision: string }>({
      name: 'sealed-revision',
      text: 'select revision from streams where book = $1',
      values: [book],
    });
    return Number(rows[0]?.revision ?? -1);
  }

  /** Of all books that were ever begun, also of those without an entry. */
  async revisions(): Promise<Map<string, number>> {
    const { rows } = await this.pool.query<{ book: string; revision: string }>(
      'select book, revision from streams order by book',
    );
    return new Map(rows.map(({ book, revision }) => [book, Number(revision)]));
  }

  async revisionAsOf(book: string, instant: Date): Promise<number> {
    const { rows } = await this.pool.query<{ revision: string }>(REVISION_AS_OF, [book, instant]);
    return Number(rows[0]?.revision ?? -1);
  }

  async find(book: string, commands: string[]): Promise<IndexedEvent[]> {
    const { rows } = await this.pool.query<{ seq: string; command: string }>(
      'select seq, command from stream_index where book = $1 and command = any ($2::text[])',
      [book, commands],
    );
    return rows.map(({ seq, command }) => ({ seq: Number(seq), command }));
  }

  async claims(keys: string[]): Promise<Claim[]> {
    const { rows } = await this.pool.query<{ key: string; book: string; seq: string }>(
      'select key, book, seq from claims where key = any ($1::text[])',
      [keys],
    );
    return rows.map(({ key, book, seq }) => ({ key, book, seq: Number(seq) }));
  }

  /** Public keys whose signatures count. */
  async logKeys(): Promise<string[]> {
    const { rows } = await this.pool.query<{ vkey: string }>('select distinct vkey from log_keys');
    return rows.map(({ vkey }) => vkey);
  }
}

async function sealIn(database: Pick<Pool, 'query'>, batch: SealedBatch): Promise<boolean> {
  const { book, expectedRevision, events, seal } = batch;
  const { rowCount } = await database.query({
    name: 'seal',
    text: SEAL,
    values: [
      book,
      expectedRevision,
      expectedRevision + events.length,
      JSON.stringify(events.map(row)),
      seal.size,
      seal.note,
      JSON.stringify(seal.tileHashes.map(tile)),
    ],
  });
  return rowCount === 1;
}

function row({ requestHash, event: { seq, type, command, recordedAt } }: SealedBatch['events'][number]): object {
  return { seq, type, command, request_hash: requestHash, recorded_at: recordedAt };
}

function tile({ level, index, hash }: TileHash): object {
  return { level, index, hash: hash.toString('base64') };
}

async function settle(client: PoolClient, book: string, one: Settlement & { seq: number }): Promise<void> {
  if (one.release !== undefined) await client.query('delete from claims where key = $1', [one.release]);
  if (one.take !== undefined)
    await client.query('insert into claims (key, book, seq) values ($1, $2, $3)', [one.take, book, one.seq]);
}

export function isUniqueViolation(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && error.code === UNIQUE_VIOLATION;
}
