import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const program = join(import.meta.dirname, '../../dist/cli.js');

/** `mingzhang views follow` as a process of its own, to be killed and restarted. */
export class ViewWorkerProcess {
  private child: ChildProcess | undefined;

  constructor(private readonly environment: NodeJS.ProcessEnv) {}

  /** Resolves once it follows. */
  start(): Promise<void> {
    const env = { ...process.env, NODE_OPTIONS: '', LOG_LEVEL: 'error', ...this.environment };
    const child = spawn(process.execPath, [program, 'views', 'follow'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    this.child = child;
    return new Promise((started, failed) => {
      let told = '';
      child.stderr.on('data', (chunk: Buffer) => {
        told += chunk.toString();
        if (told.includes('follows every book')) started();
      });
      child.once('exit', (status) => failed(new Error(`the view worker ended with status ${status}: ${told}`)));
    });
  }

  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  stop(): Promise<void> {
    return this.end('SIGTERM');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill(signal);
    await ended;
  }
}
