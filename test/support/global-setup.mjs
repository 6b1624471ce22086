import { fileURLToPath } from 'node:url';
import { buildIfNeeded } from '../../scripts/setup/build.mjs';
import { startSharedPostgres } from './shared-postgres.mjs';

/** One PostgreSQL for the whole run, with every migration in a template that the test files clone. */
export default async function globalSetup() {
  await buildIfNeeded(fileURLToPath(new URL('../..', import.meta.url)));
  const { migrate } = await import('../../dist/database/migrate.js');
  const postgres = await startSharedPostgres();
  globalThis.mingzhangTest = { postgres };
  try {
    await migrate(postgres.url);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  // The workers start after this and inherit it.
  process.env.MINGZHANG_TEST_TEMPLATE = postgres.url;
}
