import type { BookEvent } from '../../domain/event.js';
import type { RowSet, StoredRow } from './row-set.js';
import type { RowKey, Table } from './table.js';
import type { Need, View } from './view.js';

/** Events that views are going to take into the rows of one book. */
export interface Intake {
  rows: RowSet;
  views: readonly View[];
  events: readonly BookEvent[];
  /** All that are taken in together, where the events are some of them only. */
  batch?: readonly BookEvent[];
}

/** The keys of some rows of one book, and where they are wanted. */
export interface Wanted {
  rows: RowSet;
  keys: RowKey[];
}

/** Loads what a view will look at for these events, as far as it is not there yet; one `load` for each table, all at once. */
export async function loadNeeded(
  rows: RowSet,
  view: View,
  events: readonly BookEvent[],
  load: (table: Table<object>, keys: RowKey[]) => Promise<StoredRow[]>,
): Promise<void> {
  const intake = { rows, views: [view], events };
  for (const needs of [needsOf, furtherNeedsOf]) {
    const missing = [...rows.missing(needs(intake))];
    await Promise.all(missing.map(async ([table, keys]) => rows.load(table, keys, await load(table, keys))));
  }
}

/** Of each table the rows that are wanted. */
export type WantedRows = ReadonlyMap<Table<object>, readonly Wanted[]>;

/** The same for several views and books; `load` puts what it finds into the rows. */
export async function loadNeededOf(
  intakes: readonly Intake[],
  load: (wanted: WantedRows) => Promise<void>,
): Promise<void> {
  await loadMissing(intakes, load, needsOf);
  await loadMissing(intakes, load, furtherNeedsOf);
}

function* needsOf({ views, events }: Intake): Iterable<Need> {
  for (const event of events) for (const view of views) yield* view.needs(event);
}

function* furtherNeedsOf({ rows, views, events, batch = events }: Intake): Iterable<Need> {
  for (const event of events) {
    for (const { furtherNeeds } of views)
      if (furtherNeeds !== undefined) yield* furtherNeeds(event, rows.loaded, batch);
  }
}

async function loadMissing(
  intakes: readonly Intake[],
  load: (wanted: WantedRows) => Promise<void>,
  needs: (intake: Intake) => Iterable<Need>,
): Promise<void> {
  const wanted = new Map<Table<object>, Wanted[]>();
  for (const intake of intakes) {
    for (const [table, keys] of intake.rows.missing(needs(intake))) {
      wanted.set(table, [...(wanted.get(table) ?? []), { rows: intake.rows, keys }]);
    }
  }
  if (wanted.size > 0) await load(wanted);
}
