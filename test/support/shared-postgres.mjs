import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  accessSync,
  chmodSync,
  constants,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/**
 * Where it differs from that of a service: it guards nothing against a machine that loses its power, since nobody looks
 * for these data again, and a database is made and dropped for nearly each test. What outlives a crash is tested on
 * servers of its own.
 */
const UNGUARDED = { fsync: 'off', full_page_writes: 'off', wal_level: 'minimal', max_wal_senders: '0' };

/** Files that Linux keeps in memory: on a disk's file system it takes longer to make and remove those of a database than to fill them. */
const MEMORY = '/dev/shm';
const ROOM_BYTES = 4 * 2 ** 30;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** A server that was killed may still write for a moment. */
const REMOVING = { recursive: true, force: true, maxRetries: 5 };

const NAME = 'mingzhang-test-';

/** The PostgreSQL in which all test files have their databases, in a folder of its own. */
export async function startSharedPostgres() {
  const cluster = await import('../../dist/database/embedded/cluster.js');
  const { findPostmaster, isAlive } = await import('../../dist/database/embedded/postmaster-file.js');
  const { hasEnded, settings } = await import('../../dist/database/embedded/process.js');
  const parent = hasRoom(MEMORY) ? MEMORY : tmpdir();
  removeAbandoned(parent, isAlive, findPostmaster);
  const folder = mkdtempSync(join(parent, `${NAME}${process.pid}-`));
  let child;
  let socket;
  const remove = () => {
    for (const path of [folder, socket]) if (path !== undefined) rmSync(path, REMOVING);
  };
  const atExit = () => {
    child?.kill('SIGKILL');
    remove();
  };
  const stop = async () => {
    if (child !== undefined && !hasEnded(child)) {
      child.kill('SIGINT');
      await once(child, 'exit');
    }
    remove();
    process.off('exit', atExit);
    for (const signal of SIGNALS) process.off(signal, endBy);
  };
  // Whoever ends Jest ends it too: nobody would miss it, but what is in memory would stay there.
  const endBy = (signal) => void stop().then(() => process.kill(process.pid, signal));
  process.once('exit', atExit);
  for (const signal of SIGNALS) process.on(signal, endBy);
  chmodSync(folder, 0o755);
  const place = cluster.preparePlace(folder);
  await cluster.initialise(place);
  socket = cluster.socketFolder(place);
  const wanted = { ...settings, ...UNGUARDED, unix_socket_directories: socket };
  const [command, ...args] = [
    ...place.launch.prefix,
    join(place.native, 'bin', 'postgres'),
    '-D',
    place.cluster,
    ...Object.entries(wanted).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const log = openSync(place.logFile, 'a');
  child = spawn(command, args, {
    cwd: '/',
    // Ctrl-C reaches Jest alone, which stops it last.
    detached: true,
    env: cluster.postgresEnvironment(),
    stdio: ['ignore', log, log],
    ...place.launch.account,
  });
  const isReady = () => {
    const running = findPostmaster(place.cluster);
    return typeof running === 'object' && running.isReady;
  };
  while (!isReady()) {
    if (hasEnded(child)) throw new Error(`PostgreSQL does not start: see ${place.logFile}`);
    await sleep(20);
  }
  return { url: await newDatabase(socket, cluster.superuser), stop };
}

/** Of runs that were killed, whose server goes on. */
function removeAbandoned(parent, isAlive, findPostmaster) {
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith(NAME))) {
    const folder = join(parent, name);
    const maker = Number(name.slice(NAME.length).split('-')[0]);
    if (!Number.isInteger(maker) || isAlive(maker) || statSync(folder).uid !== process.getuid?.()) continue;
    const running = findPostmaster(join(folder, 'postgres'));
    if (typeof running === 'object') process.kill(running.pid, 'SIGKILL');
    rmSync(folder, REMOVING);
  }
}

async function newDatabase(socket, user) {
  const urlOf = (name) => `postgresql://${user}@${encodeURIComponent(socket)}/${name}`;
  const client = new pg.Client({ connectionString: urlOf('postgres') });
  await client.connect();
  await client.query('create database mingzhang');
  await client.end();
  return urlOf('mingzhang');
}

/** Containers often have 64 MB of it. */
function hasRoom(folder) {
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    return false;
  }
  const { bavail, bsize } = statfsSync(folder);
  return Math.min(bavail * bsize, process.availableMemory()) > ROOM_BYTES;
}
