import fc, { type Arbitrary } from 'fast-check';
import type { Json } from './bodies.js';

/** Values that some field somewhere might wrongly take. */
const odd: Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(
    null,
    '',
    ' ',
    '0.00',
    '-0.00',
    '1.0',
    '1e3',
    '01.00',
    '1.00',
    '-1.00',
    '1000000000000.00',
    '1000000000000.01',
    '2016-02-30',
    '2016-02-29',
    '640121',
    '64012',
    '1/3',
    '3/2',
    '0/1',
    '1/0',
    'a\u0000b',
    'a\nb',
    '\ud800',
    '\u202e',
    '𠮷'.repeat(200),
    '𠮷'.repeat(201),
    '字️'.repeat(150),
    'x'.repeat(64),
    'x'.repeat(65),
    'beneficiary:',
    'beneficiary:b-1',
    'bureau',
    'pool:x',
    2016,
    2016.5,
    -1,
    Number.MAX_SAFE_INTEGER,
    1e21,
    [],
    [[]],
    [null],
    {},
    [{ fund: 'F-1', amount: '1.00' }],
    [[{ fund: 'F-1', amount: '1.00' }]],
    { 0: { fund: 'F-1', amount: '1.00' }, length: 1 },
    Array.from({ length: 201 }, () => ({ fund: 'F-1', amount: '1.00' })),
    Array.from({ length: 20 }, () => 'x'),
    Array.from({ length: 21 }, () => 'x'),
  ),
);

const oddName = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom(
    'constructor',
    'toString',
    'hasOwnProperty',
    '__proto__',
    'valueOf',
    'length',
    '',
    'lines',
    'amount',
    'opening',
    'project',
  ),
);

/** A good body with up to three places changed, removed or added, at any depth; or something else altogether. */
export function mutations(good: Json[]): Arbitrary<unknown> {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    how: fc.constantFrom('set', 'drop', 'add'),
    value: odd,
    name: oddName,
  });
  const changed = fc.tuple(fc.constantFrom(...good), fc.array(change, { maxLength: 3 })).map(([body, changes]) => {
    const copy = JSON.parse(JSON.stringify(body)) as Json;
    for (const { at, how, value: odd, name } of changes) {
      // A copy of its own: a later change may go inside it, and the list of odd values must stay what it is.
      const value = structuredClone(odd);
      const places = placesOf(copy);
      const place = places[Math.min(Math.floor(at * places.length), places.length - 1)];
      if (how === 'add' || place === undefined) define(place?.holder ?? copy, name, value);
      else if (how === 'drop') delete (place.holder as Json)[place.key];
      else define(place.holder, place.key, value);
    }
    // As it would arrive: no undefined, no number that JSON cannot say.
    return JSON.parse(JSON.stringify(copy)) as unknown;
  });
  return fc.oneof(
    { weight: 20, arbitrary: changed },
    { weight: 1, arbitrary: odd.map((value) => JSON.parse(JSON.stringify(value ?? null))) },
  );
}

/** `__proto__` too becomes a name like any other, as JSON.parse makes it. */
function define(holder: object, key: string, value: unknown): void {
  if (Array.isArray(holder) && !/^\d{1,3}$/.test(key)) return;
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function placesOf(value: unknown): { holder: object; key: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [{ holder: value, key }, ...placesOf(item)]);
}
