/** What a follower did since it last rested. */
export interface Pass {
  workedMs: number;
  /** Of all books, taken in by every view. */
  events: number;
  /** Since the pass before began. */
  inMs: number;
  /** A transaction took as much as it may: there is more. */
  isFull: boolean;
}

/** A pass takes in all that gathered meanwhile, so that resting saves transactions, and leaves the processor to appends. */
const FOR_WORK = 2;
const LEAST_MS = 20;
const MOST_MS = 1_000;
/** Where more comes all the time, what gathers in this time costs less together; a quiet service shows an entry at once. */
const BUSY_MS = 250;
const BUSY_EVENTS = 16;
const BUSY_A_SECOND = 200;

/** How long to rest after a pass, in ms, where nobody waits for a view. */
export function restAfter({ workedMs, events, inMs, isFull }: Pass): number {
  const isBusy = !isFull && events >= BUSY_EVENTS && events * 1_000 >= BUSY_A_SECOND * inMs;
  return Math.min(Math.max(workedMs * FOR_WORK, isBusy ? BUSY_MS : LEAST_MS), MOST_MS);
}
