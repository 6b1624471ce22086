import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../scripts/test.mjs', import.meta.url));
const native = (name: string) => fileURLToPath(new URL(`../support/native/${name}.mjs`, import.meta.url));
const IN_NODE = { testRunner: native('runner'), testEnvironment: native('environment'), maxWorkers: 2 };
const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

interface Run {
  status: number | null;
  lastLine: string | undefined;
}

function runTests(files: Record<string, string>, settings: object = IN_NODE, told: string[] = []): Run {
  const rootDir = mkdtempSync(join(tmpdir(), 'mingzhang-closing-'));
  folders.push(rootDir);
  writeFileSync(join(rootDir, 'package.json'), '{}');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(rootDir, name), text);
  const config = JSON.stringify({ rootDir, testMatch: ['**/*.test.{js,mjs}'], transform: {}, ...settings });
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--config', config], {
    cwd: tmpdir(),
    encoding: 'utf8',
  });
  told.push(stderr);
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

  it('counts as a failure whatever keeps a file from being loaded, or a test from coming to its end', () => {
    const files = {
      'good.test.mjs': "it('a', () => {});",
      'syntax.test.mjs': "it('a', () => { const = 1; });",
      'nowhere.test.mjs': "import './nowhere.mjs'; it('a', () => {});",
      'no-such-name.test.mjs': "import { nothing } from 'node:fs'; it('a', () => {});",
      'empty.test.mjs': '',
      'unhandled.test.mjs': "it('a', async () => { void Promise.reject(new Error('no')); await fetch('data:,'); });",
      'uncaught.test.mjs': "it('a', () => new Promise((end) => setTimeout(() => setTimeout(end, 50) && no(), 0)));",
      'unhandled-at-the-end.test.mjs': "it('a', () => { void Promise.reject(new Error('no')); });",
      'endless.test.mjs': "it('a', () => new Promise(() => {}), 50);",
      'unasserted.test.mjs': "it('a', () => expect.assertions(1));",
      'exits.test.mjs': "it('a', () => process.exit(0));",
      'killed.test.mjs': "it('a', () => process.kill(process.pid, 'SIGKILL'));",
    };
    expect(runTests(files)).toEqual({ status: 1, lastLine: '1 passed, 11 failed' });
  });

  it('names the file that left behind what fails another one', () => {
    // Whichever comes first leaves it, and the other one waits for it.
    const file = `it('a', () => {
      if (globalThis.left) return new Promise((end) => (globalThis.wait = end));
      globalThis.left = setInterval(() => {
        if (globalThis.wait === undefined) return;
        clearInterval(globalThis.left);
        setImmediate(globalThis.wait);
        throw new Error('late');
      }, 5);
    });`;
    const told: string[] = [];
    const files = { 'one.test.mjs': file, 'two.test.mjs': file };
    expect(runTests(files, { ...IN_NODE, maxWorkers: 1 }, told)).toMatchObject({ status: 1 });
    const [, failed, blamed] =
      /FAIL \S*?(one|two)\.test[\s\S]*Left behind by \S*(one|two)\.test\.mjs.*late/.exec(`${told}`) ?? [];
    expect([failed, blamed].sort()).toEqual(['one', 'two']);
  });

  it('puts back what a file changed in the process before the next one', () => {
    const file = `it('a', () => {
      expect([process.env.LEFT, Date.now() > 1, process.cwd()]).toEqual([undefined, true, ${JSON.stringify(tmpdir())}]);
      process.env.LEFT = 'yes';
      process.exitCode = 3;
      process.chdir('/');
      jest.useFakeTimers();
      jest.spyOn(Date, 'now').mockReturnValue(1);
    });`;
    const files = { 'one.test.mjs': file, 'two.test.mjs': file };
    expect(runTests(files, { ...IN_NODE, maxWorkers: 1 })).toEqual({ status: 0, lastLine: '2 passed, 0 failed' });
  });
});
