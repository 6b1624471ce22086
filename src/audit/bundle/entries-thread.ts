import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';

/** Only the compiled program has it beside this file. */
const PROGRAM = new URL('./entries-worker.js', import.meta.url);

/**
 * What is read is soon forgotten: with the usual 48 MiB for what is young the process takes half as much memory again, and no
 * less time.
 */
const YOUNG_MIB = 24;

/** What is kept is kept to the end: V8 would go through all of it when there is an eighth of this, and again at each doubling. */
const OLD_MIB = 128;

/**
 * A function is compiled for what it was given so far: V8 waits until it has seen nothing new for as many calls, else much is compiled
 * again when the first row of another kind comes.
 */
const CALLS_ALIKE = 2000;

let begun: { thread: Worker; failure?: unknown } | undefined;

/** Begins the thread of the entries before it is needed; where it never is, it does not keep the process. */
export function beginEarly(): void {
  const thread = begin();
  if (thread === undefined) return;
  thread.unref();
  const early: typeof begun = { thread };
  // Nobody else listens yet.
  thread.once('error', (error) => {
    early.failure = error;
  });
  begun = early;
}

/**
 * The thread of the entries (`entries-worker.ts`), one of its own for each that asks; undefined where the program is not compiled.
 * Throws what one that began early threw until now.
 */
export function entriesThread(): Worker | undefined {
  const early = begun;
  begun = undefined;
  if (early === undefined) return begin();
  if (early.failure !== undefined) throw early.failure;
  early.thread.ref();
  return early.thread;
}

function begin(): Worker | undefined {
  if (!existsSync(fileURLToPath(PROGRAM))) return undefined;
  // Counts for threads that begin after it. On the command line it would make Node compile its own code anew.
  setFlagsFromString(`--initial-old-space-size=${OLD_MIB}`);
  // What is kept is kept to the end: to mark it meanwhile finds nothing to give back.
  setFlagsFromString('--no-incremental-marking');
  setFlagsFromString(`--minimum-invocations-after-ic-update=${CALLS_ALIKE}`);
  return new Worker(PROGRAM, { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB } });
}
