import type { RowSet } from '../row-set.js';
import { type Listing, orderOf, type RowSource, select } from '../row-source.js';
import type { RowKey, Table } from '../table.js';
import type { PastRows } from './past-rows.js';

/** Rows as they stood after one entry, with what later entries made of some of them laid over. */
export class OverlaidRows implements RowSource {
  constructor(
    private readonly past: PastRows,
    private readonly later: RowSet,
  ) {}

  async one<Row extends object>(table: Table<Row>, key: RowKey): Promise<Row | undefined> {
    const changed = this.later.changedRow(table, key);
    if (changed !== undefined) return changed;
    const [row] = await this.past.load(table, [key]);
    return row as Row | undefined;
  }

  async list<Row extends object>(table: Table<Row>, listing: Listing<Row>): Promise<Row[]> {
    const changed = this.later.changed(table).map(({ row }) => row as Row);
    return select([...(await this.unchanged(table, listing)), ...changed], listing);
  }

  /** As many as are asked for, of those that no later entry changed. */
  private async unchanged<Row extends object>(table: Table<Row>, listing: Listing<Row>): Promise<Row[]> {
    const { limit = Number.POSITIVE_INFINITY, orderBy } = listing;
    // Without an order there is no next page; so many are asked for that enough are left.
    if (orderBy.length === 0) {
      const most = listing.limit === undefined ? {} : { limit: listing.limit + this.later.changed(table).length };
      const all = await this.past.list(table, { ...listing, ...most });
      return all.filter((row) => this.later.changedRow(table, table.keyOf(row)) === undefined);
    }
    const found: Row[] = [];
    for (let { after } = listing; ; ) {
      const page = await this.past.list(table, { ...listing, after });
      found.push(...page.filter((row) => this.later.changedRow(table, table.keyOf(row)) === undefined));
      const last = page.at(-1);
      if (last === undefined || page.length < limit || found.length >= limit) return found;
      after = orderOf<Row>(last, orderBy);
    }
  }
}
