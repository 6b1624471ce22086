import type { EventStore } from '../../event-store/event-store.js';
import type { CosignatureStore } from '../../log/cosignature-store.js';
import type { WitnessClient } from '../../log/witness-client.js';
import { gauge } from './exposition.js';

/** How far each witness is behind the checkpoints of the books, which sign every entry. */
export async function witnessLines(
  witnesses: readonly WitnessClient[],
  cosignatures: CosignatureStore,
  store: EventStore,
): Promise<string[]> {
  if (witnesses.length === 0) return [];
  const revisions = await store.revisions();
  const behind = await Promise.all(
    witnesses.map(async ({ name, vkey }) => {
      const sizes = await cosignatures.sizesOf(vkey);
      const entries = [...revisions].map(([book, revision]) => Math.max(revision + 1 - (sizes.get(book) ?? 0), 0));
      return { witness: name, entries: entries.filter((count) => count > 0) };
    }),
  );
  return [
    ...gauge(
      'mingzhang_witness_lag_entries',
      'Entries of signed checkpoints that a witness has not cosigned yet, over all books.',
      behind.map(({ witness, entries }) => [{ witness }, entries.reduce((sum, count) => sum + count, 0)]),
    ),
    ...gauge(
      'mingzhang_witness_books_behind',
      'Books whose latest checkpoint a witness has not cosigned.',
      behind.map(({ witness, entries }) => [{ witness }, entries.length]),
    ),
    ...gauge(
      'mingzhang_witness_most_behind_entries',
      'Entries that a witness has not cosigned yet of the book where these are most.',
      behind.map(({ witness, entries }) => [{ witness }, Math.max(0, ...entries)]),
    ),
  ];
}
