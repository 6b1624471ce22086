import type { Pool, PoolClient } from 'pg';

/** All that the work does, or nothing; what it throws is thrown on. */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    client.release();
    return result;
  } catch (error) {
    // Closed, not returned: the transaction and its locks end with the connection, whatever state that was in.
    client.release(true);
    throw error;
  }
}
