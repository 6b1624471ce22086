import fc from 'fast-check';
import { attribute } from '../../../src/audit/trace/owners.js';
import type { Parcel } from '../../../src/audit/trace/parcels.js';
import type { Owner } from '../../../src/domain/assets/owners.js';
import { splitByShares } from '../../../src/domain/share.js';

/** Shares that add to 1: cuts of a whole of up to a million parts. */
const shares = fc
  .tuple(fc.integer({ min: 1, max: 1_000_000 }), fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 9 }))
  .map(([whole, cuts]) => {
    const at = [...new Set([0, ...cuts.map((cut) => Math.floor(cut * whole)), whole])].sort((a, b) => a - b);
    return at.slice(1).map((end, index) => `${end - (at[index] ?? 0)}/${whole}`);
  });

it('splits every amount by every shares to the fen, none further from its share than one fen', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 16n }), shares, (amountFen, parts) => {
      const split = splitByShares(amountFen, parts);
      expect(split.reduce((sum, part) => sum + part, 0n)).toBe(amountFen);
      for (const [index, part] of parts.entries()) {
        const [numerator = '1', denominator = '1'] = part.split('/');
        const awayFen = (split[index] ?? 0n) * BigInt(denominator) - amountFen * BigInt(numerator);
        expect(awayFen > -BigInt(denominator) && awayFen < BigInt(denominator)).toBe(true);
      }
    }),
  );
});

it('gives a rest to the largest remainder, among equals to the first', () => {
  expect(splitByShares(100n, ['1/3', '1/3', '1/3'])).toEqual([34n, 33n, 33n]);
  expect(splitByShares(100n, ['1/7', '6/7'])).toEqual([14n, 86n]);
  expect(splitByShares(7n, ['1'])).toEqual([7n]);
});

it('attributes what stands in an asset to its owners, a household as the beneficiary that it is', () => {
  const hop = {
    book: '640121',
    seq: 4,
    type: 'asset.registered',
    from: '640121/wip:P',
    to: '640121/asset:A',
    fund: 'F-1',
  };
  const parcels: Parcel[] = [60n, 41n].map((amountFen) => ({
    amountFen,
    hop: { ...hop, parent: undefined, depth: 1 },
  }));
  const owners: Owner[] = [
    { kind: 'household', id: 'b-1', share: '1/2' },
    { kind: 'village', id: '640121100201', share: '1/2' },
  ];
  const found = attribute(parcels, owners, { book: '640121', seq: 9, type: 'asset.ownership_changed' });
  expect(found.map(({ amountFen, hop: { to, seq, fund, depth } }) => [amountFen, to, seq, fund, depth])).toEqual([
    [51n, '640121/beneficiary:b-1', 9, 'F-1', 2],
    [9n, '640121/village:640121100201', 9, 'F-1', 2],
    [41n, '640121/village:640121100201', 9, 'F-1', 2],
  ]);
});
