import { Worker } from 'node:worker_threads';
import type { EventStoreChoice } from '../../event-store/open-event-store.js';
import { Follower, type StandingFailure } from './follower.js';
import type { View } from './view.js';
import { ViewBehind } from './view-behind.js';

/** What the thread is told. */
export type FollowerOrder =
  | { order: 'advanced'; books: [book: string, entries: number][] }
  | { order: 'wait'; call: number; view: string; book: string; minSeq: number; timeoutMs: number | undefined }
  | { order: 'stop' };

/** What the thread tells. */
export type FollowerNews =
  | { news: 'reached'; call: number }
  | { news: 'behind'; call: number; seq: number }
  | { news: 'failed'; call: number; message: string; code?: string | undefined }
  | { news: 'standing'; failures: StandingFailure[] }
  | { news: 'took-in'; books: [book: string, events: number][] }
  | { news: 'log'; message: string; facts: Record<string, unknown> };

interface Call {
  view: View;
  book: string;
  minSeq: number;
  resolve(): void;
  reject(error: Error): void;
}

const PROGRAM = new URL('../follow-views.js', import.meta.url);
const RESTART_AFTER_MS = 1_000;
/** Waking the thread for each append costs both sides, and it gathers for as long itself. */
const TELL_EVERY_MS = 20;

/**
 * Follows in a thread of its own, with connections of its own, so that whoever answers requests never waits for a view. The
 * thread is started again should it end by itself; the views are where their last transaction left them.
 */
export class FollowerThread extends Follower {
  private worker: Worker | undefined;
  private isStopping = false;
  private standing: StandingFailure[] = [];
  private readonly calls = new Map<number, Call>();
  private nextCall = 0;
  /** What was appended since the thread was told last. */
  private readonly advanced = new Map<string, number>();

  constructor(
    private readonly databaseUrl: string,
    private readonly log: (message: string, facts: Record<string, unknown>) => void,
    private readonly choice: EventStoreChoice = { eventStore: 'postgres' },
  ) {
    super();
  }

  start(): void {
    if (this.isStopping || this.worker !== undefined) return;
    const worker = new Worker(PROGRAM, { workerData: { databaseUrl: this.databaseUrl, choice: this.choice } });
    this.worker = worker;
    worker.on('message', (news: FollowerNews) => this.hear(news));
    worker.on('error', (error) => this.log('the thread of the views failed', { error: error.message }));
    worker.on('exit', () => this.restart());
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    const { worker } = this;
    if (worker === undefined) return;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    this.tell({ order: 'stop' });
    await ended;
  }

  /** Many appends are one message. */
  bookAdvanced(book: string, entries = 0): void {
    if (this.advanced.size === 0) setTimeout(() => this.tellAdvanced(), TELL_EVERY_MS).unref();
    this.advanced.set(book, (this.advanced.get(book) ?? 0) + entries);
  }

  waitFor(view: View, book: string, minSeq: number, timeoutMs?: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const call = this.nextCall;
      this.nextCall += 1;
      this.calls.set(call, { view, book, minSeq, resolve, reject });
      if (this.worker === undefined) this.hear({ news: 'behind', call, seq: -1 });
      else this.tell({ order: 'wait', call, view: view.name, book, minSeq, timeoutMs });
    });
  }

  failures(): StandingFailure[] {
    return this.standing;
  }

  private tellAdvanced(): void {
    this.tell({ order: 'advanced', books: [...this.advanced] });
    this.advanced.clear();
  }

  private tell(order: FollowerOrder): void {
    this.worker?.postMessage(order);
  }

  private hear(news: FollowerNews): void {
    if (news.news === 'log') this.log(news.message, news.facts);
    else if (news.news === 'standing') this.standing = news.failures;
    else if (news.news === 'took-in') for (const [book, events] of news.books) this.tookIn(book, events);
    else this.answer(news);
  }

  private answer(news: Extract<FollowerNews, { call: number }>): void {
    const call = this.calls.get(news.call);
    if (call === undefined) return;
    this.calls.delete(news.call);
    if (news.news === 'reached') call.resolve();
    else if (news.news === 'failed') call.reject(Object.assign(new Error(news.message), { code: news.code }));
    else call.reject(new ViewBehind(call.view.name, call.book, call.minSeq, news.seq));
  }

  private restart(): void {
    this.worker = undefined;
    for (const call of this.calls.keys()) this.answer({ news: 'behind', call, seq: -1 });
    if (!this.isStopping) setTimeout(() => this.start(), RESTART_AFTER_MS).unref();
  }
}
