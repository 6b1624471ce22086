import { readFileSync, writeFileSync } from 'node:fs';
import { auditWith, type Judging } from '../../src/audit/bundle/audit-with.js';
import { type Batch, newMemory } from '../../src/audit/bundle/batch.js';
import { EntriesJudge } from '../../src/audit/bundle/entries-judge.js';
import { Different } from '../../src/audit/difference.js';
import type { Whole } from '../../src/audit/log-audit.js';
import { generateKey, parseSigner, parseVerifier } from '../../src/log/note.js';
import { countyHistory, type SealedBook, sealedBook } from '../support/sealed-book.js';
import { LOG_KEY } from '../support/writers.js';

let book: SealedBook;
let bundle: string;

beforeAll(async () => {
  book = await sealedBook(countyHistory(3, 100));
  bundle = await book.bundle('whole');
});

afterAll(() => book.close());

/** Whoever judges the entries is slow: signatures are proven before there is room, as many as can be. */
class Slow implements Judging {
  proven = 0;
  batches = 0;
  private readonly judge: EntriesJudge;

  constructor(file: string) {
    this.judge = new EntriesJudge(file);
  }

  async room(meanwhile: () => boolean): Promise<SharedArrayBuffer> {
    while (meanwhile()) this.proven += 1;
    return newMemory(1 << 12);
  }

  take(batch: Batch): void {
    this.batches += 1;
    this.judge.take(batch);
  }

  async end(isWhole: boolean) {
    return this.judge.end(isWhole);
  }
}

async function audit(file: string, vkey = LOG_KEY.vkey) {
  const slow = new Slow(file);
  const keys = [parseVerifier(vkey)];
  const found: { whole: Whole | undefined; error: unknown } = await auditWith(slow, file, { keys }).then(
    (whole) => ({ whole, error: undefined }),
    (error: unknown) => ({ whole: undefined, error }),
  );
  return { ...found, proven: slow.proven, batches: slow.batches };
}

test('the first signature is proven when it comes, and the others by whoever waits in the last quarter, each once', async () => {
  const { whole, proven } = await audit(bundle);
  expect(whole).toMatchObject({ size: 100, checkpoints: 15, signers: [LOG_KEY.vkey] });
  expect(proven).toBe(14);
});

test('of a bundle that another key signed nothing is read after its first checkpoint', async () => {
  const other = parseSigner(generateKey(LOG_KEY.name)).vkey;
  const [{ batches: all }, { error, batches }] = [await audit(bundle), await audit(bundle, other)];
  expect((error as Different).difference).toMatchObject({ field: 'checkpoint', expected: `a signature by ${other}` });
  expect(batches).toBeLessThan(all / 4);
});

test('of two signatures that are wrong the earlier is named, and not what is wrong with a later line of the log', async () => {
  const lines = readFileSync(bundle, 'utf8').split('\n');
  const places = lines.flatMap((line, index) => (line.startsWith('{"checkpoint"') ? [index] : []));
  for (const at of [places[4] as number, places[9] as number])
    lines[at] = (lines[at] as string).replace(/(?<= [A-Za-z0-9+/]{20})./, (sign) => (sign === 'A' ? 'B' : 'A'));
  const last = places.at(-1) as number;
  lines[last] = (lines[last] as string).replace(/"previous":\d+/, '"previous":1');
  const file = `${book.folder}/wrong`;
  writeFileSync(file, lines.join('\n'));
  const { error } = await audit(file);
  const size = Number(/\\n(\d+)\\n/.exec(lines[places[4] as number] as string)?.[1]);
  expect(error).toBeInstanceOf(Different);
  expect((error as Different).difference).toMatchObject({ field: 'checkpoint', seq: size - 1 });
});
