import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { canonicalText } from '../../src/audit/canonical-text.js';
import { Different } from '../../src/audit/difference.js';
import { verifyBook } from '../../src/commands/verify.js';
import { parseCheckpoint } from '../../src/log/checkpoint.js';
import { parseNote, parseVerifier } from '../../src/log/note.js';
import { PlainError } from '../../src/plain-error.js';
import { auditBundle } from '../support/audit-bundle.js';
import { odd } from '../support/odd.js';
import { COUNTY, countyHistory, type SealedBook, sealedBook } from '../support/sealed-book.js';
import { LOG_KEY } from '../support/writers.js';

/** New changes on each run; a failure names the seed. */
const SEED = Date.now() % 2 ** 31;
const KEYS = [parseVerifier(LOG_KEY.vkey)];
const CHANGES_A_KIND = 4;

let book: SealedBook;
let whole: Buffer;
let lines: string[];
let file: string;

beforeAll(async () => {
  book = await sealedBook(countyHistory(3, 290));
  whole = readFileSync(await book.bundle('whole'));
  lines = whole.toString().trimEnd().split('\n');
  file = `${book.folder}/hostile`;
});

afterAll(() => book.close());

/** What is said of the bytes; fails where that is that they are whole, and throws whatever is no plain word. */
async function said(bytes: string | Uint8Array): Promise<string> {
  writeFileSync(file, bytes);
  try {
    await auditBundle(file, { keys: KEYS });
  } catch (error) {
    if (error instanceof Different || error instanceof PlainError) return error.message;
    throw error;
  }
  throw new Error('it was said to be whole');
}

function joined(changed: readonly string[]): string {
  return `${changed.join('\n')}\n`;
}

function kindOf(line: string): string {
  return line.slice(2, line.indexOf('"', 2));
}

/** Where the lines of each kind stand. */
function places(): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const [at, line] of lines.entries()) found.set(kindOf(line), [...(found.get(kindOf(line)) ?? []), at]);
  return found;
}

/** No error but those that are words for the auditor. */
const PLAIN = expect.not.stringMatching(/^\w*Error/);
test('whatever odd value stands in a line of any kind is told in words', async () => {
  for (const [kind, at] of places()) {
    for (const [place, chance] of fc.sample(fc.tuple(fc.nat(), fc.nat()), { seed: SEED, numRuns: CHANGES_A_KIND })) {
      const line = at[place % at.length] ?? 0;
      const changed = canonicalText(odd(JSON.parse(lines[line] ?? ''), chance));
      if (changed === lines[line]) continue;
      const where = `${kind}, line ${line}, ${changed.slice(0, 300)}, chance ${chance}, seed ${SEED}`;
      expect([where, await said(joined(lines.with(line, changed))).catch(String)]).toEqual([where, PLAIN]);
    }
  }
});

test('a field of any line that says that it is no text', async () => {
  for (const [kind, at] of places()) {
    const line = at[SEED % at.length] ?? 0;
    const value = JSON.parse(lines[line] ?? '') as Record<string, Record<string, unknown>>;
    const fields = typeof value[kind] === 'object' ? Object.keys(value[kind]) : [];
    const changes = [
      ...Object.keys(value).map((name) => ({ ...value, [name]: { toString: null } })),
      ...fields.map((name) => ({ ...value, [kind]: { ...value[kind], [name]: { toString: null } } })),
    ];
    for (const changed of changes) {
      const text = canonicalText(changed);
      expect([text, await said(joined(lines.with(line, text))).catch(String)]).toEqual([text, PLAIN]);
    }
  }
});

test('a line of any kind that stands twice, is gone or is nested without end', async () => {
  const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
  for (const [kind, at] of places()) {
    const line = at[SEED % at.length] ?? 0;
    for (const changed of [
      lines.toSpliced(line, 0, lines[line] ?? ''),
      lines.toSpliced(line, 1),
      lines.with(line, `{"${kind}":${deep}}`),
      lines.with(line, (lines[line] ?? '').replace(':', `:${deep},"x":`)),
      lines.with(line, ''),
      lines.with(line, `${lines[line]}\r`),
      lines.with(line, `${lines[line]} `),
    ])
      expect([kind, await said(joined(changed)).catch(String)]).toEqual([kind, PLAIN]);
  }
});

test('a file that ends anywhere', async () => {
  const ends = fc.sample(fc.integer({ min: 0, max: whole.length - 1 }), { seed: SEED, numRuns: 60 });
  for (const end of ends) await said(whole.subarray(0, end));
});

test.each<[string, () => string | Buffer]>([
  ['two bundles in one file', () => Buffer.concat([whole, whole])],
  ['a mark of byte order', () => Buffer.concat([Buffer.from('\ufeff'), whole])],
  ['lines that end as on Windows', () => whole.toString().replaceAll('\n', '\r\n')],
  ['a line that is empty at the end', () => Buffer.concat([whole, Buffer.from('\n')])],
  ['a zero at the end', () => Buffer.concat([whole, Buffer.from([0])])],
  ['a letter that looks alike', () => whole.toString().replace('"actor":"', '$&\uff21')],
  ['the same letter in two', () => whole.toString().replace('"actor":"', '$&e\u0301')],
  ['more entries than there can be', () => whole.toString().replace(/"size":\d+/, `"size":${2 ** 53 - 1}`)],
  ['fewer entries', () => whole.toString().replace(/"size":\d+/, '"size":7')],
  ['no entry', () => `${lines[0]?.replace(/"size":\d+/, '"size":0')}\n`],
  ['entries of another book', () => whole.toString().replace(`{"book":"${COUNTY}"`, '{"book":"640122"')],
])('%s', async (_, bytes) => {
  await said(bytes());
});

test('a key that is told twice, in another order, or of another log', async () => {
  const [key = ''] = lines.filter((line) => kindOf(line) === 'key');
  const at = lines.indexOf(key);
  const later = key.replace('"from":null', '"from":8');
  for (const changed of [
    lines.toSpliced(at, 0, later),
    lines.toSpliced(at + 1, 0, later),
    lines.toSpliced(at + 1, 0, later, later),
    lines.with(at, key.replace('null', '9007199254740993')),
    lines.with(at, key.replace(/"vkey":"[^"]+"/, '"vkey":"a+b+c"')),
  ])
    expect(await said(joined(changed))).toMatch(/key|line 3/);
});

test('a checkpoint that the right key signed for another book', async () => {
  const at = lines.findLastIndex((line) => kindOf(line) === 'checkpoint');
  const { checkpoint } = JSON.parse(lines[at] ?? '') as { checkpoint: { note: string; previous: number } };
  const text = parseNote(checkpoint.note).text.replace(COUNTY, '640122');
  const forged = canonicalText({ checkpoint: { ...checkpoint, note: LOG_KEY.sign(text) } });
  expect(parseCheckpoint(LOG_KEY.sign(text)).origin).toContain('640122');
  expect(await said(joined(lines.with(at, forged)))).toContain('the origin');
});

test('what stands in a book cannot write over what the auditor reads', async () => {
  const at = lines.findIndex((line) => kindOf(line) === 'balance');
  const account = '\u001b[2J\r\nBook 640121 is whole.\u202e\u009b';
  const { balance } = JSON.parse(lines[at] ?? '') as { balance: object };
  writeFileSync(file, joined(lines.with(at, canonicalText({ balance: { ...balance, account } }))));
  const printed = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  const bar = jest.spyOn(process.stderr, 'write').mockImplementation(() => true);
  const before = process.exitCode;
  try {
    await verifyBook(file, { key: [LOG_KEY.vkey], json: false });
    const text = printed.mock.calls.flat().join('\n');
    expect(process.exitCode).toBe(1);
    expect(text).toContain('Book 640121 is whole.');
    expect(text.split('\n')).toHaveLength(5);
    expect(text).not.toMatch(/[^\P{C}\n]/u);
  } finally {
    process.exitCode = before;
    printed.mockRestore();
    bar.mockRestore();
  }
});

test('what is no file is told in words', async () => {
  await expect(auditBundle(book.folder, { keys: [] })).rejects.toThrow(PlainError);
});
