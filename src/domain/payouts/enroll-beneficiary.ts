import type { Circumstances, Decision } from '../command.js';
import type { DivisionCode } from '../division.js';
import { refuseDivisionOutside } from '../projects/projects.js';
import { Refusal } from '../refusal.js';
import { type BookState, isEnrolled } from '../state.js';

/**
 * A person or household, known in events only by an opaque id. Name, ID number and bank account are in the vault; the
 * commitment is a salted hash of them, and the salt is erased with them.
 */
export interface EnrollBeneficiary {
  /** Made by the vault. */
  id: string;
  /** Lower-case hex SHA-256. */
  commitment: string;
  division: DivisionCode;
  /** e.g. `脱贫户`, `监测户`. */
  categories: string[];
}

export interface BeneficiaryEnrolled {
  id: string;
  commitment: string;
  division: DivisionCode;
  categories: string[];
}

/** Refusals: beneficiary_exists, division_outside_book. */
export function enrollBeneficiary(state: BookState, body: EnrollBeneficiary, { book }: Circumstances): Decision {
  if (isEnrolled(state, body.id)) throw new Refusal('beneficiary_exists', undefined, { beneficiary: body.id });
  refuseDivisionOutside(book, body.division);
  const { id, commitment, division, categories } = body;
  return { type: 'beneficiary.enrolled', data: { id, commitment, division, categories }, postings: [] };
}

/** Refusal: beneficiary_unknown. */
export function knownBeneficiary(state: BookState, id: string, field: string): void {
  if (!isEnrolled(state, id))
    throw new Refusal('beneficiary_unknown', `There is no beneficiary ${id}.`, { field, beneficiary: id });
}
