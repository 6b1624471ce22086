import type { Pool } from 'pg';
import { inTransaction } from '../../database/in-transaction.js';
import { settlement } from '../../domain/funds/settlement.js';
import { ClaimTaken, type NewEvent } from '../event-store.js';
import { isUniqueViolation } from './sealed-index.js';
import type { StreamEvent } from './stream-event.js';

/** An append that was written down before it was made. */
export interface PendingAppend {
  book: string;
  expectedRevision: number;
  events: StreamEvent[];
}

/** Another append that may come about is about to take the claim: it is to be decided first. */
export class ClaimPending extends Error {
  override readonly name = 'ClaimPending';
}

/** Keys that a batch takes from without: not those that it gave back itself before. */
function takenKeys(events: readonly NewEvent[]): { all: string[]; fromWithout: string[] } {
  const released = new Set<string>();
  const all = new Set<string>();
  const fromWithout: string[] = [];
  for (const { event } of events) {
    const { take, release } = settlement(event);
    if (release !== undefined) released.add(release);
    if (take === undefined) continue;
    all.add(take);
    if (!released.has(take)) fromWithout.push(take);
  }
  return { all: [...all], fromWithout };
}

/**
 * Who is about to take which claim. Two streams cannot be appended to at once, so that of two books which settle the same
 * dispatch each could find it unsettled; here only one of them gets a row. It
 * stands until the book moves on, by that append or by another: only then is it decided, since a call that failed may still arrive.
 */
export class PendingClaims {
  constructor(private readonly pool: Pool) {}

  /** Errors: ClaimTaken, ClaimPending. */
  async reserve(
    book: string,
    expectedRevision: number,
    events: readonly NewEvent[],
    streamEvents: readonly StreamEvent[],
  ): Promise<void> {
    const { all, fromWithout } = takenKeys(events);
    if (all.length === 0) return;
    try {
      await inTransaction(this.pool, async (client) => {
        const { rows } = await client.query<{ id: string }>(
          'insert into pending_appends (book, expected_revision, events) values ($1, $2, $3) returning id',
          [book, expectedRevision, JSON.stringify(streamEvents)],
        );
        // Waits for whoever is sealing or reserving the same; in one order, so that nobody waits in a circle.
        await client.query('insert into pending_claims (key, pending) select unnest($1::text[]), $2', [
          all.sort(),
          rows[0]?.id,
        ]);
        const held = await client.query<{ key: string }>('select key from claims where key = any ($1::text[])', [
          fromWithout,
        ]);
        const [first] = held.rows;
        if (first !== undefined) throw new ClaimTaken(first.key);
      });
    } catch (error) {
      if (isUniqueViolation(error)) throw new ClaimPending(error.detail);
      throw error;
    }
  }

  /** Takes away what was written down for a revision that the book has left, also after it had left it. */
  async forgetDecided(book: string): Promise<void> {
    await this.pool.query(
      `delete from pending_appends using streams
        where streams.book = $1 and pending_appends.book = $1 and pending_appends.expected_revision < streams.revision`,
      [book],
    );
  }

  /** Those that are about to take one of the claims. */
  async of(keys: readonly string[]): Promise<PendingAppend[]> {
    const { rows } = await this.pool.query<{
      book: string;
      expected_revision: string;
      events: StreamEvent[];
    }>(
      `select book, expected_revision, events from pending_appends
        where id in (select pending from pending_claims where key = any ($1::text[])) order by id`,
      [keys],
    );
    return rows.map(({ expected_revision, ...pending }) => ({
      ...pending,
      expectedRevision: Number(expected_revision),
    }));
  }
}

export function claimsOf(events: readonly NewEvent[]): string[] {
  return takenKeys(events).all;
}
