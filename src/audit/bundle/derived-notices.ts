import type { PoolClient } from 'pg';
import type { BookEvent, EventOf } from '../../domain/event.js';
import { RowDerivation } from '../../domain/notices/rows/derivation.js';
import type { Row } from '../../domain/notices/rows/row.js';
import { Refusal } from '../../domain/refusal.js';

type Notice = EventOf<'notice.published'>;

// Entries that are elsewhere have their type in the index of the stream.
const NOTICES = `
  select seq from events where book = $1 and type = 'notice.published'
  union select seq from stream_index where book = $1 and type = 'notice.published' order by seq`;

/**
 * The rows of every notice of a book as the service shows them: derived from its entries by the rules of the ledger, in one pass
 * for all of them. The verifier holds them against the entries without those rules.
 */
export class DerivedNotices {
  private readonly derivations = new Map<string, { notice: Notice; derivation: RowDerivation }>();

  private constructor(notices: readonly Notice[]) {
    for (const notice of notices)
      this.derivations.set(notice.data.id, { notice, derivation: new RowDerivation(notice.data) });
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
    if (event.type === 'notice.published') {
      const { id } = event.data;
      const rows = this.rowsOf(id);
      this.derivations.delete(id);
      return rows === undefined ? [] : [{ notice: { id, rows } }];
    }
    for (const { notice, derivation } of this.derivations.values())
      if (event.seq <= notice.data.asOfSeq) derivation.take(event);
    return [];
  }

  /** Undefined where the entries give none: the service has nothing to show then, and so has the bundle. */
  private rowsOf(id: string): Row[] | undefined {
    try {
      return this.derivations.get(id)?.derivation.rows();
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  }
}
