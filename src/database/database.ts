import { PlainError } from '../plain-error.js';
import { refuseWithoutCluster } from './embedded/cluster.js';
import { startEmbeddedPostgres, useEmbeddedPostgres } from './embedded-postgres.js';
import { hasLedger, migrate } from './migrate.js';
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

/** The same for a command that may run beside the service. */
export function openBesideService(options: DatabaseOptions): Promise<Database> {
  return open(options, useEmbeddedPostgres);
}

/** The same for a command that reads what is there: it makes no database, and no tables in one that is not ours. Error: PlainError. */
export async function joinDatabase(options: DatabaseOptions): Promise<Database> {
  if (options.databaseUrl === undefined) refuseWithoutCluster(options.dataDir);
  return open(options, useEmbeddedPostgres, refuseWithoutLedger);
}

async function refuseWithoutLedger(url: string): Promise<void> {
  if (await hasLedger(url)) return;
  throw new PlainError(
    '数据库中没有账本 DATABASE_URL (DATA_DIR) names a database that holds no ledger; ' +
      '可用 allowed: that of a service that was started before, or one that `npx mingzhang migrate` prepared',
  );
}

async function open(
  options: DatabaseOptions,
  startEmbedded: typeof startEmbeddedPostgres,
  inspect?: (url: string) => Promise<void>,
): Promise<Database> {
  const database = await reach(options, startEmbedded);
  try {
    await check(database.url, options.log);
    await inspect?.(database.url);
    for (const name of await migrate(database.url)) options.log(`ran the migration ${name}`);
    return database;
  } catch (error) {
    await database.close();
    throw isWithoutRights(error) ? new PlainError(`${WITHOUT_RIGHTS}: ${error.message}`, { cause: error }) : error;
  }
}

const WITHOUT_RIGHTS =
  'DATABASE_URL 的账户无权建表 names an account that may not prepare the database (可用 allowed: its owner, or one that may create in it)';

/** Insufficient privilege, and a transaction that may only read; of whichever driver runs the migrations. */
function isWithoutRights(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && (error.code === '42501' || error.code === '25006');
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
