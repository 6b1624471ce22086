import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.js';
import { PATIENT_MS } from './patient.js';

const root = join(import.meta.dirname, '../..');

/** The built service as a process of its own, on the embedded PostgreSQL in a folder of its own, to be killed and restarted. */
export class ServiceProcess {
  private child: ChildProcess | undefined;
  private readonly said: Buffer[] = [];

  private constructor(
    private readonly environment: NodeJS.ProcessEnv,
    readonly url: string,
  ) {}

  static async on(dataDir: string, settings: NodeJS.ProcessEnv = {}): Promise<ServiceProcess> {
    const port = String(await freePort());
    const environment = {
      ...process.env,
      NODE_OPTIONS: '',
      DATA_DIR: dataDir,
      PORT: port,
      LOG_LEVEL: 'error',
      ...settings,
    };
    return new ServiceProcess(environment, `http://127.0.0.1:${port}`);
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [join(root, 'dist/main.js')], {
      env: this.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    child.stdout?.on('data', (chunk: Buffer) => this.said.push(chunk));
    let complaint = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      complaint += chunk.toString();
    });
    let hasEnded = false;
    // Later than its exit: all that it said has come by then.
    child.once('close', () => {
      hasEnded = true;
    });
    const end = Date.now() + PATIENT_MS;
    while (!(await this.isReady())) {
      if (hasEnded) throw new Error(`the service ended with status ${child.exitCode}: ${complaint}`);
      if (Date.now() > end) throw new Error(`the service does not become ready: ${complaint}`);
      await sleep(50);
    }
  }

  /** As a crash does: nothing is finished, nothing is closed, and its PostgreSQL is left an orphan. */
  async kill(): Promise<void> {
    const { child } = this;
    if (child === undefined) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await ended;
  }

  /** Resolves with the exit status. */
  async stop(): Promise<number | null> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const ended = new Promise<number | null>((done) => child.once('exit', done));
    child.kill('SIGTERM');
    return ended;
  }

  /** All that it has written to its log. */
  log(): string {
    return Buffer.concat(this.said).toString();
  }

  /** What `mingzhang` prints beside it, in the same folder, and its exit status. */
  command(...args: string[]): { status: number | null; said: string } {
    const run = spawnSync(process.execPath, [join(root, 'dist/cli.js'), ...args], {
      env: this.environment,
      encoding: 'utf8',
    });
    return { status: run.status, said: run.stdout === '' ? run.stderr : run.stdout };
  }

  token(role: string, divisions: string): string {
    const { status, said } = this.command('token', '--role', role, '--divisions', divisions, '--subject', `${role}-01`);
    if (status !== 0) throw new Error(said);
    return said.trim();
  }

  private isReady(): Promise<boolean> {
    return fetch(`${this.url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}
