/** What a follower did since it last rested. */
export interface Pass {
  workedMs: number;
  /** Of all books, taken in by every view. */
  events: number;
  /** Since the pass before began. */
  inMs: number;
  /** A transaction took as much as it may: there is more. */
  isFull: boolean;
  /** By all writers, at this time. */
  appendedASecond: number;
}

/** A pass takes in all that gathered meanwhile, so that resting saves transactions, and leaves the processor to appends. */
const FOR_WORK = 2;
const LEAST_MS = 20;
const MOST_MS = 1_000;
/** Where more comes all the time, what gathers in this time costs less together; a quiet service shows an entry at once. */
const BUSY_MS = 250;
const BUSY_EVENTS = 16;
const BUSY_A_SECOND = 200;
/** Writers that append so much want all that a follower can leave them; those that append less leave it some of the time. */
const APPENDS_A_SECOND = 1_000;
/** While so much is appended no entry waits for longer than this because a follower holds back. */
export const MOST_HELD_MS = 10_000;

/** How long to rest after a pass, in ms, where nobody waits for a view. */
export function restAfter({ workedMs, events, inMs, isFull, appendedASecond }: Pass): number {
  // Nothing has to gather where there is more than a transaction takes.
  if (isFull) return Math.min(workedMs * FOR_WORK * Math.min(appendedASecond / APPENDS_A_SECOND, 1), MOST_MS);
  const isBusy = events >= BUSY_EVENTS && events * 1_000 >= BUSY_A_SECOND * inMs;
  return Math.min(Math.max(workedMs * FOR_WORK, isBusy ? BUSY_MS : LEAST_MS), MOST_MS);
}

/** What is known when books are to be taken in. */
export interface Burst {
  /** By all writers, at this time. */
  appendedASecond: number;
  /** The entry that has been waiting for longest, at most. */
  waitingMs: number;
  mostHeldMs?: number;
}

/** How much longer a follower may leave the books to those who append, in ms, where nobody waits for a view. */
export function heldBackFor({ appendedASecond, waitingMs, mostHeldMs = MOST_HELD_MS }: Burst): number {
  return appendedASecond < APPENDS_A_SECOND ? 0 : Math.max(mostHeldMs - waitingMs, 0);
}
