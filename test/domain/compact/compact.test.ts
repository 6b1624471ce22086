import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { Movements, NONE, Uses } from '../../../src/domain/compact/chains.js';
import { FenColumn, NumberColumn } from '../../../src/domain/compact/column.js';
import { KeySet } from '../../../src/domain/compact/key-set.js';

const KEYS = fc.array(
  fc.oneof(
    fc.uuid(),
    fc.string({ maxLength: 4 }),
    fc.string({ unit: 'grapheme' }),
    fc.stringMatching(/^[a-z]{250,260}$/),
  ),
  { maxLength: 300 },
);

describe('a set of short texts', () => {
  it('holds what a Set holds, and comes back the same from its parts', () => {
    fc.assert(
      fc.property(KEYS, KEYS, fc.nat(300), (keys, strangers, cut) => {
        const plain = new Set(keys.slice(0, cut));
        const ours = new KeySet();
        for (const key of keys.slice(0, cut)) ours.add(key);
        expect(ours.size).toBe(plain.size);
        for (const key of [...keys, ...strangers]) expect(ours.has(key)).toBe(plain.has(key));
        const back = new KeySet();
        for (const part of structuredClone([...ours.parts()])) back.addPart(part);
        for (const key of keys) {
          ours.add(key);
          back.add(key);
        }
        expect(isDeepStrictEqual(back, ours)).toBe(true);
      }),
    );
  });

  it('tells apart what has the same hash', () => {
    // Of a quarter of a million keys some share their 32-bit hash, and very many their place.
    const keys = Array.from({ length: 250_000 }, (_, n) => `k-${n}`);
    const ours = new KeySet();
    for (const key of keys.slice(0, 125_000)) ours.add(key);
    expect(keys.filter((key) => ours.has(key))).toEqual(keys.slice(0, 125_000));
    const back = new KeySet();
    for (const part of ours.parts()) back.addPart(part);
    expect(isDeepStrictEqual(back, ours)).toBe(true);
  });
});

describe('a column', () => {
  it('keeps every value over many blocks, and comes back the same from its parts', () => {
    const column = new NumberColumn();
    for (let n = 0; n < 200_000; n += 1) column.push((n * 7_919) % 4_294_967_296);
    for (let n = 0; n < 200_000; n += 997) expect(column.at(n)).toBe((n * 7_919) % 4_294_967_296);
    const back = new NumberColumn();
    for (const part of column.parts()) back.addPart(part);
    expect(isDeepStrictEqual(back, column)).toBe(true);
    expect(() => column.at(200_000)).toThrow(RangeError);
    expect(() => column.push(2 ** 32)).toThrow(RangeError);
  });

  it('keeps amounts below zero', () => {
    const column = new FenColumn();
    for (const fen of [-1n, 100_000_000_000_000n, -100_000_000_000_000n]) column.push(fen);
    expect([column.at(0), column.at(1), column.at(2)]).toEqual([-1n, 100_000_000_000_000n, -100_000_000_000_000n]);
  });

  it('is small where it holds little', () => {
    const column = new NumberColumn();
    column.push(1);
    expect([...column.parts()].map((part) => (part as Uint32Array).buffer.byteLength)).toEqual([64]);
  });
});

it('chains the movements of each balance, the last first', () => {
  const movements = new Movements();
  const a = movements.add(NONE, 3, 5n);
  const b = movements.add(NONE, 4, 7n);
  const last = movements.add(a, 9, -2n);
  expect([...movements.after(last, 2)]).toEqual([
    { seq: 9, moveFen: -2n },
    { seq: 3, moveFen: 5n },
  ]);
  expect([...movements.after(last, 3)]).toEqual([{ seq: 9, moveFen: -2n }]);
  expect([...movements.after(b, 4)]).toEqual([]);
});

it('chains the uses of each thing, each entry once', () => {
  const uses = new Uses();
  for (const [key, seq] of [
    ['fund:F', 1],
    ['fund:F', 1],
    ['fund:G', 2],
    ['fund:F', 5],
  ] as const)
    uses.add(key, seq);
  expect([...uses.after('fund:F', 0)]).toEqual([5, 1]);
  expect([...uses.after('fund:F', 1)]).toEqual([5]);
  expect([...uses.after('fund:none', 0)]).toEqual([]);
});
