import type { Pool } from 'pg';
import { inSnapshot } from '../view-snapshot.js';
import { datesView } from './dates.js';

/** Entries `first` to `last`. */
export type Range = readonly [first: number, last: number];

/** Which entries of a book can have an effective date that is not after a day. */
export interface Counting {
  /** All entries up to this one count; -1 for none. */
  allUntil: number;
  /** After it, the only entries among which some count, in order. */
  ranges: readonly Range[];
}

/** Up to entry `lastSeq`, as far as the view of the dates tells; what it has not seen yet may count. */
export function countingOn(pool: Pool, book: string, lastSeq: number, day: string, span: number): Promise<Counting> {
  return inSnapshot(pool, datesView, book, 'now', async ({ client, seq }) => {
    const { rows } = await client.query<{ first: number; hasLater: boolean; hasCounting: boolean }>(
      `select first_seq as first, latest > $3 as "hasLater", earliest <= $3 as "hasCounting"
        from views.date_spans where book = $1 and first_seq <= $2 order by first_seq`,
      [book, lastSeq, day],
    );
    const seen = Math.min(lastSeq, seq);
    const firstLater = rows.find(({ hasLater }) => hasLater)?.first ?? seen + 1;
    const allUntil = Math.min(seen, firstLater - 1);
    const ranges = rows
      .filter(({ first, hasCounting }) => hasCounting && first > allUntil)
      .map(({ first }): Range => [first, Math.min(first + span - 1, seen)]);
    return { allUntil, ranges: joined(seen < lastSeq ? [...ranges, [seen + 1, lastSeq]] : ranges) };
  });
}

function joined(ranges: readonly Range[]): Range[] {
  const result: Range[] = [];
  for (const [first, last] of ranges) {
    const before = result.at(-1);
    if (before !== undefined && before[1] + 1 === first) result[result.length - 1] = [before[0], last];
    else result.push([first, last]);
  }
  return result;
}
