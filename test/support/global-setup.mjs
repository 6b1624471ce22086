import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildIfNeeded } from '../../scripts/setup/build.mjs';

/** One PostgreSQL for the whole run, with every migration in a template that the test files clone. */
export default async function globalSetup() {
  await buildIfNeeded(fileURLToPath(new URL('../..', import.meta.url)));
  const { startEmbeddedPostgres } = await import('../../dist/database/embedded-postgres.js');
  const { migrate } = await import('../../dist/database/migrate.js');
  const dataDir = mkdtempSync(join(tmpdir(), 'mingzhang-test-'));
  chmodSync(dataDir, 0o755);
  const postgres = await startEmbeddedPostgres({ dataDir, log: (message) => console.error(message) });
  globalThis.mingzhangTest = { dataDir, postgres };
  try {
    await migrate(postgres.url);
  } catch (error) {
    await (await import('./global-teardown.mjs')).default();
    throw error;
  }
  // The workers start after this and inherit it.
  process.env.MINGZHANG_TEST_TEMPLATE = postgres.url;
}
