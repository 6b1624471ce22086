import fc from 'fast-check';
import { asBytes } from '../../src/audit/byte-text.js';
import { EVENT_SHAPES } from '../../src/audit/event-shapes.js';
import { Makers } from '../../src/audit/maker.js';
import { Scanners } from '../../src/audit/scanner.js';
import { NOTICE_FIELD_NAMES } from '../../src/domain/notices/fields.js';
import { canonical } from '../../src/event-store/canonical.js';
import { byteLine } from '../support/byte-line.js';
import { randomHistory } from '../support/recorded-history.js';

const texts = randomHistory(7, 6).map((event) => ({ type: event.type, text: asBytes(canonical(event)) }));
const ODD = [...'"\\{}[],:-.0189aZ \u0001\u007f\u0085é', '01', '-0', '1e3', '"x":1,', '\u00c2\u0085'];

const [scanners, makers] = [new Scanners(), new Makers()];
const ways = new Map(
  [...EVENT_SHAPES].map(([type, { form }]) => [type, { scan: scanners.scannerOf(form), make: makers.makerOf(form) }]),
);

/** What is made of that which the scanner of the type noted; undefined where it took nothing. */
function scanned(type: string, text: string): unknown {
  const [line, tape] = [byteLine(text), { numbers: new Int32Array(text.length), at: 0 }];
  const way = ways.get(type);
  if (way?.scan(line, tape) !== true) return undefined;
  expect(tape.at).toBeLessThanOrEqual(text.length);
  const noted = tape.at;
  tape.at = 0;
  const made = way.make(tape, line.bytes.toString('latin1'));
  expect(tape.at).toBe(noted);
  return made;
}

test('a scanner takes every event of the ledger, and gives it whole', () => {
  for (const { type, text } of texts) expect(JSON.stringify(scanned(type, text))).toBe(text);
  expect(new Set(texts.map(({ type }) => type)).size).toBe(EVENT_SHAPES.size);
});

test('a scanner takes a notice with any of its fields, each of which is there or not for itself', () => {
  const { text: bytes = '' } = texts.find(({ type }) => type === 'notice.published') ?? {};
  const { data, ...event } = JSON.parse(Buffer.from(bytes, 'latin1').toString('utf8'));
  const withFields = (names: readonly string[]) => {
    const fields = Object.fromEntries(names.map((name, at) => [name, `${at}`]));
    return asBytes(canonical({ ...event, data: { ...data, fields } }));
  };
  const expectWhole = (names: readonly string[]) => {
    const text = withFields(names);
    expect(JSON.stringify(scanned('notice.published', text))).toBe(text);
  };
  for (const name of NOTICE_FIELD_NAMES) expectWhole([name]);
  expectWhole([]);
  expectWhole(NOTICE_FIELD_NAMES);
  fc.assert(fc.property(fc.subarray([...NOTICE_FIELD_NAMES]), expectWhole));
});

/** The long way: as whoever judges what the scanner does not take. */
function isRight(type: string, text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return EVENT_SHAPES.get(type)?.judge(value) === undefined && JSON.stringify(value) === text;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

test('what a scanner takes of changed events is right by the long way too, and the other way round', () => {
  const changes = fc.record({
    which: fc.nat(texts.length - 1),
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    cut: fc.nat(3),
    put: fc.constantFrom('', ...ODD),
  });
  let [right, wrong] = [0, 0];
  fc.assert(
    fc.property(changes, ({ which, at, cut, put }) => {
      const { type, text } = texts[which] as (typeof texts)[number];
      const from = Math.floor(at * text.length);
      const changed = text.slice(0, from) + put + text.slice(from + cut);
      const value = scanned(type, changed);
      const expected = isRight(type, changed);
      // Texts with a backslash are left to the long way, whatever they are.
      if (value !== undefined || !changed.includes('\\'))
        expect([changed, value !== undefined]).toEqual([changed, expected]);
      if (value !== undefined) expect(JSON.stringify(value)).toBe(changed);
      if (expected) right += 1;
      else wrong += 1;
    }),
    { numRuns: 20_000 },
  );
  expect(Math.min(right, wrong)).toBeGreaterThan(100);
});
