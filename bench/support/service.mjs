import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** The embedded PostgreSQL in a folder of its own, with a database for each name. */
export async function startDatabase(names) {
  const { startEmbeddedPostgres } = await import('../../dist/database/embedded-postgres.js');
  const dataDir = mkdtempSync(join(tmpdir(), 'mingzhang-bench-'));
  const server = await startEmbeddedPostgres({ dataDir, log: () => undefined });
  const urls = {};
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  for (const name of names) {
    await client.query(`create database ${name}`);
    const url = new URL(server.url);
    url.pathname = `/${name}`;
    urls[name] = url.href;
  }
  await client.end();
  return {
    urls,
    dataDir,
    // The first line of the file is the process of the server.
    pid: Number.parseInt(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'latin1'), 10),
    stop: async () => {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The service as its users run it: a process of its own, spoken to over HTTP. */
export async function startService({ databaseUrl, dataDir, settings = {} }) {
  const port = await freePort();
  const env = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    DATA_DIR: dataDir,
    PORT: String(port),
    HOST: '127.0.0.1',
    LOG_LEVEL: 'warn',
    // All load comes from one address.
    READS_PER_MINUTE: '1000000000',
    PAGES_PER_MINUTE: '1000000000',
    DAILY_FILES: 'off',
    ...settings,
  };
  const child = spawn(process.execPath, [...startFlags(), ...profilerFlags(), main], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  // Should the bench fail.
  process.once('exit', () => child.kill());
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url, child);
  const token = (role, divisions) =>
    execFileSync(
      process.execPath,
      [cli, 'token', '--role', role, '--divisions', divisions, '--subject', `bench-${role}`],
      { env },
    )
      .toString()
      .trim();
  return {
    url,
    port,
    pid: child.pid,
    token,
    residentMiB: () => residentMiB(child.pid),
    stop: () =>
      new Promise((stopped) => {
        child.once('exit', stopped);
        child.kill('SIGTERM');
      }),
  };
}

function residentMiB(pid) {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(kib) / 1024;
}

/** What `npm start` runs Node with. */
export function startFlags() {
  const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return scripts.start.match(/--[a-z-]+=\S+/g) ?? [];
}

/** `BENCH_PROFILE=<folder>` has V8 write a CPU profile of the service there. */
function profilerFlags() {
  const folder = process.env.BENCH_PROFILE;
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}

async function untilReady(url, child) {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`the service ended with status ${child.exitCode}`);
    const isReady = await fetch(`${url}/health/ready`).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return;
    await sleep(100);
  }
  throw new Error('the service was not ready within 30 s');
}

function freePort() {
  return new Promise((found, failed) => {
    const server = createServer();
    server.on('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => found(port));
    });
  });
}
