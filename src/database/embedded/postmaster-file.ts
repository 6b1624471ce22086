import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/**
 * What `postmaster.pid` of a data folder tells: line 1 the process, line 4 the port, line 5 the socket folder,
 * line 8 the status. The command line, which PostgreSQL keeps in `postmaster.opts`, names the service that
 * started it (`cluster_name=mingzhang-<pid>`).
 */
export interface Postmaster {
  readonly pid: number;
  readonly socketFolder: string;
  readonly isReady: boolean;
  /** the service that started it and still runs; undefined when that one is gone */
  readonly holder?: number;
}

export const clusterNamePrefix = 'mingzhang-';

/** What runs on the data folder; `stale` when the file is there and what it names does not run on the folder. */
export function findPostmaster(cluster: string): Postmaster | 'stale' | undefined {
  const lines = readIfThere(join(cluster, 'postmaster.pid'))?.split('\n');
  if (lines === undefined) return undefined;
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid) || !runsOn(pid, cluster)) return 'stale';
  const starter = /"?cluster_name=mingzhang-(\d+)/.exec(readIfThere(join(cluster, 'postmaster.opts')) ?? '')?.[1];
  return {
    pid,
    socketFolder: (lines[4] ?? '').trim(),
    isReady: (lines[7] ?? '').trim() === 'ready',
    // When a service dies its child gets another parent, so a number used again cannot deceive us.
    holder: starter !== undefined && Number(starter) === parentOf(pid) ? Number(starter) : undefined,
  };
}

/**
 * Lets PostgreSQL start over a stale file: it refuses while the number in it exists, be it another program's or that
 * of a dead process nobody has waited for, but never minds the number of its own parent. The other lines stay, since
 * by them PostgreSQL makes sure that no session of the dead server is left. The lock beside its socket would be judged
 * by the same number, and guards nothing more in this folder.
 */
export function takeOverFile(cluster: string): void {
  const file = join(cluster, 'postmaster.pid');
  const [, ...rest] = (readIfThere(file) ?? '').split('\n');
  writeFileSync(file, [process.pid, ...rest].join('\n'));
  rmSync(join(cluster, '.s.PGSQL.5432.lock'), { force: true });
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isZombie(pid: number): boolean {
  return process.platform === 'linux' && statusFields(pid)[0] === 'Z';
}

function parentOf(pid: number): number {
  if (process.platform === 'linux') return Number(statusFields(pid)[1]);
  return Number(ask('ps', ['-o', 'ppid=', '-p', String(pid)]));
}

// /proc/<pid>/stat is `pid (name) state parent ...`, and a name may hold spaces and brackets.
function statusFields(pid: number): string[] {
  const text = readIfThere(`/proc/${pid}/stat`) ?? '';
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function runsOn(pid: number, cluster: string): boolean {
  const folder = realpathSync(cluster);
  if (process.platform !== 'linux') return ask('ps', ['-o', 'command=', '-p', String(pid)]).includes(folder);
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === folder;
  } catch {
    // Another account's process shows its command line only.
    const words = (readIfThere(`/proc/${pid}/cmdline`) ?? '').split('\0');
    return basename(words[0] ?? '') === 'postgres' && words.includes(folder);
  }
}

function ask(command: string, args: string[]): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8' }).trim();
  } catch {
    // ps ends with 1 when the process has gone meanwhile
    return '';
  }
}

function readIfThere(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
