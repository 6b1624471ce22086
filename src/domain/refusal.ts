/**
 * Every refusal by a rule, in words. The code is stable and public: callers switch on it, the OpenAPI lists it.
 * The order of checks is documented in docs/refusals.md and tested in that order.
 */
export const REFUSALS = {
  book_unknown: 'No book of this division code is open.',
  book_exists: 'A book of this division code is already open.',
  book_level_mismatch: 'The level of a book must fit the length of its division code.',
  effective_date_in_future: 'The effective date lies after today in Asia/Shanghai.',
  period_closed: 'The effective date lies inside a closed period.',
  personal_data_in_text: 'A text holds what looks like an ID number, a bank card or a mobile number.',
  id_exists: 'Another entry of the same kind already has this id.',
  event_too_large: 'The entry would be larger than 65,535 bytes.',
  fund_unknown: 'The book has no such fund.',
  fund_exists: 'The book already has, or had, a fund of this id.',
  fund_not_integrable: 'The fund is marked no_integration and cannot enter a pool.',
  fund_not_dispatchable: 'The fund is marked no_dispatch and must be used at this level.',
  fund_not_for_payouts: 'The fund is marked no_payout and cannot be paid out to beneficiaries.',
  fund_capital_only: 'The fund is marked capital_only and cannot be spent as expense.',
  adjustment_exceeds_unallocated: 'A fund cannot be reduced below what is still unallocated at the bureau.',
  holder_unknown: 'No such holder of money exists in the book.',
  same_holder: 'Money cannot move from a holder to itself.',
  allocation_into_pool: 'Money enters a pool by integration only.',
  allocation_into_income: 'Only income that is received enters the account of what an asset earned.',
  line_duplicate: 'A fund stands on more than one line.',
  insufficient_balance: 'The holder has less of this fund than the line takes.',
  insufficient_total: 'The holder has less in all than the amount.',
  dispatch_to_self: 'A book cannot dispatch to itself.',
  dispatch_unknown: 'The sending book has no such dispatch to this book.',
  dispatch_settled: 'The dispatch has already arrived, or was reversed by its sender.',
  project_unknown: 'The book has no such project.',
  project_exists: 'The book already has, or had, a project of this id.',
  project_closed: 'The project is closed; no money may enter it or be paid from it.',
  division_outside_book: 'The division does not lie inside the division of the book.',
  stage_out_of_order: 'Stages follow one another: approved, started, completed, accepted, settled, closed.',
  beneficiary_unknown: 'The book has no such beneficiary.',
  beneficiary_exists: 'The book already knows this person.',
  payout_duplicate: 'The beneficiary was already paid under this policy for this period.',
  asset_unknown: 'The book has no such asset.',
  asset_exists: 'The book already has, or had, an asset of this id.',
  owner_duplicate: 'An owner stands more than once.',
  owner_shares_not_whole: 'The shares of the owners must add to exactly 1.',
  owner_class_mismatch: 'An asset of class household belongs to households.',
  owner_name_not_allowed: 'A household is named by its beneficiary id alone.',
  payer_name_not_allowed: 'A household that pays is not named.',
  ownership_unchanged: 'The owners and shares are those that already stand.',
  notice_unknown: 'The book has no such notice.',
  notice_exists: 'The book already has a notice of this id.',
  notice_level_mismatch:
    'The level must be one that publishes notices of this type, and fit the length of the division code.',
  notice_covers_mismatch: 'The notice must cover what its type demands, and nothing else.',
  notice_fields_missing: 'The notice lacks fields that its type demands.',
  notice_replaces_another: 'A correction is a notice of the same type and division.',
  notice_not_standing: 'The notice was withdrawn or replaced.',
  notice_entry_unfit: 'An entry that the notice covers does not stand at the pinned entry, or is of another type.',
  notice_row_unknown: 'The notice has no such row.',
  photo_from_future: 'The photo cannot have been taken after now.',
  photo_exists: 'The notice already has this photo.',
  objection_unknown: 'The book has no such objection.',
  objection_exists: 'The book already has this objection.',
  objection_answered: 'The objection was already answered.',
  entry_unknown: 'The book has no entry of this seq.',
  entry_not_reversible: 'An entry of this type cannot be reversed.',
  entry_already_reversed: 'The entry was already reversed.',
  entry_built_upon: 'Later entries depend on this one; reverse them first.',
  period_not_over: 'A period can be closed only when it is over.',
  period_already_closed: 'The period is already closed.',
} as const;

export type RefusalCode = keyof typeof REFUSALS;

export interface RefusalFacts {
  /** Path of the offending field in the body, e.g. `lines[1].fund`. */
  field?: string;
  /** Entries of this book that stand in the way. */
  entries?: number[];
  /** Further facts for the caller: amounts in yuan, codes, ids. Never personal data. */
  [fact: string]: unknown;
}

/** A command that a rule refuses. The history is untouched. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly facts: RefusalFacts;

  constructor(code: RefusalCode, detail?: string, facts: RefusalFacts = {}) {
    super(detail ?? REFUSALS[code]);
    this.name = 'Refusal';
    this.code = code;
    this.facts = facts;
  }
}
