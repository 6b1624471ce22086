import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '../../src/database/database.js';
import { until } from '../support/until.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
let dataDir: string;

let used: string;

beforeAll(async () => {
  used = mkdtempSync(join(tmpdir(), 'mingzhang-service-'));
  chmodSync(used, 0o755);
  await (await openDatabase({ dataDir: used, log: () => undefined })).close();
});

afterAll(() => rmSync(used, { recursive: true, force: true }));

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'mingzhang-service-'));
  chmodSync(dataDir, 0o755);
  // A copy of what a first start makes, for speed.
  cpSync(join(used, 'postgres'), join(dataDir, 'postgres'), { recursive: true });
});

const programs: Program[] = [];

afterEach(async () => {
  // Only a failed test leaves one running.
  for (const { child, ended } of programs.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await ended;
  }
  rmSync(dataDir, { recursive: true, force: true });
});

interface Program {
  readonly child: ChildProcess;
  readonly said: () => string;
  readonly ended: Promise<number | null>;
}

function run(command: string, args: string[], environment: Record<string, string> = {}): Program {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', DATA_DIR: dataDir, ...environment };
  const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  const hear = (data: Buffer) => {
    text += data.toString('utf8');
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const program = {
    child,
    said: () => text,
    ended: once(child, 'close').then(([status]) => status as number | null),
  };
  programs.push(program);
  return program;
}

const main = (environment?: Record<string, string>) => run(process.execPath, ['dist/main.js'], environment);

async function listening({ child, said }: Program): Promise<string> {
  for (;;) {
    const url = /listens on (\S+)/.exec(said())?.[1];
    if (url !== undefined) return url;
    if (child.exitCode !== null) throw new Error(said());
    await sleep(20);
  }
}

function postmasterPid(): number {
  return Number(readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);
}

function runs(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
}

describe('the service', () => {
  it('starts by npm start, answers, and stops with everything that it started', async () => {
    rmSync(join(dataDir, 'postgres'), { recursive: true });
    const program = run('npm', ['start']);
    const url = await listening(program);
    await until(async () => (await fetch(`${url}/health/ready`)).status === 200);
    const postgres = postmasterPid();
    program.child.kill('SIGTERM');
    await program.ended;
    await expect(fetch(url)).rejects.toThrow();
    expect(runs(postgres)).toBe(false);
    expect(existsSync(join(dataDir, 'postgres/postmaster.pid'))).toBe(false);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends with 0 on %s, also when it comes twice', async (signal) => {
    const program = main();
    await listening(program);
    const postgres = postmasterPid();
    program.child.kill(signal);
    program.child.kill(signal);
    expect(await program.ended).toBe(0);
    expect(runs(postgres)).toBe(false);
  });

  it('ends in order when the signal comes while it starts', async () => {
    const program = main();
    await until(() => existsSync(join(dataDir, 'postgres/postmaster.pid')));
    program.child.kill('SIGTERM');
    expect(await program.ended).toBe(0);
    expect(existsSync(join(dataDir, 'postgres/postmaster.pid'))).toBe(false);
  });

  it('tells every mistake in the configuration and touches nothing', async () => {
    const untouched = join(dataDir, 'new');
    const program = main({ PORT: '99999', EVENT_STORE: 'paper', DATA_DIR: untouched });
    expect(await program.ended).toBe(1);
    expect(program.said()).toBe(
      '设置有误 The configuration is wrong:\n' +
        '  PORT 有误 is "99999"; 可用 allowed: 0 至 65535 的整数 a whole number from 0 to 65535\n' +
        '  EVENT_STORE 有误 is "paper"; 可用 allowed: postgres, eventstoredb\n',
    );
    expect(existsSync(untouched)).toBe(false);
  });

  it('names PORT when another program has it, and leaves no PostgreSQL behind', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const program = main({ PORT: String(port) });
    expect(await program.ended).toBe(1);
    expect(program.said()).toContain(`PORT is "${port}" on 127.0.0.1, which is taken by another program; allowed: `);
    expect(existsSync(join(dataDir, 'postgres/postmaster.pid'))).toBe(false);
    other.close();
  });

  it('says plainly that an outside database cannot be reached', async () => {
    const program = main({ DATABASE_URL: 'postgresql://ledger:hunter2@127.0.0.1:1/ledger' });
    expect(await program.ended).toBe(1);
    expect(program.said()).toContain('The database cannot be reached: ');
    expect(program.said()).not.toContain('hunter2');
    expect(program.said()).not.toContain('    at ');
  });
});

describe('the command', () => {
  const command = (...args: string[]) => run(process.execPath, ['scripts/mingzhang.mjs', ...args]);

  it('lists what it can do', async () => {
    const program = command('--help');
    expect(await program.ended).toBe(0);
    for (const name of ['serve', 'demo', 'migrate', 'token', 'views', 'export', 'replay']) {
      expect(program.said()).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
    }
  });

  it('refuses what it does not know', async () => {
    const program = command('dance');
    expect(await program.ended).toBe(1);
    expect(program.said()).toContain("unknown command 'dance'");
  });

  it('prints a token of the local key that the service accepts', async () => {
    const token = command('token', '--role', 'clerk', '--divisions', '6401', '--subject', 'clerk-07');
    expect(await token.ended).toBe(0);
    const program = main();
    const url = await listening(program);
    const headers = { authorization: `Bearer ${token.said().trim()}` };
    expect((await fetch(`${url}/v1/books`, { headers })).status).toBe(200);
    expect((await fetch(`${url}/v1/books`)).status).toBe(401);
    program.child.kill('SIGTERM');
    expect(await program.ended).toBe(0);
  });

  it('migrates beside a running service', async () => {
    const program = main();
    await listening(program);
    const migrate = command('migrate');
    expect(await migrate.ended).toBe(0);
    expect(migrate.said()).toContain('The schema is the present one.');
    program.child.kill('SIGTERM');
    expect(await program.ended).toBe(0);
  });
});
