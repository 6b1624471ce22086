import { setTimeout as sleep } from 'node:timers/promises';

/** Looks again and again until it is so. What never comes is ended by the time limit of the test, on a machine of any load. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(10);
}
