import type { BookEvent } from '../../domain/event.js';
import type { RowSet, StoredRow } from './row-set.js';
import type { RowKey, Table } from './table.js';
import type { Need, View } from './view.js';

/** Loads what a view will look at for these events, as far as it is not there yet; one `load` for each table. */
export async function loadNeeded(
  rows: RowSet,
  view: View,
  events: readonly BookEvent[],
  load: (table: Table<object>, keys: RowKey[]) => Promise<StoredRow[]>,
): Promise<void> {
  const loadMissing = async (needs: Need[]) => {
    for (const [table, keys] of rows.missing(needs)) rows.load(table, keys, await load(table, keys));
  };
  await loadMissing(events.flatMap((event) => [...view.needs(event)]));
  const { furtherNeeds } = view;
  if (furtherNeeds !== undefined) await loadMissing(events.flatMap((event) => [...furtherNeeds(event, rows.loaded)]));
}
