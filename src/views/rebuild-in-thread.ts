// The program of a thread that makes some of the views again; see RebuildThread.
import { parentPort } from 'node:worker_threads';
import { PlainError } from '../plain-error.js';
import { VIEWS } from './all-views.js';
import { rebuildSome } from './engine/rebuild/rebuild-some.js';
import type { RebuildNews, RebuildOrder } from './engine/rebuild/rebuild-thread.js';

const port = parentPort;
if (port === null) throw new Error('this is the program of a thread');
const tell = (news: RebuildNews) => port.postMessage(news);

// What is not for its reader ends the thread with its stack.
port.once('message', (order: RebuildOrder) => void obey(order));

async function obey({ place, views }: RebuildOrder): Promise<void> {
  try {
    const wanted = VIEWS.filter(({ name }) => views.includes(name));
    await rebuildSome(place, wanted, (progress) => tell({ news: 'progress', progress }));
    tell({ news: 'done' });
  } catch (error) {
    if (!(error instanceof PlainError)) throw error;
    tell({ news: 'failed', message: error.message });
  }
}
