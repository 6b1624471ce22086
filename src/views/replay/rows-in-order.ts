import type { ClientBase } from 'pg';
import { exactTypes } from '../engine/stored-rows.js';

const ROWS_A_FETCH = 1_000;

/** The rows of a query about a book, some at a time: it can have a million payouts. One cursor of a name at a time. */
export async function* rowsInOrder(
  client: ClientBase,
  { name, text, book }: { name: string; text: string; book: string },
): AsyncGenerator<object> {
  await client.query(`declare ${name} no scroll cursor for ${text}`, [book]);
  for (;;) {
    const { rows } = await client.query<object>({ text: `fetch ${ROWS_A_FETCH} from ${name}`, types: exactTypes });
    yield* rows;
    if (rows.length < ROWS_A_FETCH) break;
  }
  await client.query(`close ${name}`);
}
