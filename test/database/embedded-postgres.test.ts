import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { startEmbeddedPostgres, useEmbeddedPostgres } from '../../src/database/embedded-postgres.js';
import { until } from '../support/until.js';

const program = fileURLToPath(new URL('./embedded-program.mjs', import.meta.url));
const isRoot = process.getuid?.() === 0;
const asRoot = isRoot ? it : it.skip;
// Another account's program must be able to reach our Node and our code.
const asRootForAnother = isRoot && isOpenToOthers(fileURLToPath(new URL('../..', import.meta.url))) ? it : it.skip;
const folders: string[] = [];

function isOpenToOthers(folder: string): boolean {
  return (statSync(folder).mode & 0o001) !== 0 && (dirname(folder) === folder || isOpenToOthers(dirname(folder)));
}

function newFolder(mode = 0o755): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mingzhang-embedded-')));
  chmodSync(folder, mode);
  folders.push(folder);
  return folder;
}

let used: string;

/** A data folder that was used before and stopped in order; copied, which is faster than making one. */
function usedFolder(): string {
  const folder = newFolder();
  cpSync(join(used, 'postgres'), join(folder, 'postgres'), { recursive: true });
  return folder;
}

beforeAll(async () => {
  used = newFolder();
  await (await startEmbeddedPostgres({ dataDir: used, log: () => undefined })).stop();
});

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  // The server may be killed under this connection; the query in flight tells.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query({ text: sql, rowMode: 'array' });
    return rows[0]?.[0];
  } finally {
    await client.end();
  }
}

async function eventually<T>(what: () => Promise<T> | T, isGood: (value: T) => boolean, limitMs = 120_000): Promise<T> {
  const limit = Date.now() + limitMs;
  for (;;) {
    const value = await Promise.resolve()
      .then(what)
      .catch((error: Error) => error);
    if (!(value instanceof Error) && isGood(value)) return value;
    if (Date.now() > limit) throw new Error(`never came: ${String(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const postmasterPid = (dataDir: string) =>
  Number(readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
}

interface Service {
  readonly child: ChildProcess;
  readonly url: string;
  readonly lines: string[];
}

async function startService(
  dataDir: string,
  options: { uid?: number; gid?: number; program?: string } = {},
): Promise<Service> {
  const { program: file = program, ...account } = options;
  const child = spawn(process.execPath, [file, dataDir], { stdio: ['ignore', 'pipe', 'pipe'], cwd: '/', ...account });
  const lines: string[] = [];
  const hear = (data: Buffer) => lines.push(...data.toString('utf8').split('\n').filter(Boolean));
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  let hasEnded = false;
  // Later than its exit: all that it said has come by then.
  child.once('close', () => {
    hasEnded = true;
  });
  const urlLine = () => lines.find((line) => line.startsWith('url '));
  await until(() => hasEnded || urlLine() !== undefined);
  const url = urlLine()?.slice('url '.length);
  if (url === undefined) throw new Error(lines.join('\n'));
  return { child, url, lines };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

describe('the embedded PostgreSQL', () => {
  it('starts cold in a fresh folder and warm with what was written, durable and in UTF-8', async () => {
    const dataDir = join(newFolder(), 'new', 'data');
    const cold = await startEmbeddedPostgres({ dataDir, log: () => undefined });
    for (const [setting, value] of [
      ['fsync', 'on'],
      ['synchronous_commit', 'on'],
      ['full_page_writes', 'on'],
      ['server_encoding', 'UTF8'],
      ['listen_addresses', ''],
    ]) {
      expect([setting, await ask(cold.url, `show ${setting}`)]).toEqual([setting, value]);
    }
    await ask(cold.url, "create table kept as select '明账' as word");
    await cold.stop();
    expect(existsSync(join(dataDir, 'postgres/postmaster.pid'))).toBe(false);
    const warm = await startEmbeddedPostgres({ dataDir, log: () => undefined });
    expect(await ask(warm.url, 'select word from kept')).toBe('明账');
    await warm.stop();
    await warm.stop();
    expect(readdirSync(dataDir).sort()).toEqual(['postgres', 'postgres.log']);
  });

  it('comes back by itself after a kill -9, with every commit', async () => {
    const dataDir = usedFolder();
    const log: string[] = [];
    const postgres = await startEmbeddedPostgres({ dataDir, log: (line) => log.push(line) });
    await ask(postgres.url, 'create table kept as select 1 as n');
    const killed = postmasterPid(dataDir);
    process.kill(killed, 'SIGKILL');
    expect(
      await eventually(
        () => ask(postgres.url, 'select n from kept'),
        (n) => n === 1,
      ),
    ).toBe(1);
    await eventually(
      () => log,
      (lines) => lines.includes('PostgreSQL is back'),
    );
    expect(log[0]).toBe('PostgreSQL ended by itself (SIGKILL); starting it again');
    const second = postmasterPid(dataDir);
    expect(second).not.toBe(killed);
    await postgres.stop();
    expect(isAlive(second)).toBe(false);
  });

  it('stops with its service', async () => {
    const dataDir = usedFolder();
    const { child } = await startService(dataDir);
    const pid = postmasterPid(dataDir);
    await end(child, 'SIGTERM');
    expect(child.exitCode).toBe(0);
    expect(isAlive(pid)).toBe(false);
  });

  it('is found and replaced after a kill -9 of the service, with every commit', async () => {
    const dataDir = usedFolder();
    const first = await startService(dataDir);
    await ask(first.url, 'create table kept as select 1 as n');
    const orphan = postmasterPid(dataDir);
    await end(first.child, 'SIGKILL');
    expect(isAlive(orphan)).toBe(true);
    const second = await startService(dataDir);
    expect(second.lines[0]).toBe(
      `log stopping the PostgreSQL (process ${orphan}) that a service left running when it was killed`,
    );
    expect(isAlive(orphan)).toBe(false);
    expect(await ask(second.url, 'select n from kept')).toBe(1);
    await end(second.child, 'SIGTERM');
  });

  it('starts after a kill -9 of the service and of PostgreSQL at once', async () => {
    const dataDir = usedFolder();
    const first = await startService(dataDir);
    await ask(first.url, 'create table kept as select 1 as n');
    const pid = postmasterPid(dataDir);
    const ended = once(first.child, 'exit');
    first.child.kill('SIGKILL');
    process.kill(pid, 'SIGKILL');
    await ended;
    const second = await startService(dataDir);
    expect(await ask(second.url, 'select n from kept')).toBe(1);
    await end(second.child, 'SIGTERM');
  });

  it('starts when its pid file names a number that another program has now', async () => {
    const dataDir = usedFolder();
    const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined });
    const pidFile = join(dataDir, 'postgres/postmaster.pid');
    const text = readFileSync(pidFile, 'utf8');
    await postgres.stop();
    const other = spawn('sleep', ['600']);
    writeFileSync(pidFile, text.replace(/^\d+/, String(other.pid)));
    const log: string[] = [];
    const again = await startEmbeddedPostgres({ dataDir, log: (line) => log.push(line) });
    expect(log[0]).toBe('a postmaster.pid was left by a crash; recovering');
    expect(await ask(again.url, 'select 1')).toBe(1);
    expect(other.exitCode).toBeNull();
    await again.stop();
    other.kill();
  });

  it('starts when its pid file names nobody, is empty or was cut short', async () => {
    const dataDir = usedFolder();
    await (await startEmbeddedPostgres({ dataDir, log: () => undefined })).stop();
    for (const text of ['4194303\n', '', 'x']) {
      writeFileSync(join(dataDir, 'postgres/postmaster.pid'), text);
      const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined });
      expect(await ask(postgres.url, 'select 1')).toBe(1);
      await postgres.stop();
    }
  });

  it('needs no port, so a taken one does not matter', async () => {
    const server = createServer().listen(5432, '127.0.0.1');
    // Somebody else's server on that port serves as well.
    await Promise.race([once(server, 'listening'), once(server, 'error')]);
    const postgres = await startEmbeddedPostgres({ dataDir: usedFolder(), log: () => undefined });
    expect(await ask(postgres.url, 'select 1')).toBe(1);
    await postgres.stop();
    server.close();
  });

  it('is refused to a second service, which is told who holds it and how to share it', async () => {
    const dataDir = usedFolder();
    const first = await startService(dataDir);
    await expect(startService(dataDir)).rejects.toThrow(
      `is in use by the service with process id ${first.child.pid}. Stop that one, choose another DATA_DIR, or share its server: DATABASE_URL='${first.url}'`,
    );
    expect(await ask(first.url, 'select 1')).toBe(1);
    await end(first.child, 'SIGTERM');
  });

  it('goes to one of two services that start on a fresh folder at the same moment', async () => {
    const dataDir = newFolder();
    const both = await Promise.allSettled([startService(dataDir), startService(dataDir)]);
    const started = both.filter((result) => result.status === 'fulfilled').map((result) => result.value);
    expect(started).toHaveLength(1);
    expect(both.find((result) => result.status === 'rejected')?.reason.message).toMatch(/is in use by the service/);
    await Promise.all(started.map(({ child }) => end(child, 'SIGTERM')));
    expect(readdirSync(dataDir).filter((name) => name.startsWith('postgres.new-'))).toEqual([]);
  });

  it('serves a command beside the service, and runs for it alone when there is none', async () => {
    const dataDir = usedFolder();
    const { child, url } = await startService(dataDir);
    const beside = await useEmbeddedPostgres({ dataDir, log: () => undefined });
    expect(beside.url).toBe(url);
    await beside.stop();
    expect(await ask(url, 'select 1')).toBe(1);
    await end(child, 'SIGTERM');
    const alone = await useEmbeddedPostgres({ dataDir, log: () => undefined });
    expect(await ask(alone.url, 'select 1')).toBe(1);
    await alone.stop();
  });

  it('starts in a folder too deep for a socket, and cleans up after itself', async () => {
    const dataDir = join(newFolder(), 'a'.repeat(60), 'b'.repeat(60));
    const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined });
    expect(await ask(postgres.url, 'select 1')).toBe(1);
    const socket = decodeURIComponent(new URL(postgres.url).hostname);
    expect(socket).not.toContain('aaa');
    await postgres.stop();
    expect(existsSync(socket)).toBe(false);
  });

  it('does not touch a folder that is not its own, and says what PostgreSQL said', async () => {
    const dataDir = newFolder();
    mkdirSync(join(dataDir, 'postgres'));
    writeFileSync(join(dataDir, 'postgres/letters.txt'), 'mine');
    await expect(startEmbeddedPostgres({ dataDir, log: () => undefined })).rejects.toThrow(
      'is neither empty nor a data folder of PostgreSQL; nothing was touched.',
    );
    writeFileSync(join(dataDir, 'postgres/PG_VERSION'), '12\n');
    await expect(startEmbeddedPostgres({ dataDir, log: () => undefined })).rejects.toThrow('belong to PostgreSQL 12');
    writeFileSync(join(dataDir, 'postgres/PG_VERSION'), '18\n');
    await expect(startEmbeddedPostgres({ dataDir, log: () => undefined })).rejects.toThrow(
      /PostgreSQL did not start on .*It said:\n.*could not access/s,
    );
    expect(readFileSync(join(dataDir, 'postgres/letters.txt'), 'utf8')).toBe('mine');
  });

  asRoot('runs under a folder that others cannot enter', async () => {
    const home = newFolder(0o700);
    const dataDir = join(home, 'checkout', '.data');
    const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined });
    expect(await ask(postgres.url, 'select 1')).toBe(1);
    await postgres.stop();
  });

  asRoot('follows a folder that is closed and opened between two starts', async () => {
    const home = newFolder(0o755);
    const dataDir = join(home, 'data');
    for (const mode of [0o755, 0o700, 0o755]) {
      chmodSync(home, mode);
      const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined });
      expect(await ask(postgres.url, 'select 1')).toBe(1);
      await postgres.stop();
    }
  });

  asRootForAnother("runs as the owner of an ordinary user's folder, who can then run it himself", async () => {
    const home = newFolder(0o755);
    chownSync(home, 65534, 65534);
    const dataDir = join(home, 'data');
    mkdirSync(dataDir);
    chownSync(dataDir, 65534, 65534);
    const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined });
    await ask(postgres.url, 'create table kept as select 1 as n');
    expect(statSync(join(dataDir, 'postgres')).uid).toBe(65534);
    await postgres.stop();
    rmSync(join(dataDir, 'postgres.log'));
    const user = await startService(dataDir, { uid: 65534, gid: 65534 });
    expect(await ask(user.url, 'select n from kept')).toBe(1);
    await end(user.child, 'SIGTERM');
  });

  asRootForAnother('runs for an ordinary user in a closed home of his own', async () => {
    const home = newFolder(0o700);
    chownSync(home, 65534, 65534);
    const { child, url } = await startService(join(home, 'data'), { uid: 65534, gid: 65534 });
    expect(await ask(url, 'select 1')).toBe(1);
    await end(child, 'SIGTERM');
  });
});
