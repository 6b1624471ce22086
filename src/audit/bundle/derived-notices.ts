import type { PoolClient } from 'pg';
import type { BookEvent, EventOf } from '../../domain/event.js';
import { rowsAsOf, wantedFor } from '../../domain/notices/rows/derivation.js';
import type { Row } from '../../domain/notices/rows/row.js';
import { WantedEntries } from '../../domain/notices/rows/wanted-entries.js';
import { Refusal } from '../../domain/refusal.js';

type Notice = EventOf<'notice.published'>;

// Entries that are elsewhere have their type in the index of the stream.
const NOTICES = `
  select seq from events where book = $1 and type = 'notice.published'
  union select seq from stream_index where book = $1 and type = 'notice.published' order by seq`;

/**
 * The rows of every notice of a book as the service shows them: derived from its entries by the rules of the ledger, which are kept once
 * for all of them. The verifier holds them against the entries without those rules.
 */
export class DerivedNotices {
  private readonly entries = new WantedEntries();
  /** Seqs of those to come. */
  private readonly pending = new Set<number>();

  /** @param notices all that will come */
  constructor(notices: readonly Notice[]) {
    for (const { seq, data } of notices) {
      this.pending.add(seq);
      this.entries.want(wantedFor(data));
    }
  }

  /** @param read an entry, as far as it is one */
  static async open(
    client: PoolClient,
    book: string,
    read: (seq: number) => Promise<BookEvent | undefined>,
  ): Promise<DerivedNotices> {
    const { rows } = await client.query<{ seq: string }>(NOTICES, [book]);
    const notices: Notice[] = [];
    for (const { seq } of rows) {
      const event = await read(Number(seq));
      if (event?.type === 'notice.published') notices.push(event);
    }
    return new DerivedNotices(notices);
  }

  /** The next entry. Gives what comes after it, a JSON value, where it is a notice. */
  take(event: BookEvent): object[] {
    this.entries.take(event);
    if (event.type !== 'notice.published' || !this.pending.delete(event.seq)) return [];
    const { id } = event.data;
    const rows = this.rowsOf(event);
    this.entries.release(wantedFor(event.data));
    return rows === undefined ? [] : [{ notice: { id, rows } }];
  }

  /** Undefined where the entries give none: the service has nothing to show then, and so has the bundle. */
  private rowsOf({ seq, data }: Notice): Row[] | undefined {
    try {
      return rowsAsOf(Math.min(data.asOfSeq, seq), data, this.entries);
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  }
}
