import { setFlagsFromString } from 'node:v8';
import { parentPort } from 'node:worker_threads';
import { PlainError } from '../../plain-error.js';
import type { Heard, Told } from './audit-in-two.js';
import { EntriesJudge } from './entries-judge.js';

/**
 * A function is compiled for what it was given so far: V8 waits until it has seen nothing new for as many calls, else much is compiled
 * again when the first row of another kind comes.
 */
const CALLS_ALIKE = 2000;

/** What is kept is kept to the end: once V8 has gone through it, it waits until there is so much more of it, in per cent. */
const GROWING = 300;

/** Bytes of code that are compiled into whoever calls it, of one and in all: with V8's 460 and 920 it compiles a quarter longer, for nothing. */
const INLINED = 200;

// For both threads, and not before both have loaded all: with a flag set, V8 takes nothing of what Node brings compiled.
setFlagsFromString(`--minimum-invocations-after-ic-update=${CALLS_ALIKE}`);
setFlagsFromString(`--heap-growing-percent=${GROWING}`);
setFlagsFromString(`--max-inlined-bytecode-size=${INLINED}`);
setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${INLINED}`);

/** The entries of an audit, in a thread of its own. */
let judge: EntriesJudge | undefined;

parentPort?.on('message', (told: Told) => {
  try {
    if ('file' in told) judge = new EntriesJudge(told.file);
    else if (judge !== undefined) hear(judge, told);
  } catch (error) {
    // An error comes to the other thread without its class.
    if (!(error instanceof PlainError)) throw error;
    tell({ failure: error.message });
  }
});

function hear(judge: EntriesJudge, told: Exclude<Told, { file: string }>): void {
  if (judge.isJudged) return;
  if ('isWhole' in told) {
    end(judge, told.isWhole);
    return;
  }
  const { batch } = told;
  const before = judge.size;
  judge.take(batch);
  tell({ memory: batch.memory, events: judge.size - before });
  if (judge.isJudged) end(judge, false);
}

/** Nothing more is heard: the thread ends, and gives its memory back while the other still works. */
function end(judge: EntriesJudge, isWhole: boolean): void {
  tell({ judgement: judge.end(isWhole) });
  judge.close();
  parentPort?.close();
}

function tell(heard: Heard): void {
  parentPort?.postMessage(heard);
}
