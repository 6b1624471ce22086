// The program of a thread that makes some of the views again; see RebuildThread.
import { parentPort } from 'node:worker_threads';
import { PlainError } from '../plain-error.js';
import { VIEWS } from './all-views.js';
import { rebuildSome } from './engine/rebuild/rebuild-some.js';
import type { RebuildNews, RebuildOrder, WhichViews } from './engine/rebuild/rebuild-thread.js';
import type { View } from './engine/view.js';

const port = parentPort;
if (port === null) throw new Error('this is the program of a thread');
const tell = (news: RebuildNews) => port.postMessage(news);

// What is not for its reader ends the thread with its stack.
port.once('message', (order: RebuildOrder) => void obey(order));

async function obey({ place, which }: RebuildOrder): Promise<void> {
  try {
    await rebuildSome(place, named(which), (progress) => tell({ news: 'progress', progress }));
    tell({ news: 'done' });
  } catch (error) {
    if (!(error instanceof PlainError)) throw error;
    tell({ news: 'failed', message: error.message });
  }
}

function named(which: WhichViews): View[] {
  return VIEWS.filter(({ name }) => ('only' in which ? name === which.only : name !== which.allBut));
}
