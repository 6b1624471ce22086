import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { until } from './until.js';

const program = fileURLToPath(new URL('../database/embedded-program.mjs', import.meta.url));
const folders: string[] = [];

export function newFolder(mode = 0o755): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mingzhang-embedded-')));
  chmodSync(folder, mode);
  folders.push(folder);
  return folder;
}

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** The first value of the first row. */
export async function ask(url: string, sql: string): Promise<unknown> {
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

interface Service {
  readonly child: ChildProcess;
  readonly url: string;
  readonly lines: string[];
}

/** A service as far as its database goes, in a process of its own. */
export async function startService(dataDir: string, account: { uid?: number; gid?: number } = {}): Promise<Service> {
  const args = [program, dataDir];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: '/', ...account });
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

export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}
