// The program that makes the files of a day, by a process of its own; see DailyKeeper.
import { constants, setPriority } from 'node:os';
import { ANOTHER_MAKES_THEM, type DailyOrder } from './daily-keeper.js';
import { makeDailyFiles } from './make-daily-files.js';

/** Postings and readers go first. */
setPriority(constants.priority.PRIORITY_LOW);
process.once('message', ({ day, ...work }: DailyOrder) => {
  makeDailyFiles(work, day, () => undefined).then(
    (isDone) => process.exit(isDone ? 0 : ANOTHER_MAKES_THEM),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
// Whoever wanted them is gone.
process.once('disconnect', () => process.exit(1));
