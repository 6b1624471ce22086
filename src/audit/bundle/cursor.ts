import type { PoolClient, QueryResultRow } from 'pg';

const ROWS = 2000;

/** The rows of a query, many at a time, within the transaction of the client. One cursor of a name at a time. */
export async function* pagesOf<Row extends QueryResultRow>(
  client: PoolClient,
  { name, query, values }: { name: string; query: string; values: unknown[] },
): AsyncGenerator<Row[]> {
  await client.query(`declare ${name} no scroll cursor for ${query}`, values);
  for (;;) {
    const { rows } = await client.query<Row>(`fetch ${ROWS} from ${name}`);
    if (rows.length > 0) yield rows;
    if (rows.length < ROWS) break;
  }
  await client.query(`close ${name}`);
}
