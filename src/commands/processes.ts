import { joinDatabase } from '../database/database.js';
import { openPool } from '../database/pool.js';
import { type KnownProcess, ProcessRegistry, SILENT_AFTER_SECONDS } from '../processes/process-registry.js';
import type { WorkInBook } from '../processes/recent-work.js';
import { readSettings } from '../settings.js';

const MOST_BOOKS = 5;

/** Prints who works on the database now, or who did when it was last heard of. */
export async function listProcesses(environment: NodeJS.ProcessEnv, { json }: { json: boolean }): Promise<void> {
  const log = (message: string) => console.error(message);
  const database = await joinDatabase({ ...readSettings(environment), log });
  const pool = openPool(database.url, 1, log);
  try {
    const nothing = () => ({ wrote: [], followed: [], standingStill: [] });
    const processes = await new ProcessRegistry(pool, 'view worker', undefined, nothing, log).list();
    if (json) console.log(JSON.stringify(processes, null, 2));
    else console.log(processes.length === 0 ? '没有进程。 Nobody is there.' : processes.map(describe).join('\n'));
  } finally {
    await pool.end();
    await database.close();
  }
}

function describe({ id, role, host, pid, version, startedAt, silentSeconds, doing }: KnownProcess): string {
  const isSilent = silentSeconds >= SILENT_AFTER_SECONDS;
  const state = isSilent ? `无回应 SILENT for ${Math.round(silentSeconds)} s` : '在线 there';
  return [
    `${role} ${id.slice(0, 8)}  ${host} pid ${pid}  版本 version ${version}  自 since ${startedAt.toISOString()}  ${state}`,
    `  近一分钟写入 wrote in the last minute: ${booksOf(doing.wrote)}`,
    `  收进视图 took into the views: ${booksOf(doing.followed)}`,
    ...doing.standingStill.map(
      ({ view, book, seq, type, message }) =>
        `  停住 STANDS STILL: ${view}, 账套 book ${book}, 记录 entry ${seq} (${type}): ${message}`,
    ),
  ].join('\n');
}

function booksOf(work: WorkInBook[]): string {
  if (work.length === 0) return '无 nothing';
  const shown = work.slice(0, MOST_BOOKS).map(({ book, events }) => `${book} (${events} 笔 entries)`);
  return `${shown.join(', ')}${work.length > MOST_BOOKS ? `, 另有 and ${work.length - MOST_BOOKS} 个账套 more books` : ''}`;
}
