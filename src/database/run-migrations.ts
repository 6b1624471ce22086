import { readFileSync } from 'node:fs';
import { Migration, Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/postgresql';
import { ormOptions } from './orm.js';

/** Runs those that have not run yet, in their order. Answers their names. */
export async function runMigrations(url: string, folder: string, names: readonly string[]): Promise<string[]> {
  const migrationsList = names.map((name) => ({
    name,
    class: migrationOf(readFileSync(`${folder}/${name}`, 'utf8')),
  }));
  const orm = await MikroORM.init(
    ormOptions(url, [], {
      extensions: [Migrator],
      pool: { min: 0, max: 2 },
      migrations: { tableName: 'migrations', snapshot: false, silent: true, migrationsList },
    }),
  );
  try {
    const done = await orm.migrator.up();
    return done.map(({ name }) => name);
  } finally {
    await orm.close();
  }
}

function migrationOf(sql: string) {
  return class extends Migration {
    up(): void {
      this.addSql(sql);
    }
  };
}
