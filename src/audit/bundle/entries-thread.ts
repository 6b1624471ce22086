import { Worker } from 'node:worker_threads';

const PROGRAM = new URL('./entries-worker.js', import.meta.url);

/**
 * What is read is soon forgotten: with the usual 48 MiB for what is young the process takes half as much memory again, and no
 * less time.
 */
const YOUNG_MIB = 24;

let begun: { thread: Worker; failure?: unknown } | undefined;

/** Begins the thread of the entries before it is needed; where it never is, it does not keep the process. */
export function beginEarly(): void {
  const thread = begin();
  thread.unref();
  const early: typeof begun = { thread };
  // Nobody else listens yet.
  thread.once('error', (error) => {
    early.failure = error;
  });
  begun = early;
}

/**
 * The thread of the entries (`entries-worker.ts`), one of its own for each that asks. Throws what one that began early threw until
 * now.
 */
export function entriesThread(): Worker {
  const early = begun;
  begun = undefined;
  if (early === undefined) return begin();
  if (early.failure !== undefined) throw early.failure;
  early.thread.ref();
  return early.thread;
}

function begin(): Worker {
  return new Worker(PROGRAM, { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB } });
}
