import { Worker } from 'node:worker_threads';
import { PlainError } from '../../../plain-error.js';
import type { View } from '../view.js';
import type { RebuildProgress } from './rebuild.js';
import type { RebuildPlace } from './rebuild-some.js';

/** What the thread is told, once. */
export interface RebuildOrder {
  place: RebuildPlace;
  /** Their names. */
  views: string[];
}

/** What the thread tells. */
export type RebuildNews =
  | { news: 'progress'; progress: RebuildProgress }
  | { news: 'done' }
  | { news: 'failed'; message: string };

/** Under Jest this file is TypeScript, which a thread does not read; the program of the thread is always the built one. */
const PROGRAM = new URL('../../../../dist/views/rebuild-in-thread.js', import.meta.url);

/** A thread that makes some of the views again while this one makes others; it loads its program before it is told which. */
export class RebuildThread {
  private readonly worker = new Worker(PROGRAM);
  private readonly ended: Promise<never>;

  constructor() {
    this.ended = new Promise((_, reject) => {
      this.worker.on('error', reject);
      this.worker.on('exit', () => reject(new Error('the thread that makes views again ended too early')));
    });
    // Told to whoever runs it, also where it ended before.
    this.ended.catch(() => undefined);
  }

  /** Errors: those of `rebuildSome`, and any other with which the thread ended. */
  run(place: RebuildPlace, views: readonly View[], onProgress: (progress: RebuildProgress) => void): Promise<void> {
    const done = new Promise<void>((resolve, reject) => {
      this.worker.on('message', (news: RebuildNews) => {
        if (news.news === 'progress') onProgress(news.progress);
        else if (news.news === 'done') resolve();
        else reject(new PlainError(news.message));
      });
    });
    const order: RebuildOrder = { place, views: views.map(({ name }) => name) };
    this.worker.postMessage(order);
    return Promise.race([done, this.ended]);
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }
}
