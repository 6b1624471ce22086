import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { startEmbeddedPostgres, useEmbeddedPostgres } from '../../src/database/embedded-postgres.js';
import { ask, end, newFolder, removeFolders, startService } from '../support/embedded.js';
import { until } from '../support/until.js';

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

afterAll(removeFolders);

const postmasterPid = (dataDir: string) =>
  Number(readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
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
    const isKept = (n: unknown) => n === 1;
    await until(() => ask(postgres.url, 'select n from kept').then(isKept, () => false));
    await until(() => log.includes('PostgreSQL is back'));
    expect(log[0]).toBe('PostgreSQL ended by itself (SIGKILL); starting it again');
    const second = postmasterPid(dataDir);
    expect(second).not.toBe(killed);
    await postgres.stop();
    expect(isAlive(second)).toBe(false);
  });

  it('is started again for as long as it takes to mend what keeps it from starting', async () => {
    const log: string[] = [];
    const dataDir = usedFolder();
    const postgres = await startEmbeddedPostgres({ dataDir, log: (line) => log.push(line) });
    const [global, away] = [join(dataDir, 'postgres/global'), join(dataDir, 'postgres/global.away')];
    renameSync(global, away);
    process.kill(postmasterPid(dataDir), 'SIGKILL');
    await until(() => log.some((line) => line.startsWith('PostgreSQL does not start again (attempt 7): ')));
    renameSync(away, global);
    await until(() => log.includes('PostgreSQL is back'));
    expect(await ask(postgres.url, 'select 1')).toBe(1);
    await postgres.stop();
  });

  it('stops at once while it waits to be started again', async () => {
    const log: string[] = [];
    const dataDir = usedFolder();
    const postgres = await startEmbeddedPostgres({ dataDir, log: (line) => log.push(line) });
    renameSync(join(dataDir, 'postgres/global'), join(dataDir, 'postgres/global.away'));
    process.kill(postmasterPid(dataDir), 'SIGKILL');
    await until(() => log.some((line) => line.includes('(attempt 4): ')));
    const at = performance.now();
    await postgres.stop();
    expect(performance.now() - at).toBeLessThan(2_000);
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
      `is in use by the service with process id ${first.child.pid}; 可用 allowed: another DATA_DIR, this one once that service has stopped, or its server: DATABASE_URL='${first.url}'`,
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
});
