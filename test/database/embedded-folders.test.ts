import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '../../src/database/embedded-postgres.js';
import { ask, end, newFolder, removeFolders, startService } from '../support/embedded.js';

const isRoot = process.getuid?.() === 0;
const asRoot = isRoot ? it : it.skip;
// Another account's program must be able to reach our Node and our code.
const asRootForAnother = isRoot && isOpenToOthers(fileURLToPath(new URL('../..', import.meta.url))) ? it : it.skip;

function isOpenToOthers(folder: string): boolean {
  return (statSync(folder).mode & 0o001) !== 0 && (dirname(folder) === folder || isOpenToOthers(dirname(folder)));
}

afterAll(removeFolders);

describe('the embedded PostgreSQL', () => {
  it('starts in a folder too deep for a socket, and cleans up after itself', async () => {
    const dataDir = join(newFolder(), 'a'.repeat(60), 'b'.repeat(60));
    const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined });
    expect(await ask(postgres.url, 'select 1')).toBe(1);
    const socket = decodeURIComponent(new URL(postgres.url).hostname);
    expect(socket).not.toContain('aaa');
    await postgres.stop();
    expect(existsSync(socket)).toBe(false);
  });

  it('does not touch a folder that is not its own, and says what PostgreSQL said', async () => {
    const dataDir = newFolder();
    mkdirSync(join(dataDir, 'postgres'));
    writeFileSync(join(dataDir, 'postgres/letters.txt'), 'mine');
    await expect(startEmbeddedPostgres({ dataDir, log: () => undefined })).rejects.toThrow(
      'is neither empty nor a data folder of PostgreSQL; nothing was touched.',
    );
    writeFileSync(join(dataDir, 'postgres/PG_VERSION'), '12\n');
    await expect(startEmbeddedPostgres({ dataDir, log: () => undefined })).rejects.toThrow('belong to PostgreSQL 12');
    writeFileSync(join(dataDir, 'postgres/PG_VERSION'), '18\n');
    await expect(startEmbeddedPostgres({ dataDir, log: () => undefined })).rejects.toThrow(
      /PostgreSQL did not start on .*It said:\n.*could not access/s,
    );
    expect(readFileSync(join(dataDir, 'postgres/letters.txt'), 'utf8')).toBe('mine');
  });

  asRoot('runs under a folder that others cannot enter', async () => {
    const home = newFolder(0o700);
    const dataDir = join(home, 'checkout', '.data');
    const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined });
    expect(await ask(postgres.url, 'select 1')).toBe(1);
    await postgres.stop();
  });

  asRoot('follows a folder that is closed and opened between two starts', async () => {
    const home = newFolder(0o755);
    const dataDir = join(home, 'data');
    for (const mode of [0o755, 0o700, 0o755]) {
      chmodSync(home, mode);
      const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined });
      expect(await ask(postgres.url, 'select 1')).toBe(1);
      await postgres.stop();
    }
  });

  asRootForAnother("runs as the owner of an ordinary user's folder, who can then run it himself", async () => {
    const home = newFolder(0o755);
    chownSync(home, 65534, 65534);
    const dataDir = join(home, 'data');
    mkdirSync(dataDir);
    chownSync(dataDir, 65534, 65534);
    const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined });
    await ask(postgres.url, 'create table kept as select 1 as n');
    expect(statSync(join(dataDir, 'postgres')).uid).toBe(65534);
    await postgres.stop();
    rmSync(join(dataDir, 'postgres.log'));
    const user = await startService(dataDir, { uid: 65534, gid: 65534 });
    expect(await ask(user.url, 'select n from kept')).toBe(1);
    await end(user.child, 'SIGTERM');
  });

  asRootForAnother('runs for an ordinary user in a closed home of his own', async () => {
    const home = newFolder(0o700);
    chownSync(home, 65534, 65534);
    const { child, url } = await startService(join(home, 'data'), { uid: 65534, gid: 65534 });
    expect(await ask(url, 'select 1')).toBe(1);
    await end(child, 'SIGTERM');
  });
});
