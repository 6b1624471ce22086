import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { PlainError } from '../../../plain-error.js';
import type { ViewName } from '../../view-names.js';
import type { RebuildProgress } from './rebuild.js';
import type { RebuildPlace } from './rebuild-some.js';

/** What the thread is told, once. */
export interface RebuildOrder {
  place: RebuildPlace;
  which: WhichViews;
}

/** By name; a thread knows the views, whoever orders it need not load them. */
export type WhichViews = { only: ViewName } | { allBut: ViewName };

/** What the thread tells. */
export type RebuildNews =
  | { news: 'progress'; progress: RebuildProgress }
  | { news: 'done' }
  | { news: 'failed'; message: string };

const PROGRAM = new URL('../../rebuild-in-thread.js', import.meta.url);

/** Of its young generation, which has three of them: what is read and made at a time is let go of before it is moved twice. */
const SEMI_SPACE_MIB = 64;

/** A thread that makes some of the views again while another makes the others; it loads its program before it is told which. */
export class RebuildThread {
  private readonly worker: Worker;
  private readonly ended: Promise<never>;

  constructor() {
    // As large from the start as it may become; counts for threads that begin after it.
    setFlagsFromString(`--min-semi-space-size=${SEMI_SPACE_MIB}`);
    this.worker = new Worker(PROGRAM, { resourceLimits: { maxYoungGenerationSizeMb: 3 * SEMI_SPACE_MIB } });
    this.ended = new Promise((_, reject) => {
      this.worker.on('error', reject);
      this.worker.on('exit', () => reject(new Error('the thread that makes views again ended too early')));
    });
    // Told to whoever runs it, also where it ended before.
    this.ended.catch(() => undefined);
  }

  /** Errors: those of `rebuildSome`, and any other with which the thread ended. */
  run(order: RebuildOrder, onProgress: (progress: RebuildProgress) => void): Promise<void> {
    const done = new Promise<void>((resolve, reject) => {
      this.worker.on('message', (news: RebuildNews) => {
        if (news.news === 'progress') onProgress(news.progress);
        else if (news.news === 'done') resolve();
        else reject(new PlainError(news.message));
      });
    });
    this.worker.postMessage(order);
    return Promise.race([done, this.ended]);
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }
}
