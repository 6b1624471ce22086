/** When an answer is asked for: now where nothing is given. `atSeq` and `asOf` exclude one another. */
export interface Moment {
  /** As the book stood after this entry. */
  atSeq?: number;
  /** As the book knew it at this instant. */
  asOf?: Date;
  /** Only entries whose effective date is not after this day, `YYYY-MM-DD`. */
  effectiveOn?: string;
  /** The answer must hold this entry at least; waits for the view. */
  minSeq?: number;
}
