import type { Worker } from 'node:worker_threads';
import { PlainError } from '../../plain-error.js';
import type { Whole } from '../log-audit.js';
import type { AuditOptions, Judging } from './audit-with.js';
import { type Batch, newMemory, usual } from './batch.js';
import type { Judgement } from './entries-judge.js';
import { entriesThread } from './entries-thread.js';

/** What the thread of the entries is told. */
export type Told = { file: string } | { batch: Batch } | { isWhole: boolean };

/** What it tells: that a batch was judged, with its memory, and once what came of all, or why nothing can. */
export type Heard = { memory: SharedArrayBuffer; events: number } | { judgement: Judgement } | { failure: string };

/** So many batches one thread may be ahead of the other. */
const AHEAD = 64;

/**
 * Audits a bundle in two threads: this one judges each line by itself, hashes and signatures; the other what entries say of one
 * another, and what is published of them. Errors: Different; PlainError where the file is none or cannot be read.
 *
 * @param begin gives the options; asked when the other thread begins, which takes as long as all that this one needs
 */
export async function auditInTwo(file: string, begin: () => Promise<AuditOptions>): Promise<Whole> {
  const beside = new JudgingBeside(entriesThread(), file);
  try {
    const { auditWith } = await import('./audit-with.js');
    const options = await begin();
    beside.onEvents = options.onEvents;
    return await auditWith(beside, file, options);
  } finally {
    await beside.close();
  }
}

class JudgingBeside implements Judging {
  private readonly free: SharedArrayBuffer[] = [];
  private made = 0;
  private judgement: Judgement | undefined;
  private failure: Error | undefined;
  private wake: () => void = () => undefined;
  /** Told how many events more were judged. */
  onEvents: AuditOptions['onEvents'];

  constructor(
    private readonly worker: Worker,
    file: string,
  ) {
    this.tell({ file });
    this.worker.on('message', (heard: Heard) => {
      if ('failure' in heard) return this.fail(new PlainError(heard.failure));
      if ('judgement' in heard) this.judgement = heard.judgement;
      else {
        this.free.push(usual(heard.memory));
        this.onEvents?.(heard.events);
      }
      this.wake();
    });
    this.worker.once('error', (error) => this.fail(error));
    // With its judgement it ends by itself.
    this.worker.once('exit', () => {
      if (this.judgement === undefined) this.fail(new Error('the entries were judged without a verdict'));
    });
  }

  async room(meanwhile: () => boolean): Promise<SharedArrayBuffer | undefined> {
    if (this.made < AHEAD && this.free.length === 0) {
      this.made += 1;
      return newMemory();
    }
    while (this.free.length === 0 && this.judgement === undefined) await (meanwhile() ? this.turn() : this.heard());
    return this.judgement === undefined ? this.free.pop() : undefined;
  }

  take(batch: Batch): void {
    this.tell({ batch });
  }

  async end(isWhole: boolean): Promise<Judgement> {
    this.tell({ isWhole });
    while (this.judgement === undefined) await this.heard();
    return this.judgement;
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private tell(told: Told): void {
    this.worker.postMessage(told);
  }

  /** Hears what the thread told by now. */
  private async turn(): Promise<void> {
    await new Promise(setImmediate);
    if (this.failure !== undefined) throw this.failure;
  }

  /** Waits for the next that the thread tells. */
  private async heard(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      if (this.failure !== undefined) resolve();
    });
    if (this.failure !== undefined) throw this.failure;
  }

  private fail(error: unknown): void {
    this.failure ??= error instanceof Error ? error : new Error(String(error));
    this.wake();
  }
}
