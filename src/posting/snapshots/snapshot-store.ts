import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '../../database/in-transaction.js';
import { copyOut } from './copy-out.js';

/** How many a book keeps: the last, and the one before it for those who are reading it. */
const KEPT = 2;

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

  /** The parts in their order, each good until `take` returns. */
  async eachPart(book: string, size: number, take: (bytes: Buffer) => void): Promise<void> {
    const client = await this.pool.connect();
    try {
      // COPY takes no parameters.
      const where = `book = ${client.escapeLiteral(book)} and size = ${Math.trunc(size)}`;
      await copyOut(client, `select bytes from book_snapshot_parts where ${where} order by part`, take);
      client.release();
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  /**
   * Keeps a snapshot whole or not at all, and lets go of those that are too old. False where the book has one of this size.
   *
   * @param note of all parts, known after the last
   */
  async save(book: string, size: number, parts: Iterable<Buffer>, note: () => string): Promise<boolean> {
    return inTransaction(this.pool, (client) => insert(client, book, size, parts, note));
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
