import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BookEvent } from '../../src/domain/event.js';
import { newUuid } from '../../src/new-uuid.js';
import { COUNTY, countyHistory, type SealedBook, sealedBook } from '../support/sealed-book.js';
import { LOG_KEY } from '../support/writers.js';

const program = fileURLToPath(new URL('../../scripts/mingzhang.mjs', import.meta.url));
let book: SealedBook;
let bundle: string;
let lines: string[];

beforeAll(async () => {
  book = await sealedBook(countyHistory(3, 100));
  bundle = await book.bundle('whole');
  lines = readFileSync(bundle, 'utf8').split('\n');
});

afterAll(() => book.close());

/** The program as it is installed, which audits in two threads. */
function verify(file: string, env = process.env): { status: number | null; said: string; answer: unknown } {
  const args = [program, 'verify', file, '--key', LOG_KEY.vkey, '--json'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
  return { status, said: stderr, answer: stdout === '' ? undefined : JSON.parse(stdout) };
}

function changed(isIt: (line: string) => boolean, change: (line: string) => string): string {
  const at = lines.findLastIndex(isIt);
  const file = `${book.folder}/changed`;
  writeFileSync(file, lines.with(at, change(lines[at] ?? '')).join('\n'));
  return file;
}

test('a bundle that is whole', () => {
  const { status, answer } = verify(bundle);
  expect([status, answer]).toEqual([
    0,
    expect.objectContaining({
      whole: true,
      book: COUNTY,
      size: 100,
      checkpoints: 15,
      keysGiven: true,
      published: expect.objectContaining({ balances: expect.any(Number), payouts: expect.any(Number) }),
    }),
  ]);
});

test.each<[string, string, (line: string) => string, object]>([
  ['a checkpoint', '{"checkpoint"', (line) => line.replace(/\\n100\\n/, '\\n101\\n'), { field: 'event', seq: 100 }],
  ['an entry', '{"actor"', (line) => line.replace('"version":1', '"version":2'), { field: 'version', seq: 99 }],
  [
    'a word of an entry',
    '{"actor"',
    (line) => line.replace('{"actor":"', '{"actor":"x'),
    { field: 'checkpoint', seq: 99 },
  ],
  [
    'a signature',
    '{"checkpoint"',
    (line) => line.replace(/(?<= [A-Za-z0-9+/]{20})./, (sign) => (sign === 'A' ? 'B' : 'A')),
    { field: 'checkpoint', seq: 99 },
  ],
  ['a balance', '{"balance"', (line) => line.replace(/"amount":"-?\d/, '"amount":"99'), { seq: 99 }],
])('%s that was changed is named', (_, begins, change, difference) => {
  const { status, answer } = verify(changed((line) => line.startsWith(begins), change));
  expect([status, answer]).toEqual([1, { whole: false, difference: expect.objectContaining(difference) }]);
});

test('a file that is not there is told in words', () => {
  const { status, said, answer } = verify(`${book.folder}/none`);
  expect([status, answer]).toEqual([1, undefined]);
  expect(said).toMatch(/cannot be read: ENOENT/);
  expect(said).not.toMatch(/\n\s+at /);
});

test('a second thread that cannot begin is told, once', () => {
  const fails = `${book.folder}/fails.mjs`;
  writeFileSync(
    fails,
    `import { isMainThread } from 'node:worker_threads';
    if (!isMainThread) throw new Error('no thread today');`,
  );
  const { status, said, answer } = verify(bundle, { ...process.env, NODE_OPTIONS: `--import ${fails}` });
  expect([status, answer]).toEqual([1, undefined]);
  expect(said.match(/Error: no thread today/g)).toHaveLength(1);
  expect(said).not.toMatch(/Unhandled|Emitted/);
});

/** A book of so many funds. */
function funds(count: number): BookEvent[] {
  const [opened, fund] = countyHistory(3, 2) as [BookEvent, BookEvent];
  const text = JSON.stringify(fund);
  const all = Array.from({ length: count }, (_, at): BookEvent => {
    const seq = at + 1;
    return { ...JSON.parse(text.replaceAll('F-1', `F-${seq}`)), seq, id: newUuid(), command: `key-${seq}` };
  });
  return [opened, ...all];
}

test('a bundle that is longer than all the memory that the two threads share, and one whose end is not what it was', async () => {
  const long = await sealedBook(funds(5_000));
  try {
    const file = await long.bundle('long');
    const text = readFileSync(file, 'latin1');
    // 64 batches of 128 KiB are on their way at most; then their memory is written again.
    expect(text.length).toBeGreaterThan(64 * 128 * 1024);
    expect(verify(file)).toMatchObject({ status: 0, answer: { whole: true, size: 5_001 } });
    const last = text.lastIndexOf('{"actor":"');
    writeFileSync(file, text.slice(0, last) + text.slice(last).replace('"clerk', '"xlerk'), 'latin1');
    expect(verify(file)).toMatchObject({ status: 1, answer: { difference: { field: 'checkpoint', seq: 5_000 } } });
  } finally {
    await long.close();
  }
});
