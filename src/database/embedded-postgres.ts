import type { ChildProcess } from 'node:child_process';
import { existsSync, realpathSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { PlainError } from '../plain-error.js';
import {
  checkVersion,
  clusterFolder,
  giveTo,
  initialise,
  type Place,
  preparePlace,
  socketFolder,
  superuser,
} from './embedded/cluster.js';
import { findPostmaster, type Postmaster, takeOverFile } from './embedded/postmaster-file.js';
import { hasEnded, isTemporarySocketFolder, launchPostgres, stopPostgres } from './embedded/process.js';

export interface EmbeddedPostgres {
  /** of the database `mingzhang`; over a socket, so no TCP port is taken and none can be in the way */
  readonly url: string;
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  readonly dataDir: string;
  readonly log: (message: string) => void;
}

const databaseName = 'mingzhang';
const restartFirstMs = 500;
// A full disk, say, is a person's to mend, and may take him hours.
const restartAtMostEveryMs = 5_000;

/**
 * Starts the PostgreSQL that came from npm on DATA_DIR, and again whenever it dies before `stop`.
 * One service holds a data folder: a second is refused, with the URL by which it can share the server.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  try {
    return await start(options);
  } catch (error) {
    throw isOfFiles(error) ? unusable(options.dataDir, error) : error;
  }
}

async function start({ dataDir, log }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const place = preparePlace(dataDir);
  await freeCluster(dataDir, place.cluster, log);
  await initialise(place);
  checkVersion(place);
  giveTo(place.launch.owner, place.cluster);
  const socket = socketFolder(place);
  const child = await launchPostgres(place, socket).catch((error) => {
    refuseIfHeld(dataDir, place.cluster);
    throw error;
  });
  await createDatabaseIfMissing(urlOf(socket, 'postgres'));
  return supervise(place, socket, child, log);
}

/** What the system says of files and folders, as of a full disk, one that may not be written, or a name that is no folder's. */
function isOfFiles(error: unknown): error is NodeJS.ErrnoException {
  const { syscall } = error as NodeJS.ErrnoException;
  return syscall !== undefined && !/^(?:spawn|connect)/.test(syscall);
}

function unusable(dataDir: string, cause: Error): PlainError {
  return new PlainError(
    `DATA_DIR ${dataDir} 不可用 cannot be used: ${cause.message}; 可用 allowed: a folder that this account may write, with room left`,
    { cause },
  );
}

/** For a command beside the service: the running PostgreSQL of DATA_DIR, which is left running, or one of its own. */
export async function useEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const running = runningOn(options.dataDir);
  if (running === undefined) return startEmbeddedPostgres(options);
  return { url: urlOf(running.socketFolder, databaseName), stop: async () => undefined };
}

function runningOn(dataDir: string): Postmaster | undefined {
  const cluster = clusterFolder(existsSync(dataDir) ? realpathSync(dataDir) : dataDir);
  const found = findPostmaster(cluster);
  return typeof found === 'object' && found.holder !== undefined && found.isReady ? found : undefined;
}

async function freeCluster(dataDir: string, cluster: string, log: (message: string) => void): Promise<void> {
  refuseIfHeld(dataDir, cluster);
  const found = findPostmaster(cluster);
  if (found === undefined) return;
  if (found !== 'stale') {
    log(`stopping the PostgreSQL (process ${found.pid}) that a service left running when it was killed`);
    await stopPostgres(found.pid);
    removeSocketFolder(found.socketFolder);
  }
  // A file without a number may be one that is just being written.
  if (found === 'stale') await sleep(100);
  if (findPostmaster(cluster) !== 'stale') return refuseIfHeld(dataDir, cluster);
  log('a postmaster.pid was left by a crash; recovering');
  takeOverFile(cluster);
}

function refuseIfHeld(dataDir: string, cluster: string): void {
  const found = findPostmaster(cluster);
  if (typeof found !== 'object' || found.holder === undefined) return;
  throw new PlainError(
    `DATA_DIR ${dataDir} 正被占用 is in use by the service with process id ${found.holder}; 可用 allowed: another DATA_DIR, this one once that ` +
      `service has stopped, or its server: DATABASE_URL='${urlOf(found.socketFolder, databaseName)}'`,
  );
}

function supervise(
  place: Place,
  socket: string,
  first: ChildProcess,
  log: (message: string) => void,
): EmbeddedPostgres {
  let child = first;
  const stopping = new AbortController();
  let restarting: Promise<void> = Promise.resolve();
  const restart = async () => {
    for (let attempt = 1; !stopping.signal.aborted; attempt++) {
      try {
        child = await launchPostgres(place, socket);
        log('PostgreSQL is back');
        watch();
        return;
      } catch (error) {
        log(`PostgreSQL does not start again (attempt ${attempt}): ${(error as Error).message}`);
        const waitMs = Math.min(restartFirstMs * 2 ** (attempt - 1), restartAtMostEveryMs);
        await sleep(waitMs, undefined, stopping).catch(() => undefined);
      }
    }
  };
  const onExit = (status: number | null, signal: NodeJS.Signals | null) => {
    if (stopping.signal.aborted) return;
    log(`PostgreSQL ended by itself (${signal ?? `exit status ${status}`}); starting it again`);
    restarting = restart();
  };
  // A child can have ended between its launch and this line; its event is then gone.
  const watch = () => (hasEnded(child) ? onExit(child.exitCode, child.signalCode) : child.once('exit', onExit));
  // Whatever ends this process without `stop` (an uncaught error, say) still takes PostgreSQL along.
  const onProcessExit = () => child.kill('SIGINT');
  const stop = async () => {
    stopping.abort();
    await restarting;
    if (child.pid !== undefined && !hasEnded(child)) await stopPostgres(child.pid);
    process.off('exit', onProcessExit);
    removeSocketFolder(socket);
  };
  let stopped: Promise<void> | undefined;
  watch();
  process.once('exit', onProcessExit);
  return {
    url: urlOf(socket, databaseName),
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

function removeSocketFolder(folder: string): void {
  if (isTemporarySocketFolder(folder)) rmSync(folder, { recursive: true, force: true });
}

function urlOf(socket: string, database: string): string {
  return `postgresql://${superuser}@${encodeURIComponent(socket)}/${database}`;
}

async function createDatabaseIfMissing(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [databaseName]);
    if (rowCount === 0) await client.query(`create database ${databaseName}`);
  } finally {
    await client.end();
  }
}
