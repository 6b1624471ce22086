import type { CommandKind } from '../../domain/command.js';
import type { RefusalCode } from '../../domain/refusal.js';

/** Refusals that any posting can meet, before those of its own rule. */
const ANY: RefusalCode[] = ['effective_date_in_future', 'period_closed', 'personal_data_in_text'];
const LINES: RefusalCode[] = ['amount_above_limit', 'line_duplicate', 'fund_unknown', 'insufficient_balance'];
const LINES_OR_AMOUNT: RefusalCode[] = [...LINES, 'insufficient_total'];
const HOLDER: RefusalCode[] = ['holder_unknown', 'project_unknown', 'asset_unknown', 'division_outside_book'];
const OWNERS: RefusalCode[] = [
  'owner_duplicate',
  'owner_name_not_allowed',
  'owner_class_mismatch',
  'beneficiary_unknown',
  'owner_shares_not_whole',
];

/** By which rules of its own a command of each kind can be refused, as the comments of its rule in domain/ list them. */
export const OWN_RULES: Record<CommandKind, RefusalCode[]> = {
  book: ['book_exists', 'book_level_mismatch'],
  fund: ['fund_exists'],
  adjustment: ['id_exists', 'fund_unknown', 'adjustment_exceeds_unallocated'],
  allocation: [
    'id_exists',
    'same_holder',
    'allocation_into_pool',
    'allocation_into_income',
    ...HOLDER,
    'project_closed',
    ...LINES_OR_AMOUNT,
  ],
  integration: ['id_exists', ...LINES, 'fund_not_integrable'],
  dispatch: ['id_exists', 'dispatch_to_self', 'book_unknown', ...HOLDER, ...LINES_OR_AMOUNT, 'fund_not_dispatchable'],
  arrival: ['id_exists', 'dispatch_unknown', 'dispatch_settled', 'fund_exists'],
  project: ['project_exists', 'division_outside_book'],
  stage: ['project_unknown', 'stage_out_of_order'],
  payment: [
    'id_exists',
    'project_unknown',
    'project_closed',
    'beneficiary_unknown',
    ...LINES_OR_AMOUNT,
    'fund_capital_only',
  ],
  beneficiary: ['beneficiary_exists', 'division_outside_book'],
  payout: [
    'id_exists',
    'beneficiary_unknown',
    'payout_duplicate',
    ...HOLDER,
    'project_closed',
    ...LINES_OR_AMOUNT,
    'fund_not_for_payouts',
    'fund_capital_only',
  ],
  asset: ['asset_exists', 'division_outside_book', ...OWNERS, 'project_unknown', ...LINES_OR_AMOUNT, 'fund_exists'],
  ownership_change: ['id_exists', 'asset_unknown', ...OWNERS, 'ownership_unchanged'],
  income: ['id_exists', 'asset_unknown', 'payer_name_not_allowed', 'fund_exists'],
  notice: [
    'notice_exists',
    'division_outside_book',
    'notice_level_mismatch',
    'notice_covers_mismatch',
    'notice_fields_missing',
    'notice_unknown',
    'notice_replaces_another',
    'notice_not_standing',
    'dated_before_subject',
    'entry_unknown',
    'notice_entry_unfit',
    'holder_unknown',
    'project_unknown',
    'fund_unknown',
    'asset_unknown',
  ],
  notice_evidence: ['notice_unknown', 'photo_from_future', 'photo_exists'],
  notice_withdrawal: ['notice_unknown', 'notice_not_standing', 'dated_before_subject'],
  objection: ['objection_exists', 'notice_unknown', 'notice_row_unknown', 'entry_unknown'],
  objection_answer: ['objection_unknown', 'objection_answered', 'dated_before_subject'],
  reversal: ['entry_unknown', 'entry_not_reversible', 'entry_already_reversed', 'dispatch_settled', 'entry_built_upon'],
  closing: ['period_already_closed', 'period_not_over'],
};

/** In the order of the checks, each once: a dispatch asks for two books. */
export function refusalsOf(kind: CommandKind): RefusalCode[] {
  const first: RefusalCode[] = kind === 'book' ? ANY : ['book_unknown', ...ANY];
  return [...new Set<RefusalCode>([...first, ...OWN_RULES[kind], 'event_too_large'])];
}
