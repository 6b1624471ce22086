import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

const folder = fileURLToPath(new URL('../../migrations', import.meta.url));

// Any number will do, as long as every service asks for the same one.
const migrationLock = 6_401_2016;

/**
 * Brings a database to the present schema: the numbered files of migrations/, in order, each once, all in one
 * transaction. Services that start together wait for one another. Answers the names of the files it ran.
 */
export async function migrate(url: string): Promise<string[]> {
  const guard = new pg.Client({ connectionString: url });
  await guard.connect();
  try {
    await guard.query('select pg_advisory_lock($1)', [migrationLock]);
    const names = readdirSync(folder)
      .filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name))
      .sort();
    const done = await namesDone(guard);
    if (names.every((name) => done.has(name))) return [];
    // What runs them takes longer to load than to find that there is nothing to run.
    const { runMigrations } = await import('./run-migrations.js');
    return await runMigrations(url, folder, names);
  } finally {
    await guard.end();
  }
}

/** Whether the database was brought to the schema of any release. */
export async function hasLedger(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await isBegun(client);
  } finally {
    await client.end();
  }
}

async function isBegun(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ exists: boolean }>(`select to_regclass('migrations') is not null as exists`);
  return rows[0]?.exists === true;
}

async function namesDone(client: pg.Client): Promise<Set<string>> {
  if (!(await isBegun(client))) return new Set();
  const done = await client.query<{ name: string }>('select name from migrations');
  return new Set(done.rows.map(({ name }) => name));
}
