import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = join(import.meta.dirname, '../..');
let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'mingzhang-demo-'));
  chmodSync(dataDir, 0o755);
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function demo(...options: string[]) {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR: dataDir };
  const child = spawn(process.execPath, [join(root, 'dist/cli.js'), 'demo', ...options], { cwd: root, env });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  return { child, said: () => text, ended: once(child, 'close').then(([status]) => status as number | null) };
}

/** From the first table to the number of replays, which is all that may differ between two runs. */
function figuresOf(text: string): string {
  return text.slice(text.indexOf('■'), text.indexOf('笔已记账')).replace(/\d+ $/, '');
}

test('mingzhang demo stays up with a token that works, stops on Ctrl-C, and replays on the same data', async () => {
  const first = demo();
  while (!first.said().includes('Ctrl-C stops it')) {
    if (first.child.exitCode !== null) throw new Error(first.said());
    await sleep(50);
  }
  const [, token] = /export TOKEN=(\S+)/.exec(first.said()) ?? [];
  const [, url] = /stays up at (\S+);/.exec(first.said()) ?? [];
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${url}/v1/books/640121/balances?account=bureau`, { headers });
  expect(answer.status).toBe(200);
  first.child.kill('SIGINT');
  expect(await first.ended).toBe(0);

  const second = demo('--exit');
  expect([await second.ended, second.said()]).toEqual([0, expect.any(String)]);
  expect(figuresOf(second.said())).toBe(figuresOf(first.said()));
  const [, answered, replayed] = /(\d+) entries answered, (\d+) of them replayed/.exec(second.said()) ?? [];
  expect(Number(answered)).toBeGreaterThan(800);
  expect(replayed).toBe(answered);
});
