import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../scripts/test.mjs', import.meta.url));
const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function runTests(files: Record<string, string>): { status: number | null; lastLine: string | undefined } {
  const rootDir = mkdtempSync(join(tmpdir(), 'mingzhang-closing-'));
  folders.push(rootDir);
  writeFileSync(join(rootDir, 'package.json'), '{}');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(rootDir, name), text);
  const config = JSON.stringify({ rootDir, testMatch: ['**/*.test.js'], transform: {} });
  const { status, stdout } = spawnSync(process.execPath, [script, '--config', config], { encoding: 'utf8' });
  return { status, lastLine: stdout.trimEnd().split('\n').at(-1) };
}

describe('npm test', () => {
  it('closes with the number of tests that passed and failed', () => {
    expect(runTests({ 'a.test.js': "it('a', () => {}); it('b', () => {});" })).toEqual({
      status: 0,
      lastLine: '2 passed, 0 failed',
    });
  });

  it('counts failures, skipped tests, and a file that cannot be run, and ends with 1', () => {
    const files = {
      'a.test.js': "it('a', () => {}); it('b', () => { throw new Error('no'); }); it.skip('c', () => {});",
      'b.test.js': "throw new Error('broken');",
    };
    expect(runTests(files)).toEqual({ status: 1, lastLine: '1 passed, 2 failed, 1 skipped' });
  });

  it('takes a run without tests for a failure', () => {
    expect(runTests({}).status).toBe(1);
  });
});
