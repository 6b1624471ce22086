/**
 * What a scan noted of texts that it judged, number after number: mostly where things stand. Whoever has the tape and the bytes
 * makes values of them without a look at each byte, in another thread too. There are never more numbers than bytes.
 */
export interface Tape {
  numbers: Int32Array;
  /** Where the next number is to be written, or to be read. */
  at: number;
}

/** As many as a number has: which fields of a record are there is noted so many at a time. */
export const BITS = 32;

/** The next number of a tape that is read. */
export function next(tape: Tape): number {
  const number = tape.numbers[tape.at] as number;
  tape.at += 1;
  return number;
}
