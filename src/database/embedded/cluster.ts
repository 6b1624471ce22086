import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { PlainError } from '../../plain-error.js';
import { type Account, accountFor, chooseLaunch, type Launch } from './account.js';
import { completeLinks, copyBinaries, findNativeFolder, lacksLinks } from './binaries.js';
import { isAlive } from './postmaster-file.js';

/** Where PostgreSQL and its data are, and how it is run there. */
export interface Place {
  readonly native: string;
  readonly cluster: string;
  readonly launch: Launch;
  readonly logFile: string;
}

export const superuser = 'mingzhang';

// Where nothing else lets root run PostgreSQL, its programs and data live here, in reach of its account.
const commonFolder = '/var/lib/mingzhang';

/** The data folder of PostgreSQL under DATA_DIR, or the one that DATA_DIR points to. */
export function clusterFolder(dataDir: string): string {
  const pointer = join(dataDir, 'postgres-is-elsewhere');
  return existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : resolve(dataDir, 'postgres');
}

/** Who only reads makes no database: where there is none, DATA_DIR names another folder than was meant. Error: PlainError. */
export function refuseWithoutCluster(dataDir: string): void {
  if (isCluster(clusterFolder(dataDir))) return;
  throw new PlainError(
    `DATA_DIR ${dataDir} 中还没有数据库 holds no database yet; 可用 allowed: the DATA_DIR of a service that was started before, or DATABASE_URL`,
  );
}

export function preparePlace(dataDir: string): Place {
  mkdirSync(dataDir, { recursive: true, mode: 0o755 });
  const folder = realpathSync(dataDir);
  const logFile = join(folder, 'postgres.log');
  const cluster = clusterFolder(folder);
  const native = realpathSync(readyBinaries(folder));
  const launch = chooseLaunch(native, cluster);
  if (launch !== undefined) return { native, cluster, launch, logFile };
  return placeInCommonFolder(native, folder, logFile);
}

function readyBinaries(dataDir: string): string {
  const native = findNativeFolder();
  try {
    completeLinks(native);
  } catch (error) {
    if (!['EACCES', 'EROFS', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    if (lacksLinks(native)) return copyBinaries(native, dataDir);
  }
  return native;
}

function placeInCommonFolder(native: string, dataDir: string, logFile: string): Place {
  mkdirSync(commonFolder, { recursive: true, mode: 0o755 });
  const copy = copyBinaries(native, commonFolder);
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  const cluster = join(commonFolder, `data-${name}`);
  const account = accountFor(cluster);
  const inDataDir = join(dataDir, 'postgres');
  if (existsSync(inDataDir) && !existsSync(cluster)) {
    throw new PlainError(
      `DATA_DIR ${dataDir} 无法供 PostgreSQL 的账户进入 is where PostgreSQL's account cannot reach ${inDataDir}, and this system allows no user ` +
        'namespaces; 可用 allowed: a folder that other accounts can enter, or DATABASE_URL',
    );
  }
  writeFileSync(join(dataDir, 'postgres-is-elsewhere'), `${cluster}\n`);
  return { native: copy, cluster, launch: { prefix: [], account, owner: account }, logFile };
}

/** Makes the data folder if there is none: under another name first, so that half of one is never taken for whole. */
export async function initialise(place: Place): Promise<void> {
  if (isCluster(place.cluster)) return;
  const parent = dirname(place.cluster);
  removeAbandoned(parent);
  const unfinished = mkdtempSync(join(parent, `${unfinishedPrefix}${process.pid}-`));
  if (place.launch.owner !== undefined) chownSync(unfinished, place.launch.owner.uid, place.launch.owner.gid);
  try {
    await runInitdb(place, unfinished);
    renameSync(unfinished, place.cluster);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // A second service on the same folder may have been faster; its data folder is as good.
    if (isCluster(place.cluster)) return;
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
    throw new PlainError(
      `DATA_DIR: ${place.cluster} 既非空,也不是 PostgreSQL 的数据目录,未作改动 is neither empty nor a data folder of PostgreSQL; nothing was touched. ` +
        '可用 allowed: a folder of its own for Mingzhang',
    );
  }
}

const unfinishedPrefix = 'postgres.new-';

function isCluster(folder: string): boolean {
  return existsSync(join(folder, 'PG_VERSION'));
}

function removeAbandoned(parent: string): void {
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith(unfinishedPrefix))) {
    const maker = Number(name.slice(unfinishedPrefix.length).split('-')[0]);
    if (!isAlive(maker)) rmSync(join(parent, name), { recursive: true, force: true });
  }
}

async function runInitdb({ native, launch }: Place, folder: string): Promise<void> {
  const [command = '', ...args] = [
    ...launch.prefix,
    join(native, 'bin', 'initdb'),
    `--pgdata=${folder}`,
    `--username=${superuser}`,
    // Only a socket in a folder that no other account may enter leads in, so there is no password to lose.
    '--auth-local=trust',
    '--auth-host=reject',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    process.platform === 'darwin' ? '--locale=C' : '--locale=C.UTF-8',
    // A new segment of the write-ahead log is filled with zeros while all appends wait: not for 16 MiB of them.
    '--wal-segsize=4',
    '--no-instructions',
  ];
  try {
    await promisify(execFile)(command, args, { cwd: '/', env: postgresEnvironment(), ...launch.account });
  } catch (cause) {
    const { stderr } = cause as { stderr?: string };
    throw new PlainError(
      `DATA_DIR: 无法建立数据目录 PostgreSQL could not make its data folder ${folder}:\n${stderr ?? String(cause)}`,
      { cause },
    );
  }
}

/** Refuses a data folder of another major version, which these programs would not open. */
export function checkVersion({ cluster, native }: Place): void {
  const found = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  const ours = JSON.parse(readFileSync(packageFile(native), 'utf8')).version as string;
  if (found === ours.split('.')[0]) return;
  throw new PlainError(
    `DATA_DIR: ${cluster} 中的数据属于另一版本 The data there belong to PostgreSQL ${found}; this release brings ${ours}; ` +
      `可用 allowed: to dump them with PostgreSQL ${found}, or to serve them from it through DATABASE_URL`,
  );
}

function packageFile(native: string): string {
  const beside = join(native, '..', 'package.json');
  return existsSync(beside) ? beside : join(findNativeFolder(), '..', 'package.json');
}

/** Who runs PostgreSQL can change between two starts (root today, a user yesterday); the data follow. */
export function giveTo(owner: Account | undefined, folder: string): void {
  const { uid, gid, mode } = statSync(folder);
  // A folder restored from a copy is often open to all, which PostgreSQL refuses.
  if ((mode & 0o077) !== 0 && [0, uid].includes(process.getuid?.() ?? uid)) chmodSync(folder, 0o700);
  if (owner === undefined || (uid === owner.uid && gid === owner.gid)) return;
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    lchownSync(join(folder, entry), owner.uid, owner.gid);
  }
  chownSync(folder, owner.uid, owner.gid);
}

/** A socket's path is limited to 107 bytes (103 on macOS), so deep data folders get one under /tmp. */
export function socketFolder({ cluster, launch }: Place): string {
  if (Buffer.byteLength(join(cluster, '.s.PGSQL.5432.lock')) <= 103) return cluster;
  const folder = mkdtempSync(join(launch.owner === undefined ? tmpdir() : '/tmp', 'mingzhang-'));
  giveTo(launch.owner, folder);
  return folder;
}

/** PGDATA, PGPORT and the like in the service's own environment must not reach our PostgreSQL. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
}
