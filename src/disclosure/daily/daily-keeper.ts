import { fileURLToPath } from 'node:url';
import { dateInShanghai } from '../../posting/decide-batch.js';
import { type StartedProgram, startProgram } from '../../start-program.js';
import { addDays } from '../calendar.js';
import type { DailyWork } from './make-daily-files.js';

/** What the program that makes the files is told. */
export interface DailyOrder extends DailyWork {
  day: string;
}

/** The status with which it ends where there is nothing left for it to do. */
export const ANOTHER_MAKES_THEM = 3;

const PROGRAM = fileURLToPath(new URL('./daily-program.js', import.meta.url));
/** Whoever just started a service has other work for it. */
const FIRST_AFTER_MS = 60_000;
const LOOK_EVERY_MS = 600_000;
/** An entry that is recorded before the end of a day is durable this long after it. */
const SETTLED_AFTER_MS = 600_000;

/** The last day that has ended, so that no entry of it is still to come. */
export function lastSettledDay(now: number): string {
  return addDays(dateInShanghai(new Date(now - SETTLED_AFTER_MS).toISOString()), -1);
}

/**
 * Has the files of each day made once it has ended, by a process of its own with the lowest priority. Every service does; of those
 * that try, one gets to make them, and the others look again later, should it have been killed.
 */
export class DailyKeeper {
  private timer: NodeJS.Timeout | undefined;
  private running: StartedProgram | undefined;
  private doneUntil = '';
  private isStopping = false;

  constructor(
    private readonly work: DailyWork,
    private readonly log: (message: string, facts: Record<string, unknown>) => void,
  ) {}

  start(): void {
    this.lookAgain(FIRST_AFTER_MS);
  }

  /** What is being made is given up; nothing of it is left. */
  async stop(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    this.running?.kill();
    await this.running?.ended;
  }

  private lookAgain(afterMs: number): void {
    this.timer = setTimeout(() => this.look(), afterMs).unref();
  }

  private look(): void {
    const day = lastSettledDay(Date.now());
    if (day <= this.doneUntil) {
      this.lookAgain(LOOK_EVERY_MS);
      return;
    }
    const order: DailyOrder = { ...this.work, day };
    this.running = startProgram(PROGRAM, order);
    void this.running.ended.then(({ status, error }) => {
      this.running = undefined;
      if (this.isStopping) return;
      if (status === 0) this.doneUntil = day;
      else if (status !== ANOTHER_MAKES_THEM)
        this.log('the files of the day could not be made', { day, status, error });
      this.lookAgain(LOOK_EVERY_MS);
    });
  }
}
