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

let begun: Worker | undefined;

/** Begins the thread of the entries before it is needed; where it never is, it does not keep the process. */
export function beginEarly(): void {
  begun = begin();
  begun?.unref();
}

/** The thread of the entries (`entries-worker.ts`), one of its own for each that asks; undefined where the program is not compiled. */
export function entriesThread(): Worker | undefined {
  const thread = begun ?? begin();
  begun = undefined;
  thread?.ref();
  return thread;
}

function begin(): Worker | undefined {
  if (!existsSync(fileURLToPath(PROGRAM))) return undefined;
  // Counts for threads that begin after it. On the command line it would make Node compile its own code anew.
  setFlagsFromString(`--initial-old-space-size=${OLD_MIB}`);
  return new Worker(PROGRAM, { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB } });
}
