import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { submissionText } from '../../src/log/add-checkpoint.js';
import { parseCheckpoint } from '../../src/log/checkpoint.js';
import { parseCosignatureVerifier } from '../../src/log/cosignature.js';
import { parseNote } from '../../src/log/note.js';
import { TestLog } from '../support/test-log.js';
import { until } from '../support/until.js';

const BOOK = '640121';
const cli = join(import.meta.dirname, '../../dist/cli.js');

let folder: string;
let log: TestLog;
let url: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mingzhang-witness-'));
  log = new TestLog(BOOK);
  log.entries = ['a', 'b', 'c'];
  url = await log.listen();
});

afterEach(async () => {
  await log.close();
  rmSync(folder, { recursive: true, force: true });
});

const args = (...more: string[]) => [
  ...[cli, 'witness', '--log', url, '--name', 'witness.example/w1', '--key', join(folder, 'witness.key')],
  ...['--state', join(folder, 'state'), ...more],
];

function runOnce(...more: string[]): Promise<{ status: number; out: string; complaints: string }> {
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      args('--once', ...more),
      { env: plainEnvironment() },
      (_, out, complaints) => done({ status: child.exitCode ?? -1, out, complaints }),
    );
  });
}

const plainEnvironment = () => ({ ...process.env, NODE_OPTIONS: '' });

test('one round makes a key, keeps the log’s keys, and fails once the log was rewritten', async () => {
  const first = await runOnce('--book', BOOK);
  expect(first).toMatchObject({ status: 0, out: expect.stringContaining('This witness is witness.example/w1+') });
  expect(first.complaints).toContain(log.signer.vkey);
  expect(statSync(join(folder, 'witness.key')).mode & 0o777).toBe(0o600);
  log.entries.push('d');
  expect(await runOnce()).toMatchObject({ status: 0, out: first.out, complaints: '' });
  log.entries.splice(2, 1, 'x');
  const last = await runOnce();
  expect(last).toMatchObject({ status: 1, complaints: expect.stringContaining(`REFUSED: book ${BOOK}`) });
  const file = /is in (\S+)/.exec(last.complaints)?.[1] ?? '';
  expect(existsSync(file)).toBe(true);
});

test('one round fails where the log does not answer or signs with another key', async () => {
  expect((await runOnce('--book', '640122')).status).toBe(1);
  expect((await runOnce('--book', BOOK)).status).toBe(0);
  Object.assign(log, { signer: new TestLog(BOOK).signer });
  expect(await runOnce()).toMatchObject({ status: 1, complaints: expect.stringContaining('no signature') });
  expect((await runOnce('--log-key', log.signer.vkey)).status).toBe(0);
});

test('a log that does not answer at the first contact is told in words, in both languages', async () => {
  await log.close();
  const { status, complaints } = await runOnce('--book', BOOK);
  expect([status, complaints]).toEqual([
    1,
    expect.stringMatching(/^http\S+\/log\/keys 没有回应 does not answer: .+\n$/),
  ]);
});

test('it takes submissions until it is stopped, and nobody else uses its folder meanwhile', async () => {
  const child = spawn(process.execPath, args('--port', '0', '--interval', '1'), { env: plainEnvironment() });
  const ended = new Promise<number | null>((done) => child.once('exit', done));
  let out = '';
  const setting = await new Promise<string>((done) =>
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const [, found] = /WITNESSES="(.+)"/.exec(out) ?? [];
      if (found !== undefined) done(found);
    }),
  );
  const [vkey = '', prefix] = setting.split(' ');
  const submission = submissionText({ oldSize: 0, proof: [], note: log.checkpoint() });
  const answer = await fetch(`${prefix}/add-checkpoint`, { method: 'POST', body: submission });
  const line = await answer.text();
  expect(parseCosignatureVerifier(vkey).cosignedAt(parseNote(log.checkpoint() + line))).toBeGreaterThan(1.6e9);
  for (const [path, init, status] of [
    ['/add-checkpoint', { method: 'GET' }, 405],
    ['/other', { method: 'POST', body: submission }, 404],
    ['/add-checkpoint', { method: 'POST', body: 'x'.repeat(70_000) }, 413],
    ['/add-checkpoint', { method: 'POST', body: Buffer.from('c0c1', 'hex') }, 400],
    ['/add-checkpoint', { method: 'POST', body: submission }, 409],
  ] as const) {
    expect((await fetch(prefix + path, init)).status).toBe(status);
  }
  expect(await runOnce('--book', BOOK)).toMatchObject({ status: 1, complaints: expect.stringContaining('is in use') });
  log.entries.push('d', 'e');
  // It asks the log itself, every second here.
  const seen = () => parseCheckpoint(readFileSync(join(folder, 'state', `${BOOK}.checkpoint`), 'utf8')).size;
  await until(() => seen() === 5);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect((await runOnce()).status).toBe(0);
});

test('a key that is none is told', async () => {
  expect((await runOnce()).complaints).toContain('name each with --book');
  expect((await runOnce('--book', BOOK)).status).toBe(0);
  writeFileSync(join(folder, 'witness.key'), 'x');
  expect(await runOnce()).toMatchObject({
    status: 1,
    complaints: expect.stringContaining('holds no key of a witness'),
  });
});
