import { rmSync } from 'node:fs';

export default async function globalTeardown() {
  const { dataDir, postgres } = globalThis.mingzhangTest;
  await postgres.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
