import { writeBundle } from './audit/bundle/write-bundle.js';
import { joinDatabase } from './database/database.js';
import { openPool } from './database/pool.js';
import { type Progress, startProgress } from './progress.js';
import { readSettings } from './settings.js';

/** Writes a book into one file for an auditor, beside a running service or without one. */
export async function exportBundle(
  environment: NodeJS.ProcessEnv,
  { book, output }: { book: string; output: string },
): Promise<void> {
  const log = (message: string) => console.error(message);
  const database = await joinDatabase({ ...readSettings(environment), log });
  const pool = openPool(database.url, 1, log);
  let bar: Progress | undefined;
  try {
    await writeBundle(pool, {
      book,
      file: output,
      onSize: (size) => (bar = startProgress('bundle', size, process.stderr)),
      onEvents: (count) => bar?.advance(count),
    });
  } finally {
    bar?.end();
    await pool.end();
    await database.close();
  }
}
