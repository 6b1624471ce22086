import { startEmbeddedPostgres, useEmbeddedPostgres } from './embedded-postgres.js';
import { migrate } from './migrate.js';
import { checkServer, openPool } from './pool.js';

export interface Database {
  readonly url: string;
  /** Ends what was started for it; an outside server, or one that another service runs, is left alone. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly databaseUrl?: string;
  readonly dataDir: string;
  readonly log: (message: string) => void;
}

/**
 * The service's database, with every migration run: on the server that DATABASE_URL names, or on the embedded one,
 * which the service then holds.
 */
export function openDatabase(options: DatabaseOptions): Promise<Database> {
  return open(options, startEmbeddedPostgres);
}

/** The same database for a command that may run beside the service. */
export function joinDatabase(options: DatabaseOptions): Promise<Database> {
  return open(options, useEmbeddedPostgres);
}

async function open(options: DatabaseOptions, startEmbedded: typeof startEmbeddedPostgres): Promise<Database> {
  const database = await reach(options, startEmbedded);
  try {
    await check(database.url, options.log);
    for (const name of await migrate(database.url)) options.log(`ran the migration ${name}`);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function reach(
  { databaseUrl, dataDir, log }: DatabaseOptions,
  startEmbedded: typeof startEmbeddedPostgres,
): Promise<Database> {
  if (databaseUrl !== undefined) return { url: databaseUrl, close: async () => undefined };
  const postgres = await startEmbedded({ dataDir, log });
  return { url: postgres.url, close: () => postgres.stop() };
}

async function check(url: string, log: (message: string) => void): Promise<void> {
  const pool = openPool(url, 1, log);
  try {
    await checkServer(pool);
  } finally {
    await pool.end();
  }
}
