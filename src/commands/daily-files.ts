import { joinDatabase } from '../database/database.js';
import { lastSettledDay } from '../disclosure/daily/daily-keeper.js';
import type { DailyWork } from '../disclosure/daily/make-daily-files.js';
import { makeDailyFiles, withDailyMaker } from '../disclosure/daily/make-daily-files.js';
import { PlainError } from '../plain-error.js';
import { eventStoreChoice, readSettings } from '../settings.js';

export interface DailyRun {
  /** `YYYY-MM-DD`; the last that has ended where absent. */
  day?: string;
  /** A division whose files are made again and compared instead. */
  check?: string;
}

/**
 * Makes the files of a day that has ended, beside a running service or without one; or makes those of one division again, from the
 * entries, and holds them against those that are there.
 *
 * Error: PlainError, for a day that has not ended, while another process makes files, and where what is there is not what the entries say.
 */
export async function runDailyFiles(environment: NodeJS.ProcessEnv, { day: given, check }: DailyRun): Promise<void> {
  const settings = readSettings(environment);
  const last = lastSettledDay(Date.now());
  const day = given ?? last;
  if (day > last)
    throw new PlainError(`--day ${day} 尚未结束 has not ended long enough ago; allowed: ${last} or before`);
  const log = (message: string) => console.error(message);
  const database = await joinDatabase({ ...settings, log });
  try {
    const work = { databaseUrl: database.url, choice: eventStoreChoice(settings), publicUrl: settings.publicUrl };
    if (check !== undefined) await compare(work, check, day);
    else await make(work, day);
  } finally {
    await database.close();
  }
}

async function make(work: DailyWork, day: string): Promise<void> {
  const isDone = await makeDailyFiles(work, day, (division, what) => console.log(`${day} ${division} ${what}`));
  if (!isDone) throw new PlainError('另一进程正在生成文件。 Another process makes files at this moment.');
}

async function compare(work: DailyWork, division: string, day: string): Promise<void> {
  const isTrue = await withDailyMaker(work, (maker) => maker.isTrue(division, day));
  if (!isTrue)
    throw new PlainError(
      `${division} 在 ${day} 的文件缺失或与记录不符。 The files of ${division} of ${day} are not there, or not what the entries say.`,
    );
  console.log(`${division} 在 ${day} 的文件与记录相符。 The files of ${division} of ${day} hold what the entries say.`);
}
