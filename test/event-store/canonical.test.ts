import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { canonical, canonicalBytes, canonicalHash } from '../../src/event-store/canonical.js';

describe('the canonical form', () => {
  test('is that of RFC 8785 for any JSON, whatever the order of its keys', () => {
    const json = fc.jsonValue({ maxDepth: 4 }).filter((value) => JSON.stringify(value) !== undefined);
    fc.assert(
      fc.property(json, (value) => {
        const expected = canonicalize(value) ?? '';
        expect(canonical(value)).toBe(expected);
        expect(canonicalBytes(value)).toEqual(Buffer.from(expected));
        expect(canonicalHash(value)).toBe(createHash('sha256').update(expected).digest('base64'));
      }),
      { numRuns: 2000 },
    );
  });

  test('is that of RFC 8785 for objects whose keys already stand in order', () => {
    const sorted = (value: Record<string, unknown>) =>
      Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
    const values = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.integer(),
      fc.boolean(),
      fc.constant(undefined),
      fc.constant(null),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), values), (value) => {
        const inOrder = sorted(value);
        expect(canonical(inOrder)).toBe(canonicalize(inOrder));
      }),
      { numRuns: 2000 },
    );
  });

  test.each([2, 31, 32, 33, 200])('is that of RFC 8785 for an object of %i keys in any order', (count) => {
    const keys = fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 4 }), { minLength: count, maxLength: count });
    fc.assert(
      fc.property(keys, (names) => {
        const value = Object.fromEntries(names.map((name, place) => [name, place]));
        expect(canonical(value)).toBe(canonicalize(value));
      }),
      { numRuns: 50 },
    );
  });

  test('stays what it is when the next is made, whatever their sizes', () => {
    const first = canonicalBytes({ b: '明', a: 1 });
    const large = 'x\n"\\明𠮷'.repeat(300_000);
    expect(canonical({ large })).toBe(canonicalize({ large }));
    expect(canonical(['a'])).toBe('["a"]');
    expect(first.toString()).toBe('{"a":1,"b":"明"}');
  });

  // RFC 8785, 3.2.2 and 3.2.3.
  test('sorts keys by UTF-16 units and writes numbers as ECMAScript does', () => {
    expect(canonical({ '€': 1, '\r': 2, \ufb33: 3, '1': 4, '😀': 5, '\u0080': 6, ö: 7 })).toBe(
      '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
    );
    expect(canonical([333333333.3333333, 1e30, 4.5, 2e-3, 1e-27])).toBe('[333333333.3333333,1e+30,4.5,0.002,1e-27]');
  });

  test('does not exist for a lone surrogate', () => {
    expect(() => canonical({ a: '\ud800' })).toThrow('surrogate');
    expect(() => canonical('\udc00')).toThrow('surrogate');
  });
});
