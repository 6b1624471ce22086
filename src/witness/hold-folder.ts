import { randomUUID } from 'node:crypto';
import {
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { PlainError } from '../plain-error.js';

const BEAT_MS = 2_000;
/** A holder of another container or machine, whose process cannot be looked for, is gone when it has not beaten for so long. */
const GONE_AFTER_MS = 15_000;

/**
 * Two witnesses that share a memory could each sign one branch of a book: a folder is for one process at a time. Its file `pid` says
 * who holds it:
 *
 *   <process> <boot of the machine> <namespace of its processes> <token of this hold>
 *
 * Answers what lets it go; a folder that a killed process held is taken over.
 *
 * @param lost is told once where another took the folder from a process that slept; it may sign nothing more
 */
export function holdFolder(folder: string, lost: () => void, beatMs = BEAT_MS): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'pid');
  const own = `${process.pid} ${where()} ${randomUUID()}\n`;
  const holder = readIfThere(file);
  if (holder !== undefined) {
    if (isHeld(file, holder)) throw inUse(folder, holder);
    removeStale(folder, file, holder);
  }
  create(folder, file, own);
  const isOwn = () => readIfThere(file) === own;
  const beating = setInterval(() => {
    if (isOwn()) return utimesSync(file, new Date(), new Date());
    clearInterval(beating);
    lost();
  }, beatMs).unref();
  return () => {
    clearInterval(beating);
    if (isOwn()) rmSync(file);
  };
}

/** In another container the same number is another process. */
function where(): string {
  return `${orNone(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())} ${orNone(() => readlinkSync('/proc/self/ns/pid'))}`;
}

/** Systems that are not Linux have neither. */
function orNone(read: () => string): string {
  try {
    return read();
  } catch {
    return '-';
  }
}

function isHeld(file: string, holder: string): boolean {
  const [pid, boot, namespace] = holder.split(' ');
  // A release of before wrote its number alone, and does not beat.
  if (boot === undefined) return Number(pid) !== process.pid && isRunning(Number(pid));
  if (`${boot} ${namespace}` === where()) return Number(pid) !== process.pid && isRunning(Number(pid));
  return Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) < GONE_AFTER_MS;
}

/** Of several who find the same stale file each may come after another who holds the folder by now: what was his is put back. */
function removeStale(folder: string, file: string, stale: string): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const removed = readFileSync(aside, 'utf8');
  rmSync(aside);
  if (removed === stale) return;
  create(folder, file, removed);
  throw inUse(folder, removed);
}

function create(folder: string, file: string, holder: string): void {
  try {
    writeFileSync(file, holder, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw inUse(folder, readIfThere(file) ?? '');
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function inUse(folder: string, holder: string): PlainError {
  const pid = Number.parseInt(holder, 10) || '?';
  return new PlainError(
    `--state ${folder} 正被进程 ${pid} 使用,每个见证人要有自己的文件夹 is in use by the process ${pid}; allowed: a folder of its own for each.`,
  );
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
