import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Migration, Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/postgresql';
import pg from 'pg';
import { ormOptions } from './orm.js';

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
    return await runPending(url);
  } finally {
    await guard.end();
  }
}

async function runPending(url: string): Promise<string[]> {
  const orm = await MikroORM.init(
    ormOptions(url, [], {
      extensions: [Migrator],
      pool: { min: 0, max: 2 },
      migrations: { tableName: 'migrations', snapshot: false, silent: true, migrationsList: readMigrations() },
    }),
  );
  try {
    const done = await orm.migrator.up();
    return done.map(({ name }) => name);
  } finally {
    await orm.close();
  }
}

function readMigrations() {
  return readdirSync(folder)
    .filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name))
    .sort()
    .map((name) => ({ name, class: migrationOf(readFileSync(`${folder}/${name}`, 'utf8')) }));
}

function migrationOf(sql: string) {
  return class extends Migration {
    up(): void {
      this.addSql(sql);
    }
  };
}
