import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { openDatabase } from '../database/database.js';
import { openLog } from '../http/operations/log.js';
import { PlainError } from '../plain-error.js';
import { readSettings, type Settings } from '../settings.js';
import { refuseLostKeys } from './lost-keys.js';

export interface RunningService {
  /** where it listens, with the port that was taken if PORT was 0 */
  readonly url: string;
  /** the database it uses, the embedded one included */
  readonly databaseUrl: string;
  /**
   * Takes no new request, finishes those that run, then closes the writers, the views and their connections, and the
   * embedded PostgreSQL last. Calling it again waits for the same end.
   */
  stop(): Promise<void>;
}

// Longer than a graceful stop takes; what hangs after it is ended by force, which the ledger survives.
const stopLimitMs = 60_000;
const repeatedWithinMs = 1_000;

export async function serve(settings: Settings): Promise<RunningService> {
  const logger = openLog(settings.logLevel);
  // Loading the application takes as long as starting PostgreSQL: both at once.
  const loading = import('../create-app.js');
  const database = await openDatabase({ ...settings, log: (message) => logger.info(message) });
  const cleanUp = [() => database.close()];
  try {
    await refuseLostKeys(settings, database.url, (message) => logger.warn(message));
    const { createApp } = await loading;
    const app = await createApp({ ...settings, databaseUrl: database.url });
    cleanUp.unshift(() => app.close());
    await listen(app, settings);
    let stopped: Promise<void> | undefined;
    const stop = () => {
      stopped ??= inOrder(cleanUp);
      return stopped;
    };
    return { url: await app.getUrl(), databaseUrl: database.url, stop };
  } catch (error) {
    await inOrder(cleanUp);
    throw error;
  }
}

/** Does every step, also after one that failed, and then fails as that one did. */
async function inOrder(steps: (() => Promise<void>)[]): Promise<void> {
  const [step, ...rest] = steps;
  if (step !== undefined) await step().finally(() => inOrder(rest));
}

/** Runs the service as a program: until SIGTERM or SIGINT, with exit status 0 after a graceful stop. */
export async function runService(environment: NodeJS.ProcessEnv): Promise<void> {
  try {
    const settings = readSettings(environment);
    const starting = serve(settings);
    stopOnSignal(starting);
    console.error(`Mingzhang listens on ${(await starting).url} (Ctrl-C stops it)`);
  } catch (error) {
    console.error(error instanceof PlainError ? error.message : error);
    // Connections of a service that was half made would keep the process for a while.
    process.exit(1);
  }
}

/** Also while it starts: what is half started is started, then stopped, so that no PostgreSQL is left alone. */
export function stopOnSignal(starting: Promise<RunningService>): void {
  let firstAt: number | undefined;
  const stop = async (signal: NodeJS.Signals) => {
    if (firstAt !== undefined) {
      // npm passes on a signal that the terminal sent to all; a person's second Ctrl-C comes later.
      if (Date.now() - firstAt > repeatedWithinMs) process.exit(1);
      return;
    }
    firstAt = Date.now();
    setTimeout(() => {
      console.error(`Still not stopped ${stopLimitMs / 1000} s after ${signal}; ending by force.`);
      process.exit(1);
    }, stopLimitMs).unref();
    // Whoever started it tells why it did not start, and ends the process.
    const service = await starting.catch(() => undefined);
    if (service === undefined) return;
    try {
      await service.stop();
      process.exit(0);
    } catch (error) {
      console.error(error);
      process.exit(1);
    }
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

async function listen(app: NestFastifyApplication, { host, port }: Settings): Promise<void> {
  try {
    await app.listen(port, host);
  } catch (error) {
    throw asPlainError(error as NodeJS.ErrnoException, host, port);
  }
}

function asPlainError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const reasons: Record<string, string> = {
    EADDRINUSE: `is taken by another program; allowed: a free one, or 0 to let the system choose`,
    EACCES: `needs rights that this account does not have; allowed: a number from 1024 to 65535`,
  };
  const reason = reasons[error.code ?? ''];
  if (reason !== undefined)
    return new PlainError(`端口不可用 PORT is "${port}" on ${host}, which ${reason}`, { cause: error });
  if (error.code !== 'EADDRNOTAVAIL' && error.code !== 'ENOTFOUND') return error;
  return new PlainError(
    `地址不可用 HOST is "${host}", which is no address of this machine; allowed: one that is, or 0.0.0.0`,
    {
      cause: error,
    },
  );
}
