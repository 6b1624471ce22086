/**
 * Where an answer stands. As long as the checkpoint of the view has the same version, the tables answer the same question
 * with the same rows.
 */
export interface Standing {
  view: string;
  book: string;
  /** The last entry that the answer holds. */
  seq: number;
  /** Of the checkpoint row: another one after whatever moved it, a rebuild included. */
  version: string;
}

const standings = new WeakMap<object, Standing>();

/** To be said only of an answer that was made from rows of that view and book alone. */
export function bind<T>(answer: T, standing: Standing | undefined): T {
  if (standing !== undefined && typeof answer === 'object' && answer !== null) standings.set(answer, standing);
  return answer;
}

/** Undefined where the answer was made of other things too, or for a moment of the past. */
export function standingOf(answer: unknown): Standing | undefined {
  return typeof answer === 'object' && answer !== null ? standings.get(answer) : undefined;
}
