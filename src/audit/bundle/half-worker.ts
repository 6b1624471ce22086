import { parentPort, workerData } from 'node:worker_threads';
import { parseVerifier } from '../../log/note.js';
import { PlainError } from '../../plain-error.js';
import { Different } from '../difference.js';
import type { Half, HalfTask } from './audit-in-two.js';
import { auditBundle } from './read-bundle.js';

/** One half of an audit, in a thread of its own. What else goes wrong is the thread's error. */
async function judge({ file, book, vkeys, since, only }: HalfTask): Promise<Half> {
  try {
    const whole = await auditBundle(file, {
      keys: vkeys.map(parseVerifier),
      only,
      onSize: (size) => tell({ size }),
      onEvents: (events) => tell({ events }),
      ...(book !== undefined && { book }),
      // A buffer comes over as plain bytes.
      ...(since !== undefined && { since: { ...since, root: Buffer.from(since.root) } }),
    });
    return { whole };
  } catch (error) {
    if (error instanceof Different) return { difference: error.difference };
    if (error instanceof PlainError) return { refused: error.message };
    throw error;
  }
}

function tell(half: Half): void {
  parentPort?.postMessage(half);
}

tell(await judge(workerData as HalfTask));
