import { utf8 } from './byte-text.js';

/** The first thing in a book that is not as it must be. */
export interface Difference {
  book: string;
  /** The entry, or for what is said of the whole book its last one; null where the book has none. */
  seq: number | null;
  field: string;
  /** As `found`: a value of the field as JSON, so that it is no words, which are what is said of one. */
  expected: string;
  found: string;
}

/** Ends an audit. */
export class Different extends Error {
  override readonly name = 'Different';

  constructor(readonly difference: Difference) {
    const { book, seq, field, expected, found } = difference;
    super(`book ${book}, ${seq === null ? 'no entry' : `seq ${seq}`}, ${field}: expected ${expected}, found ${found}`);
  }
}

/** Of what an audit threw; what is no difference is thrown on. */
export function differenceOf(error: unknown): Difference {
  if (error instanceof Different) return error.difference;
  throw error;
}

/** Of whatever stands where a text should: an object may say that it is no text, and then `String` has none. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : shown(value);
}

const LONGEST_SHOWN = 200;

/** A value, its texts byte for byte, as a difference shows it: as JSON, cut where it is long. */
export function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : utf8(JSON.stringify(value));
  return cut(text);
}

export function cut(text: string): string {
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
