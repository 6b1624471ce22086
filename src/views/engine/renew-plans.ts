import type { ClientBase } from 'pg';

interface Written {
  rows: number;
  /** As many had been written when the statements were last planned. */
  plannedAt: number;
}

/** While there are fewer rows, any index finds them as soon. */
const FEW = 500;
const written = new WeakMap<ClientBase, Written>();

/**
 * Has PostgreSQL plan the prepared statements of a connection anew each time that the rows it has written are twice as many. A plan that
 * was made while a table was empty takes any index for as good as the one of the key, and would go on reading all rows of a book for
 * each key until the table's statistics are gathered.
 */
export async function renewPlans(client: ClientBase, rows: number): Promise<void> {
  const now = written.get(client) ?? { rows: 0, plannedAt: 0 };
  written.set(client, now);
  now.rows += rows;
  if (now.rows < Math.max(FEW, 2 * now.plannedAt)) return;
  now.plannedAt = now.rows;
  await client.query('discard plans');
}
