import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { Different } from '../../src/audit/difference.js';
import { parseVerifier } from '../../src/log/note.js';
import { auditBundle } from '../support/audit-bundle.js';
import { COUNTY, countyHistory, type SealedBook, sealedBook } from '../support/sealed-book.js';
import { LOG_KEY } from '../support/writers.js';

/** New changes on each run; a failure names the seed. */
const SEED = Date.now() % 2 ** 31;
const KEYS = [parseVerifier(LOG_KEY.vkey)];
const KINDS = [
  'line',
  'notice',
  'disclosureLine',
  'struckLine',
  'disclosureMember',
  'disclosureMoney',
  'disclosureCount',
  'disclosureReceived',
  'objection',
];

let book: SealedBook;
let lines: string[];

beforeAll(async () => {
  book = await sealedBook(countyHistory(3, 150));
  lines = readFileSync(await book.bundle('whole'), 'utf8')
    .trimEnd()
    .split('\n');
});

afterAll(() => book.close());

async function judge(changed: readonly string[]): Promise<Different['difference'] | undefined> {
  const file = `${book.folder}/changed`;
  writeFileSync(file, `${changed.join('\n')}\n`);
  try {
    await auditBundle(file, { keys: KEYS });
    return undefined;
  } catch (error) {
    if (error instanceof Different) return error.difference;
    throw error;
  }
}

/** Each gives the lines with one of them changed; `at` is where it stands. */
const CHANGES: Record<string, (at: number, chance: number) => string[]> = {
  'is left out': (at) => lines.toSpliced(at, 1),
  'stands twice': (at) => lines.toSpliced(at, 0, lines[at] ?? ''),
  'has another digit': (at, chance) => {
    const text = lines[at] ?? '';
    const digits = [...text.matchAll(/\d/g)];
    const { index } = digits[chance % digits.length] ?? { index: 0 };
    const digit = (Number(text[index]) + 1 + (chance % 9)) % 10;
    return lines.with(at, `${text.slice(0, index)}${digit}${text.slice(index + 1)}`);
  },
  'has another letter': (at, chance) => {
    const text = lines[at] ?? '';
    const place = 3 + (chance % (text.length - 4));
    return lines.with(at, `${text.slice(0, place)}${text[place] === 'x' ? 'y' : 'x'}${text.slice(place + 1)}`);
  },
  'has a field more': (at) => lines.with(at, (lines[at] ?? '').replace(/\}\}$/, ',"zone":"x"}}')),
};

test('nothing that is disclosed can be changed in a bundle, and what was is named', async () => {
  let made = 0;
  for (const kind of KINDS) {
    const places = lines.flatMap((text, at) => (text.startsWith(`{"${kind}":`) ? [at] : []));
    expect([kind, places.length > 0]).toEqual([kind, true]);
    const chances = fc.sample(fc.record({ place: fc.nat(), chance: fc.nat() }), { seed: SEED, numRuns: 6 });
    for (const [name, change] of Object.entries(CHANGES)) {
      for (const { place, chance } of chances) {
        const at = places[place % places.length] ?? 0;
        const where = `${kind} ${name}, line ${at}, ${chance}, seed ${SEED}`;
        const difference = await judge(change(at, chance));
        expect([where, difference]).toEqual([
          where,
          expect.objectContaining({ book: COUNTY, seq: expect.any(Number) }),
        ]);
        expect([where, difference?.expected]).not.toEqual([where, difference?.found]);
        made += 1;
      }
    }
  }
  expect(made).toBeGreaterThanOrEqual(200);
  await expect(judge(lines)).resolves.toBeUndefined();
});

test('a figure of a notice that was changed is named with its row', async () => {
  const at = lines.findIndex((text) => text.startsWith('{"notice":') && text.includes('"amount":"'));
  const difference = await judge(lines.with(at, (lines[at] ?? '').replace(/"amount":"\d/, '"amount":"9999')));
  expect(difference).toMatchObject({
    field: expect.stringMatching(/^notices\[.+\]\.rows\[\d+\]\.figures\.\w+\.amount$/),
    found: expect.stringMatching(/^"9999/),
  });
});

test('a line of an entry that was changed is named with its column, also where the entry says that itself', async () => {
  const at = lines.findIndex((text) => text.startsWith('{"line":'));
  const line = lines[at] ?? '';
  const { id, kind } = (JSON.parse(line) as { line: { id: string; kind: string } }).line;
  const later = line.replace(/("category":"[^"]*",)/, '$1"date":"1999-12-31",');
  await expect(judge(lines.with(at, later))).resolves.toMatchObject({
    field: `disclosure_lines[${kind} ${id}].date`,
    found: '"1999-12-31"',
  });
});
