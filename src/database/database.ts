import { startEmbeddedPostgres, useEmbeddedPostgres } from './embedded-postgres.js';

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

/** The service's database: the server that DATABASE_URL names, or the embedded one, which the service then holds. */
export function openDatabase(options: DatabaseOptions): Promise<Database> {
  return open(options, startEmbeddedPostgres);
}

/** The same database for a command that may run beside the service. */
export function joinDatabase(options: DatabaseOptions): Promise<Database> {
  return open(options, useEmbeddedPostgres);
}

async function open(
  { databaseUrl, dataDir, log }: DatabaseOptions,
  embedded: typeof startEmbeddedPostgres,
): Promise<Database> {
  if (databaseUrl !== undefined) return { url: databaseUrl, close: async () => undefined };
  const postgres = await embedded({ dataDir, log });
  return { url: postgres.url, close: () => postgres.stop() };
}
