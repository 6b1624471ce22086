import { parentPort, workerData } from 'node:worker_threads';
import type { Heard, Told } from './audit-in-two.js';
import { EntriesJudge } from './entries-judge.js';

/** The entries of an audit, in a thread of its own. What goes wrong otherwise is the thread's error. */
const judge = new EntriesJudge(workerData as string);

parentPort?.on('message', (told: Told) => {
  if (judge.isJudged) return;
  if ('isWhole' in told) {
    tell({ judgement: judge.end(told.isWhole) });
    return;
  }
  const { batch } = told;
  const before = judge.size;
  judge.take(batch);
  tell({ memory: batch.memory, events: judge.size - before }, [batch.memory]);
  if (judge.isJudged) tell({ judgement: judge.end(false) });
});

function tell(heard: Heard, moved: ArrayBuffer[] = []): void {
  parentPort?.postMessage(heard, moved);
}
