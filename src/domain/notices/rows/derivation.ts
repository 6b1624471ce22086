import type { BookEvent } from '../../event.js';
import type { NoticeType } from '../types.js';
import { assetIncome, assetRegister } from './assets.js';
import { namedEntries } from './entries.js';
import { namedFunds, pooledFunds, yearFunds } from './funds.js';
import { identified, subsidies } from './persons.js';
import { projectAfter, projectBefore, projectLibrary } from './projects.js';
import { numbered, type Row } from './row.js';
import type { NoticeSubject, RowRule } from './row-rule.js';

/** Notices that say what no entry holds: words, and no rows. */
const WORDS: RowRule = { keeps: () => false, rows: () => [] };

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

/**
 * The rows of a notice out of the events of its book from 0 up to its pinned entry, and of nothing else: the same for
 * ever, whatever comes later. An entry that was reversed by then counts for nothing.
 */
export class RowDerivation {
  private readonly kept = new Map<number, BookEvent>();
  private readonly rule: RowRule;

  constructor(private readonly subject: NoticeSubject) {
    this.rule = RULES[subject.type];
  }

  take(event: BookEvent): void {
    if (event.type === 'entry.reversed') this.kept.delete(event.data.seq);
    else if (this.rule.keeps(event, this.subject)) this.kept.set(event.seq, event);
  }

  /** Refusals: notice_entry_unfit, project_unknown, fund_unknown, asset_unknown, holder_unknown. */
  rows(): Row[] {
    return numbered(this.rule.rows([...this.kept.values()], this.subject));
  }
}
