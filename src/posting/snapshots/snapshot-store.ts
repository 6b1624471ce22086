import type { Pool, PoolClient } from 'pg';

/** How many a book keeps: the last, and the one before it for those who are reading it. */
const KEPT = 2;
const PARTS_A_QUERY = 8;

export interface StoredSnapshot {
  size: number;
  note: string;
}

/** The snapshots of books, in PostgreSQL. */
export class SnapshotStore {
  constructor(private readonly pool: Pool) {}

  async latest(book: string): Promise<StoredSnapshot | undefined> {
    const { rows } = await this.pool.query<{ size: string; note: string }>({
      name: 'latest-snapshot',
      text: 'select size, note from book_snapshots where book = $1 order by size desc limit 1',
      values: [book],
    });
    return rows.map(({ size, note }) => ({ size: Number(size), note }))[0];
  }

  /** The parts in their order; the next are fetched while some are worked on. */
  async *parts(book: string, size: number): AsyncGenerator<Buffer> {
    let next = this.somePart(book, size, 0);
    for (let from = 0; ; from += PARTS_A_QUERY) {
      const parts = await next;
      if (parts.length === PARTS_A_QUERY) next = this.somePart(book, size, from + PARTS_A_QUERY);
      yield* parts;
      if (parts.length < PARTS_A_QUERY) return;
    }
  }

  /**
   * Keeps a snapshot whole or not at all, and lets go of those that are too old. False where the book has one of this size.
   *
   * @param note of all parts, known after the last
   */
  async save(book: string, size: number, parts: Iterable<Buffer>, note: () => string): Promise<boolean> {
    const client = await this.pool.connect();
    try {
      await client.query('begin');
      const isNew = await insert(client, book, size, parts, note);
      await client.query('commit');
      client.release();
      return isNew;
    } catch (error) {
      // Closed, not returned: the transaction ends with the connection.
      client.release(true);
      throw error;
    }
  }

  private async somePart(book: string, size: number, from: number): Promise<Buffer[]> {
    const { rows } = await this.pool.query<{ bytes: Buffer }>({
      name: 'snapshot-parts',
      text: `select bytes from book_snapshot_parts
        where book = $1 and size = $2 and part >= $3 and part < $4 order by part`,
      values: [book, size, from, from + PARTS_A_QUERY],
    });
    return rows.map(({ bytes }) => bytes);
  }
}

async function insert(
  client: PoolClient,
  book: string,
  size: number,
  parts: Iterable<Buffer>,
  note: () => string,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into book_snapshots (book, size, note) values ($1, $2, '') on conflict do nothing`,
    [book, size],
  );
  if (rowCount === 0) return false;
  let number = 0;
  for (const bytes of parts) {
    await client.query({
      name: 'insert-snapshot-part',
      text: 'insert into book_snapshot_parts (book, size, part, bytes) values ($1, $2, $3, $4)',
      values: [book, size, number, bytes],
    });
    number += 1;
  }
  await client.query('update book_snapshots set note = $3 where book = $1 and size = $2', [book, size, note()]);
  await client.query(
    `delete from book_snapshots where book = $1 and size <= (
       select size from book_snapshots where book = $1 order by size desc offset $2 limit 1
     )`,
    [book, KEPT],
  );
  return true;
}
