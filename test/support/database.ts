import { randomBytes } from 'node:crypto';
import pg from 'pg';

const OBJECT_IN_USE = '55006';

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** A database of the caller's own with every migration run, copied from the template. */
export async function cloneDatabase(): Promise<TestDatabase> {
  const template = process.env.MINGZHANG_TEST_TEMPLATE;
  if (template === undefined) throw new Error('MINGZHANG_TEST_TEMPLATE is not set: run this through Jest');
  return copy(template);
}

/** A copy of a database as it is now, to which nobody may be connected. */
export function copyDatabase({ url }: TestDatabase): Promise<TestDatabase> {
  return copy(url);
}

/** File by file: page by page through the log, which is PostgreSQL's own way, is three times the work. */
async function copy(template: string): Promise<TestDatabase> {
  const source = new URL(template).pathname.slice(1);
  const name = `test_${randomBytes(6).toString('hex')}`;
  await whileInUse(() => administer(template, `create database ${name} template ${source} strategy file_copy`));
  return {
    url: withDatabase(template, name),
    drop: () => administer(template, `drop database ${name} with (force)`),
  };
}

/** Sessions end a moment after their connections, on a busy machine later than PostgreSQL waits for them by itself. */
async function whileInUse(make: () => Promise<void>): Promise<void> {
  for (let isMade = false; !isMade; ) {
    isMade = await make().then(
      () => true,
      (error: { code?: string }) => {
        if (error.code === OBJECT_IN_USE) return false;
        throw error;
      },
    );
  }
}

async function administer(template: string, statement: string): Promise<void> {
  // PostgreSQL copies a database only while nobody is connected to it.
  const client = new pg.Client({ connectionString: withDatabase(template, 'postgres') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
