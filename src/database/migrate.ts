import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { PlainError } from '../plain-error.js';

const folder = fileURLToPath(new URL('../../migrations', import.meta.url));

// Any number will do, as long as every service asks for the same one.
const migrationLock = 6_401_2016;

/**
 * Brings a database to the present schema: the numbered files of migrations/, in order, each once, all in one
 * transaction. Services that start together wait for one another. Answers the names of the files it ran.
 * Error: PlainError, where a later release was here.
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
    refuseNewer(done, names);
    if (names.every((name) => done.has(name))) return [];
    // What runs them takes longer to load than to find that there is nothing to run.
    const { runMigrations } = await import('./run-migrations.js');
    return await runMigrations(url, folder, names);
  } finally {
    await guard.end();
  }
}

/** This release knows nothing of tables that a later one changed: its views would fail, at each book that it follows. */
function refuseNewer(done: ReadonlySet<string>, ours: readonly string[]): void {
  const latest = ours.at(-1) ?? '';
  const later = [...done].filter((name) => name > latest).sort();
  if (later.length === 0) return;
  throw new PlainError(
    `DATABASE_URL (DATA_DIR): 数据库已由更新的版本升级 A later release of Mingzhang brought the database to ${later.at(-1)}; this one knows ${latest}; ` +
      '可用 allowed: that release or a later one',
  );
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
