import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStore } from '../event-store/event-store.js';
import { turn } from './turn.js';

/** Longer than one turn of the event loop takes where many are posting, shorter than what they wait for anyway. */
const MOST_MS = 5;
/** In the first, answers are sent; in the second, those who got them may have sent more. */
const QUIET_TURNS = 2;

/**
 * When the writers of this process decide what has come: all in the same moment, so that their appends share a statement, and as
 * late as costs nothing (docs/decisions/gathered-before-deciding.md).
 */
export class Gathering {
  private came = 0;
  private readonly expected = new Set<Promise<unknown>>();
  private next: Promise<void> | undefined;

  constructor(
    private readonly store: Pick<EventStore, 'untilFree'>,
    private readonly mostMs = MOST_MS,
  ) {}

  /** Something was posted, to any book. */
  arrived(): void {
    this.came += 1;
  }

  /** What a writer has asked for and needs to decide. It must not fail. */
  expects(answer: Promise<unknown>): void {
    this.expected.add(answer);
    void answer.then(() => this.expected.delete(answer));
  }

  /** The store is free, the last turns of the event loop have brought no more and what is expected is there, or it has been long enough. */
  moment(): Promise<void> {
    this.next ??= this.gather().finally(() => {
      this.next = undefined;
    });
    return this.next;
  }

  private async gather(): Promise<void> {
    await this.store.untilFree();
    const end = performance.now() + this.mostMs;
    for (let quiet = 0; quiet < QUIET_TURNS && performance.now() < end; ) {
      const before = this.came;
      await turn();
      quiet = this.came > before ? 0 : quiet + 1;
    }
    for (let left = end - performance.now(); this.expected.size > 0 && left > 0; left = end - performance.now())
      await Promise.race([Promise.all(this.expected), sleep(left)]);
  }
}
