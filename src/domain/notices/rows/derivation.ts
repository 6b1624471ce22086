import type { BookEvent } from '../../event.js';
import type { NoticeType } from '../types.js';
import { assetIncome, assetRegister } from './assets.js';
import { namedEntries } from './entries.js';
import { namedFunds, pooledFunds, yearFunds } from './funds.js';
import { identified, subsidies } from './persons.js';
import { projectAfter, projectBefore, projectLibrary } from './projects.js';
import { numbered, type Row } from './row.js';
import type { NoticeSubject, RowRule } from './row-rule.js';
import { type Wanted, WantedEntries } from './wanted-entries.js';

/** Notices that say what no entry holds: words, and no rows. */
const WORDS: RowRule = { wanted: () => ({}), rows: () => [] };

const RULES: Record<NoticeType, RowRule> = {
  identification: identified,
  allocation_result: namedEntries,
  annual_plan: yearFunds,
  loans: WORDS,
  sector_funds: namedFunds,
  project_library: projectLibrary,
  project_before: projectBefore,
  project_after: projectAfter,
  household_subsidy: subsidies,
  integration_plan: pooledFunds,
  asset_register: assetRegister,
  asset_income: assetIncome,
  donation: namedEntries,
  assessment_result: WORDS,
  supervision: WORDS,
};

/** What the rows of a notice may rest on. */
export function wantedFor(subject: NoticeSubject): Wanted {
  return RULES[subject.type].wanted(subject);
}

/**
 * The rows of a notice out of the events of its book from 0 up to an entry, and of nothing else: the same for ever, whatever comes
 * later. An entry that was reversed by then counts for nothing.
 *
 * Refusals: notice_entry_unfit, project_unknown, fund_unknown, asset_unknown, holder_unknown.
 *
 * @param entries were asked for what the notice wants, and took all of those events
 */
export function rowsAsOf(last: number, subject: NoticeSubject, entries: WantedEntries): Row[] {
  const rule = RULES[subject.type];
  return numbered(rule.rows(entries.asOf(last, rule.wanted(subject)), subject));
}

/** The rows of one notice out of the events up to its pinned entry. */
export class RowDerivation {
  private readonly entries = new WantedEntries();

  constructor(private readonly subject: NoticeSubject) {
    this.entries.want(wantedFor(subject));
  }

  take(event: BookEvent): void {
    this.entries.take(event);
  }

  /** Refusals: as of `rowsAsOf`. */
  rows(): Row[] {
    return rowsAsOf(Number.MAX_SAFE_INTEGER, this.subject, this.entries);
  }
}
