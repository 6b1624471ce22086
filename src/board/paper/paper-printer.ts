import { hash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { TryAgain } from '../../posting/failures.js';
import type { Paper } from './notice-paper.js';

export interface PrintOrder {
  call: number;
  paper: Paper;
}

export type Printed = { call: number; bytes: Uint8Array } | { call: number; error: string };

interface Waiting {
  resolve(bytes: Buffer): void;
  reject(error: Error): void;
}

const PROGRAM = fileURLToPath(new URL('./print-papers.js', import.meta.url));

const MOST_WAITING = 20;
const MOST_KEPT_BYTES = 32 * 1024 * 1024;
/** The fonts take much memory; who prints nothing needs none. */
const REST_AFTER_MS = 60_000;

/**
 * Prints papers in a thread of its own, since a long one takes a second and nobody else should wait for it. What was printed
 * is kept by what it says: whatever changes on a paper, a name that was erased too, makes it another one.
 */
@Injectable()
export class PaperPrinter implements OnApplicationShutdown {
  private worker: Worker | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private readonly kept = new Map<string, Promise<Buffer>>();
  private keptBytes = 0;
  private nextCall = 0;
  private rest: NodeJS.Timeout | undefined;

  etagOf(paper: Paper): string {
    return `"${hash('sha256', JSON.stringify(paper), 'hex').slice(0, 32)}"`;
  }

  /** Error: TryAgain, where too many wait. */
  print(paper: Paper): Promise<Buffer> {
    const key = this.etagOf(paper);
    const known = this.kept.get(key);
    if (known !== undefined) return known;
    if (this.waiting.size >= MOST_WAITING) throw new TryAgain('Too many papers are being printed.');
    const printed = this.order(paper);
    this.kept.set(key, printed);
    printed.then(
      ({ length }) => this.keep(length),
      () => this.kept.delete(key),
    );
    return printed;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  private order(paper: Paper): Promise<Buffer> {
    clearTimeout(this.rest);
    const call = this.nextCall;
    this.nextCall += 1;
    return new Promise((resolve, reject) => {
      this.waiting.set(call, { resolve, reject });
      this.worker ??= this.start();
      this.worker.postMessage({ call, paper } satisfies PrintOrder);
    });
  }

  private start(): Worker {
    const worker = new Worker(PROGRAM);
    worker.unref();
    worker.on('message', (printed: Printed) => this.hear(printed));
    worker.on('error', (error) => this.fail(worker, error));
    worker.on('exit', () => this.fail(worker, new Error('the thread that prints ended')));
    return worker;
  }

  private hear(printed: Printed): void {
    const waiting = this.waiting.get(printed.call);
    this.waiting.delete(printed.call);
    if ('error' in printed) waiting?.reject(new Error(`a paper could not be printed: ${printed.error}`));
    else waiting?.resolve(Buffer.from(printed.bytes));
    if (this.waiting.size > 0) return;
    this.rest = setTimeout(() => void this.stop(), REST_AFTER_MS);
    this.rest.unref();
  }

  /** Whoever waits is told; the next paper starts a thread anew. */
  private fail(worker: Worker, error: Error): void {
    if (this.worker !== worker) return;
    this.worker = undefined;
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }

  private async stop(): Promise<void> {
    clearTimeout(this.rest);
    const { worker } = this;
    this.worker = undefined;
    for (const { reject } of this.waiting.values()) reject(new TryAgain('The service is stopping.'));
    this.waiting.clear();
    await worker?.terminate();
  }

  private async keep(bytes: number): Promise<void> {
    this.keptBytes += bytes;
    for (const [oldest, printed] of this.kept) {
      if (this.keptBytes <= MOST_KEPT_BYTES) return;
      this.kept.delete(oldest);
      this.keptBytes -= (await printed).length;
    }
  }
}
