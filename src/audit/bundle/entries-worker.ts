import { parentPort, workerData } from 'node:worker_threads';
import { parseVerifier } from '../../log/note.js';
import { PlainError } from '../../plain-error.js';
import { Different } from '../difference.js';
import type { EntriesMessage, EntriesTask } from './audit-in-two.js';
import { auditBundle } from './read-bundle.js';

/** The entries of an audit, in a thread of its own. What else goes wrong is the thread's error. */
async function judge({ file, book, vkeys, since }: EntriesTask): Promise<EntriesMessage> {
  try {
    const whole = await auditBundle(file, {
      keys: vkeys.map(parseVerifier),
      only: 'entries',
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

function tell(message: EntriesMessage): void {
  parentPort?.postMessage(message);
}

tell(await judge(workerData as EntriesTask));
