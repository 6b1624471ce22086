import type { Follower } from '../../src/views/engine/follower.js';

/** Less than the time limit of a test. */
export const PATIENT_MS = 800_000;

/** Whoever does not say for how long waits for a view so long: the five seconds of the service are few on a busy machine. */
export function patient<Kind extends Follower>(follower: Kind, timeMs = () => PATIENT_MS): Kind {
  const waitFor = follower.waitFor.bind(follower);
  follower.waitFor = (view, book, minSeq, timeoutMs = timeMs()) => waitFor(view, book, minSeq, timeoutMs);
  return follower;
}
