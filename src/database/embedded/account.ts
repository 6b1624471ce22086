import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** How PostgreSQL is run: it refuses to be root, so a service that is root hands it to another account. */
export interface Launch {
  /** words before the command itself */
  readonly prefix: readonly string[];
  /** the account to change to, and the owner of the data; absent when PostgreSQL runs as we do */
  readonly account?: Account;
  /** whose the data folder must be; absent when it is simply ours */
  readonly owner?: Account;
}

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

const root: Account = { uid: 0, gid: 0 };
const nobody: Account = { uid: 65534, gid: 65534 };
// In a user namespace of its own PostgreSQL sees itself and its data as nobody's while both stay root's.
const ownNamespace = ['unshare', '--user', '--map-user=65534', '--map-group=65534', '--'];

/** The way to run the binaries on a data folder, or undefined where root has no way there. */
export function chooseLaunch(native: string, cluster: string): Launch | undefined {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const account = accountFor(cluster);
  const postgres = join(native, 'bin', 'postgres');
  if (canEnter(dirname(postgres), account) && canEnter(nearestExisting(dirname(cluster)), account)) {
    if (runs([], postgres, account)) return { prefix: [], account, owner: account };
  }
  return runs(ownNamespace, postgres) ? { prefix: ownNamespace, owner: root } : undefined;
}

/** The account that root runs PostgreSQL as: the data folder's owner, else `postgres`, else `nobody`. */
export function accountFor(cluster: string): Account {
  const { uid, gid } = statSync(nearestExisting(cluster));
  return uid === 0 ? (systemAccount('postgres') ?? systemAccount('nobody') ?? nobody) : { uid, gid };
}

function systemAccount(name: string): Account | undefined {
  const passwd = '/etc/passwd';
  if (!existsSync(passwd)) return undefined;
  const line = readFileSync(passwd, 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}

function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path));
}

function canEnter(folder: string, { uid, gid }: Account): boolean {
  const { mode, uid: owner, gid: group } = statSync(folder);
  const enter = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
  if ((mode & enter) === 0) return false;
  return dirname(folder) === folder || canEnter(dirname(folder), { uid, gid });
}

function runs(prefix: readonly string[], postgres: string, account?: Account): boolean {
  const [command = postgres, ...args] = [...prefix, postgres, '--version'];
  return spawnSync(command, args, { cwd: '/', ...account }).status === 0;
}
