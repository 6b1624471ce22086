import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { encodingOf } from '../../src/import/encoding.js';

const folder = mkdtempSync(join(tmpdir(), 'mingzhang-encoding-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The hanzi of GB 2312, each with its two bytes, and some that only GBK has. */
const BYTES = new Map<string, Buffer<ArrayBuffer>>();
const GB = new TextDecoder('gb18030');
for (let lead = 0xb0; lead <= 0xf7; lead += 1)
  for (let trail = 0xa1; trail <= (lead === 0xd7 ? 0xf9 : 0xfe); trail += 1)
    BYTES.set(GB.decode(Buffer.from([lead, trail])), Buffer.from([lead, trail]));
for (const two of ['86b4', '88d2', '974b', 'ab68'])
  BYTES.set(GB.decode(Buffer.from(two, 'hex')), Buffer.from(two, 'hex'));

function inGbk(text: string): Buffer<ArrayBuffer> {
  return Buffer.concat([...text].map((character) => BYTES.get(character) ?? Buffer.from(character)));
}

function encoded(lines: Buffer[]): Promise<string> {
  const file = join(folder, 'given.csv');
  writeFileSync(file, Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\r\n')])));
  return encodingOf(file);
}

const hanzi = (minLength: number, maxLength: number) =>
  fc.array(fc.constantFrom(...BYTES.keys()), { minLength, maxLength }).map((characters) => characters.join(''));
const HEADER = Buffer.from('key,name,note');

it('takes every file in GBK for what it is, also where one of its lines is UTF-8 by chance', async () => {
  const row = fc.tuple(hanzi(4, 20), hanzi(0, 10)).map(([name, note]) => inGbk(`K-1,${name},${note}`));
  // The bytes of 娅翠安 are UTF-8 as well, those of 櫴䰲; and those of 铜, of one letter.
  const chance = fc
    .constantFrom('e6abb4e4b0b2', 'cdad', 'e6abb4e4b0b2cdad')
    .map((hex) => Buffer.concat([Buffer.from('K-2,'), Buffer.from(hex, 'hex')]));
  const given = fc.tuple(fc.array(row, { minLength: 2, maxLength: 12 }), chance, fc.nat());
  await fc.assert(
    fc.asyncProperty(given, async ([rows, by, at]) => {
      expect(await encoded([HEADER, ...rows.toSpliced(at % rows.length, 0, by)])).toBe('gb18030');
    }),
    { seed: 7, numRuns: 300 },
  );
});

it('refuses a file in UTF-8 of which one cell is in GBK, wherever it stands', async () => {
  const row = fc.tuple(hanzi(2, 4), hanzi(0, 10)).map(([name, note]) => Buffer.from(`K-1,${name},${note}`));
  const given = fc.tuple(fc.array(row, { minLength: 1, maxLength: 12 }), fc.nat());
  await fc.assert(
    fc.asyncProperty(given, async ([rows, seed]) => {
      const at = seed % (rows.length + 1);
      const mixed = [HEADER, ...rows.toSpliced(at, 0, inGbk('K-2,王五,公益岗'))];
      await expect(encoded(mixed)).rejects.toThrow(`第 ${at === 0 ? 3 : 2} 行是 UTF-8,第 ${at + 2} 行不是`);
    }),
    { seed: 7, numRuns: 300 },
  );
});

it('refuses one long cell in UTF-8 in a file in GBK', async () => {
  const rows = Array.from({ length: 50 }, () => inGbk('K-1,王五,公益岗'));
  await expect(encoded([...rows, Buffer.from('K-2,张三丰和,')])).rejects.toThrow('第 51 行是 UTF-8,第 1 行不是');
});

it('takes UTF-8, and nothing that is neither', async () => {
  expect(await encoded([Buffer.from('\uFEFF业务,名称'), Buffer.from('甲,乙𠮷·é')])).toBe('utf-8');
  await expect(encoded([Buffer.from('业务名称,\0')])).rejects.toThrow('neither UTF-8 nor GB 18030');
  await expect(encoded([Buffer.from([0xff, 0xff, 0x80])])).rejects.toThrow('neither UTF-8 nor GB 18030');
});
