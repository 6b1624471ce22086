import type { DivisionCode } from '../../division.js';
import type { BookEvent, EventOf, EventType } from '../../event.js';
import type { Covers } from '../covers.js';
import type { NoticeType } from '../types.js';
import type { RowParts } from './row.js';
import type { Wanted } from './wanted-entries.js';

/** What the rows of a notice depend on, beside the events up to its pinned entry. */
export interface NoticeSubject {
  type: NoticeType;
  division: DivisionCode;
  covers: Covers;
}

/** How the rows of a type of notice come out of the entries that stand at the pinned entry. */
export interface RowRule {
  /** What the rows may rest on, which is all that `rows` sees. */
  wanted(subject: NoticeSubject): Wanted;
  /**
   * @param entries those wanted, in order, without the ones that were reversed
   *
   * Refusals: entry_unknown, notice_entry_unfit, project_unknown, fund_unknown, asset_unknown, holder_unknown.
   */
  rows(entries: readonly BookEvent[], subject: NoticeSubject): RowParts[];
}

export function ofType<Type extends EventType>(entries: readonly BookEvent[], type: Type): EventOf<Type>[] {
  return entries.filter((event): event is BookEvent & EventOf<Type> => event.type === type) as EventOf<Type>[];
}
