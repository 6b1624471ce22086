/**
 * What a bureau or village must make public by a notice, by the type of the notice that does it. Rows of the catalogue
 * (扶贫领域基层政务公开标准目录) that follow from entries; the others are words, of which a ledger does not know when they are due.
 */
export const DUTIES = [
  'allocation_result',
  'project_library',
  'project_after',
  'household_subsidy',
  'asset_register',
  'asset_income',
] as const;
export type Duty = (typeof DUTIES)[number];

/** Entries of one business date that wait to be told of. */
export interface Waiting {
  day: string;
  seqs: number[];
}

/** A notice that told of some of them. */
export interface Told {
  notice: string;
  seq: number;
  /** First day of its public period. */
  on: string;
  entries: Waiting[];
}
