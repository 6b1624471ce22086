import type { Circumstances, Decision } from '../command.js';
import type { DivisionCode, DivisionLevel } from '../division.js';
import { Refusal } from '../refusal.js';
import type { BookState } from '../state.js';

/** Opens the perpetual set of accounts of one finance bureau. */
export interface OpenBook {
  /** Division code of the bureau. */
  id: DivisionCode;
  name: string;
  level: DivisionLevel;
}

export interface BookOpened {
  id: DivisionCode;
  name: string;
  level: DivisionLevel;
}

export const CODE_LENGTH: Record<DivisionLevel, number> = { province: 6, city: 6, county: 6, town: 9, village: 12 };

/** Refusals: book_exists, book_level_mismatch. */
export function openBook(state: BookState, body: OpenBook, _: Circumstances): Decision {
  if (state.opened !== undefined) throw new Refusal('book_exists', `Book ${body.id} is already open.`, { field: 'id' });
  if (body.id.length !== CODE_LENGTH[body.level]) {
    throw new Refusal(
      'book_level_mismatch',
      `A ${body.level} has a code of ${CODE_LENGTH[body.level]} digits, not ${body.id.length}.`,
      { field: 'level' },
    );
  }
  return { type: 'book.opened', data: { id: body.id, name: body.name, level: body.level }, postings: [] };
}
