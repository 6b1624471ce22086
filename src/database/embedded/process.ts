import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PlainError } from '../../plain-error.js';
import { type Place, postgresEnvironment } from './cluster.js';
import { clusterNamePrefix, findPostmaster, isAlive } from './postmaster-file.js';

// Recovery after a crash may read gigabytes of log; while PostgreSQL works on it we wait.
const startLimitMs = 10 * 60_000;
const logLimitBytes = 10 * 1024 * 1024;

/** Durability is never traded: a commit is answered when it is on the disk. */
export const settings = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_connections: '200',
  shared_buffers: '128MB',
  effective_cache_size: '512MB',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  min_wal_size: '256MB',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  log_checkpoints: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/** Starts PostgreSQL on its data folder; resolves when it takes connections, fails with what it said when it ends. */
export async function launchPostgres(place: Place, socketFolder: string): Promise<ChildProcess> {
  const retryUntil = Date.now() + 15_000;
  for (;;) {
    const logged = sizeOf(place.logFile);
    const child = spawnPostgres(place, socketFolder);
    if (await becomesReady(child, place.cluster)) return child;
    const said = readFileSync(place.logFile).subarray(logged).toString('utf8');
    // After a kill -9 the sessions of the dead server hold its memory for a moment.
    if (/pre-existing shared memory block/.test(said) && Date.now() < retryUntil) {
      await sleep(200);
      continue;
    }
    throw new PlainError(
      `DATA_DIR: 内置数据库未能启动 PostgreSQL did not start on ${place.cluster}. 它说 It said:\n${said.trim() || '(nothing)'}`,
    );
  }
}

function spawnPostgres(place: Place, socketFolder: string): ChildProcess {
  const wanted = {
    ...settings,
    unix_socket_directories: socketFolder,
    cluster_name: `${clusterNamePrefix}${process.pid}`,
  };
  const [command = '', ...args] = [
    ...place.launch.prefix,
    join(place.native, 'bin', 'postgres'),
    '-D',
    place.cluster,
    ...Object.entries(wanted).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  if (sizeOf(place.logFile) > logLimitBytes) truncateSync(place.logFile);
  const log = openSync(place.logFile, 'a', 0o600);
  try {
    // detached: Ctrl-C in a terminal reaches the service alone, which then stops PostgreSQL last.
    const child = spawn(command, args, {
      cwd: '/',
      detached: true,
      env: postgresEnvironment(),
      stdio: ['ignore', log, log],
      ...place.launch.account,
    });
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

async function becomesReady(child: ChildProcess, cluster: string): Promise<boolean> {
  let failure: Error | undefined;
  child.once('error', (error) => {
    failure = error;
  });
  const limit = Date.now() + startLimitMs;
  while (Date.now() < limit) {
    if (failure !== undefined) throw failure;
    if (hasEnded(child)) return false;
    const running = findPostmaster(cluster);
    if (typeof running === 'object' && running.pid === child.pid && running.isReady) return true;
    await sleep(20);
  }
  child.kill('SIGINT');
  return false;
}

export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Stops PostgreSQL: sessions are cut and a checkpoint written; if that takes too long, it may recover at its next start. */
export async function stopPostgres(pid: number): Promise<void> {
  const steps: [NodeJS.Signals, number][] = [
    ['SIGINT', 60_000],
    ['SIGQUIT', 10_000],
    ['SIGKILL', 5_000],
  ];
  for (const [signal, waitMs] of steps) {
    if (await endsAfter(pid, signal, waitMs)) return;
  }
  throw new PlainError(`内置数据库无法结束 PostgreSQL (process ${pid}) does not end, not even by SIGKILL.`);
}

async function endsAfter(pid: number, signal: NodeJS.Signals, waitMs: number): Promise<boolean> {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true;
    throw error;
  }
  const limit = Date.now() + waitMs;
  while (Date.now() < limit) {
    if (!isAlive(pid)) return true;
    await sleep(20);
  }
  return false;
}

function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
}

export function isTemporarySocketFolder(folder: string): boolean {
  return basename(folder).startsWith('mingzhang-');
}
