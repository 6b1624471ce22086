import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkpointText } from '../../src/log/checkpoint.js';
import { leafHash } from '../../src/log/hash.js';
import { readOrMakeLogKey } from '../../src/log/log-key.js';
import { tlogProofText } from '../../src/log/tlog-proof.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mingzhang-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function mingzhang(...args: string[]) {
  const cli = join(import.meta.dirname, '../../dist/cli.js');
  const env = { PATH: process.env.PATH, DATA_DIR: folder };
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('mingzhang log-key rotate makes a new key of the same name and keeps the old one', () => {
  const none = mingzhang('log-key', 'rotate');
  expect([none.status, none.stderr]).toEqual([1, expect.stringContaining('the first start makes it')]);
  const file = join(folder, 'log.key');
  const before = readOrMakeLogKey(file, 'https://ledger.example');
  const { status, stdout } = mingzhang('log-key', 'rotate');
  const after = readOrMakeLogKey(file, 'https://ledger.example');
  expect(status).toBe(0);
  for (const told of [before.vkey, after.vkey, `${file}.${before.vkey.split('+')[1]}`]) expect(stdout).toContain(told);
  // PRIVATE+KEY+name+id+secret, which may have a plus of its own.
  const secret = readFileSync(file, 'utf8').trim().split('+').slice(4).join('+');
  expect(secret).toMatch(/^[A-Za-z0-9+/=]{40,}$/);
  expect(stdout).not.toContain(secret);
});

test('mingzhang verify-receipt tells what a receipt proves, and what not', () => {
  const signer = readOrMakeLogKey(join(folder, 'log.key'), 'https://ledger.example');
  const entry = '{"book":"640121","seq":0}';
  const [root, path] = [leafHash(entry), (name: string) => join(folder, name)];
  const checkpoint = signer.sign(checkpointText({ origin: 'ledger.example/log/640121', size: 1, root }));
  const receipt = { book: '640121', seq: 0, leafHash: root.toString('base64'), checkpoint, proof: [] };
  writeFileSync(path('entry'), `${entry}\n`);
  writeFileSync(path('receipt.json'), JSON.stringify(receipt));
  writeFileSync(path('0.tlog-proof'), tlogProofText(receipt));
  for (const file of ['receipt.json', '0.tlog-proof']) {
    const { status, stdout } = mingzhang('verify-receipt', path(file), '--key', signer.vkey, '--entry', path('entry'));
    expect([status, stdout]).toEqual([0, expect.stringContaining('is number 0 of book 640121')]);
  }
  writeFileSync(path('entry'), `${entry.replace('0}', '0 }')}\n`);
  const changed = mingzhang('verify-receipt', path('receipt.json'), '--key', signer.vkey, '--entry', path('entry'));
  expect([changed.status, changed.stderr]).toEqual([1, expect.stringContaining('is not that of the entry')]);
  for (const [file, said] of [
    ['entry', 'a receipt has a book'],
    ['none', 'cannot be read'],
    ['0.tlog-proof', 'give the entry too'],
  ] as const) {
    const { status, stderr } = mingzhang('verify-receipt', path(file), '--key', signer.vkey);
    expect([status, stderr]).toEqual([1, expect.stringContaining(said)]);
  }
  const stranger = mingzhang('verify-receipt', path('0.tlog-proof'), '--key', signer.vkey, '--entry', path('entry'));
  expect(stranger.stderr).toMatch(/证明不了什么 proves nothing: 检查点所签的 1 笔中,第 0 号不是这一笔 no entry 0/);
  const keyless = mingzhang('verify-receipt', path('receipt.json'), '--key', 'nonsense');
  expect([keyless.status, keyless.stderr]).toEqual([1, expect.stringContaining('not a verifier key')]);
});
