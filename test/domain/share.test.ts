import fc from 'fast-check';
import { isShare, normaliseShare, sumShares } from '../../src/domain/share.js';

it.each([
  [['1/3', '1/3', '1/3'], '1'],
  [['1/2', '1/3'], '5/6'],
  [['1/2', '1/3', '1/3'], '7/6'],
  [['1'], '1'],
  [['1/999999999', '999999998/999999999'], '1'],
  [[], '0'],
])('the shares %j add to %s', (shares, sum) => expect(sumShares(shares)).toBe(sum));

it('shares are kept in lowest terms', () => {
  expect(['2/6', '3/3', '1', '10/100'].map(normaliseShare)).toEqual(['1/3', '1', '1', '1/10']);
});

it.each([
  '0',
  '0/3',
  '1/0',
  '4/3',
  '2',
  '-1/3',
  '1/-3',
  '01/3',
  '1 /3',
  '0.5',
  '50%',
  '',
  '/',
  '1/',
  '1/1234567890',
  '１/３',
])('%j is no share', (text) => expect(isShare(text)).toBe(false));

it('any division of the whole into parts adds to exactly 1', () => {
  const parts = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(parts, (weights) => {
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const shares = weights.map((weight) => `${weight}/${total}`);
      expect(shares.every(isShare)).toBe(true);
      expect(sumShares(shares)).toBe('1');
      expect(sumShares(shares.map(normaliseShare))).toBe('1');
      expect(sumShares([...shares, '1/999999999'])).not.toBe('1');
    }),
  );
});
