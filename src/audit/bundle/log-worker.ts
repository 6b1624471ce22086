import { parentPort, workerData } from 'node:worker_threads';
import { parseVerifier } from '../../log/note.js';
import { Different } from '../difference.js';
import type { LogTask, LogVerdict } from './audit-in-two.js';
import { auditBundle } from './read-bundle.js';

/** The log's half of an audit, in a thread of its own. What else goes wrong is the thread's error. */
async function judge({ file, book, vkeys, since }: LogTask): Promise<LogVerdict> {
  try {
    const whole = await auditBundle(file, {
      keys: vkeys.map(parseVerifier),
      only: 'log',
      ...(book !== undefined && { book }),
      // A buffer comes over as plain bytes.
      ...(since !== undefined && { since: { ...since, root: Buffer.from(since.root) } }),
    });
    return { whole };
  } catch (error) {
    if (error instanceof Different) return { difference: error.difference };
    throw error;
  }
}

parentPort?.postMessage(await judge(workerData as LogTask));
