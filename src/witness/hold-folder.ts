import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlainError } from '../plain-error.js';

/**
 * Two witnesses that share a memory could each sign one branch of a book: a folder is for one process at a time. Answers what
 * lets it go; a folder that a killed process held is taken over.
 */
export function holdFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'pid');
  const own = `${process.pid}\n`;
  try {
    writeFileSync(file, own, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const holder = Number(readFileSync(file, 'utf8'));
    // After a restart of a container the number may be one's own.
    if (holder !== process.pid && isRunning(holder))
      throw new PlainError(
        `--state ${folder} 正被进程 ${holder} 使用,每个见证人要有自己的文件夹 is in use by the process ${holder}; allowed: a folder of its own for each.`,
      );
    writeFileSync(file, own, { mode: 0o600 });
  }
  return () => rmSync(file, { force: true });
}

function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid < 1) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
