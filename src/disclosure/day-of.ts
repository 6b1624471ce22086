import { dateInShanghai } from '../posting/decide-batch.js';
import type { Moment } from '../views/engine/moment.js';

/** The day, in China, by which the calendar is read where this moment is asked for. */
export function dayOf({ asOf, effectiveOn }: Moment): string {
  return effectiveOn ?? dateInShanghai((asOf ?? new Date()).toISOString());
}
