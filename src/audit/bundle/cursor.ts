import type { PoolClient, QueryResultRow } from 'pg';

const ROWS = 2000;

interface Query {
  name: string;
  query: string;
  values: unknown[];
}

/** The rows of a query, many at a time, within the transaction of the client. One cursor of a name at a time. */
export async function* pagesOf<Row extends QueryResultRow>(
  client: PoolClient,
  { name, query, values }: Query,
): AsyncGenerator<Row[]> {
  await client.query(`declare ${name} no scroll cursor for ${query}`, values);
  for (;;) {
    const { rows } = await client.query<Row>(`fetch ${ROWS} from ${name}`);
    if (rows.length > 0) yield rows;
    if (rows.length < ROWS) break;
  }
  await client.query(`close ${name}`);
}

export interface RowOfEntry {
  seq: number;
  [field: string]: unknown;
}

/** Rows that belong to entries, in the order of these; as many are read at once as a page has. */
export class RowsBySeq {
  private page: RowOfEntry[] = [];
  private at = 0;

  private constructor(private readonly pages: AsyncGenerator<RowOfEntry[]>) {}

  static async open(client: PoolClient, query: Query): Promise<RowsBySeq> {
    const rows = new RowsBySeq(pagesOf<RowOfEntry>(client, query));
    await rows.nextPage();
    return rows;
  }

  /** Those that were not given yet. */
  async upTo(seq: number): Promise<RowOfEntry[]> {
    const found = [];
    for (;;) {
      const row = this.page[this.at];
      if (row === undefined || row.seq > seq) return found;
      found.push(row);
      this.at += 1;
      if (this.at === this.page.length) await this.nextPage();
    }
  }

  private async nextPage(): Promise<void> {
    const { done, value } = await this.pages.next();
    this.page = done === true ? [] : value;
    this.at = 0;
  }
}
