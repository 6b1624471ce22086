import { createApp } from './create-app.js';
import { openDatabase } from './database/database.js';
import { openLog } from './http/operations/log.js';
import { PlainError } from './plain-error.js';
import { readSettings, type Settings } from './settings.js';

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

export async function serve(settings: Settings): Promise<RunningService> {
  const logger = openLog(settings.logLevel);
  const log = (message: string) => logger.info(message);
  const database = await openDatabase({ ...settings, log });
  try {
    const app = await createApp({ ...settings, databaseUrl: database.url });
    await app.listen(settings.port, settings.host).catch((error) => {
      throw asPlainError(error, settings);
    });
    let stopped: Promise<void> | undefined;
    return {
      url: await app.getUrl(),
      databaseUrl: database.url,
      stop: () => {
        stopped ??= app.close().finally(() => database.close());
        return stopped;
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Runs the service as a program: until SIGTERM or SIGINT, with exit status 0 after a graceful stop. */
export async function runService(environment: NodeJS.ProcessEnv): Promise<void> {
  try {
    const settings = readSettings(environment);
    const service = await serve(settings);
    console.error(`Mingzhang listens on ${service.url} (Ctrl-C stops it)`);
    stopOnSignal(service);
  } catch (error) {
    console.error(error instanceof PlainError ? error.message : error);
    process.exitCode = 1;
  }
}

export function stopOnSignal(service: RunningService): void {
  const stop = async (signal: NodeJS.Signals) => {
    // A second signal does not wait: Node's own handling of it ends the process.
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.removeAllListeners(name);
    setTimeout(() => {
      console.error(`Still not stopped ${stopLimitMs / 1000} s after ${signal}; ending by force.`);
      process.exit(1);
    }, stopLimitMs).unref();
    try {
      await service.stop();
      process.exit(0);
    } catch (error) {
      console.error(error);
      process.exit(1);
    }
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

function asPlainError(error: NodeJS.ErrnoException, { host, port }: Settings): Error {
  const reasons: Record<string, string> = {
    EADDRINUSE: `is taken by another program; allowed: a free one, or 0 to let the system choose`,
    EACCES: `needs rights that this account does not have; allowed: a number from 1024 to 65535`,
  };
  const reason = reasons[error.code ?? ''];
  if (reason !== undefined) return new PlainError(`PORT is "${port}" on ${host}, which ${reason}`, { cause: error });
  if (error.code !== 'EADDRNOTAVAIL' && error.code !== 'ENOTFOUND') return error;
  return new PlainError(`HOST is "${host}", which is no address of this machine; allowed: one that is, or 0.0.0.0`, {
    cause: error,
  });
}
