import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadVaultKeys } from '../../src/vault/master-key.js';

let folder: string;
let vaultKeyFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mingzhang-vault-'));
  vaultKeyFile = join(folder, 'data', 'vault.key');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('is made on the first start, for its owner alone, and read on the next', () => {
  const first = loadVaultKeys({ vaultKeyFile });
  expect(statSync(vaultKeyFile).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(folder, 'data'))).toEqual(['vault.key']);
  expect(loadVaultKeys({ vaultKeyFile })).toEqual(first);
});

it('may come from the environment, and then no file is made', () => {
  loadVaultKeys({ vaultKeyFile });
  const vaultKey = Buffer.from(readFileSync(vaultKeyFile, 'utf8'), 'base64');
  const keys = loadVaultKeys({ vaultKeyFile });
  rmSync(vaultKeyFile);
  expect(loadVaultKeys({ vaultKey, vaultKeyFile })).toEqual(keys);
  expect(readdirSync(join(folder, 'data'))).toEqual([]);
});

it('gives each use a key of its own', () => {
  const { wrapping, index, fingerprint } = loadVaultKeys({ vaultKeyFile });
  expect(new Set([wrapping, index, fingerprint].map((key) => key.toString('hex'))).size).toBe(3);
});

it('is refused in words where the file holds something else', () => {
  vaultKeyFile = join(folder, 'vault.key');
  for (const content of ['', 'secret', Buffer.alloc(31).toString('base64'), `${Buffer.alloc(32).toString('hex')}`]) {
    writeFileSync(vaultKeyFile, content);
    expect(() => loadVaultKeys({ vaultKeyFile })).toThrow(
      /^VAULT_KEY_FILE .* does not hold a key; 可用 allowed: 32 bytes/,
    );
  }
  expect(() => loadVaultKeys({ vaultKeyFile: folder })).toThrow(/^VAULT_KEY_FILE .* cannot be read: EISDIR/);
});
