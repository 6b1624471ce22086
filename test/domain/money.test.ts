import fc from 'fast-check';
import { formatYuan, isYuan, MAX_AMOUNT_FEN, parseWan, parseYuan, sumFen } from '../../src/domain/money.js';

const fen = fc.bigInt({ min: -MAX_AMOUNT_FEN, max: MAX_AMOUNT_FEN });

it('yuan come back as they were, to the fen', () => {
  fc.assert(
    fc.property(fen, (amountFen) => parseYuan(formatYuan(amountFen)) === amountFen),
    { numRuns: 2_000 },
  );
  expect([0n, 5n, -5n, 99n, -100n, 12_345n].map(formatYuan)).toEqual([
    '0.00',
    '0.05',
    '-0.05',
    '0.99',
    '-1.00',
    '123.45',
  ]);
  expect(formatYuan(MAX_AMOUNT_FEN)).toBe('1000000000000.00');
});

it('knows what is an amount in yuan as the pattern says it', () => {
  const pattern = /^-?(?:0|[1-9]\d{0,15})\.\d{2}$/;
  const near = fc.string({ unit: fc.constantFrom(...'0123456789.-9', '０', ' ', '\n'), maxLength: 21 });
  const amounts = fc.tuple(fc.constantFrom('', '-'), fc.nat({ max: 10 ** 9 }), fc.constantFrom('.00', '.5', '.07'));
  fc.assert(
    fc.property(
      fc.oneof(
        near,
        amounts.map((parts) => parts.join('')),
      ),
      (text) => {
        expect([text, isYuan(text)]).toEqual([text, pattern.test(text) && text !== '-0.00']);
      },
    ),
    { numRuns: 5_000 },
  );
});

it('reads and writes sums up to what a column of the database holds', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n }), (sumFen) => {
      expect(parseYuan(formatYuan(sumFen))).toBe(sumFen);
    }),
    { numRuns: 2_000 },
  );
});

it('writes sums beyond what a number holds exactly', () => {
  expect([2n ** 53n - 1n, 2n ** 53n, -(2n ** 60n), 10n ** 20n + 7n].map(formatYuan)).toEqual([
    '90071992547409.91',
    '90071992547409.92',
    '-11529215046068469.76',
    '1000000000000000000.07',
  ]);
});

it('adds like whole numbers, where floats would not', () => {
  expect(formatYuan(sumFen(['0.10', '0.20', '999999999999.99'].map(parseYuan)))).toBe('1000000000000.29');
  expect(sumFen([])).toBe(0n);
});

it.each([
  '',
  '1',
  '1.0',
  '1.000',
  '.10',
  '01.00',
  '+1.00',
  '-0.00',
  '1e3',
  '1,000.00',
  ' 1.00',
  '1.00 ',
  '1.00\n',
  '１.00',
  '0x1.00',
  'NaN',
  'Infinity',
  '--1.00',
  '10000000000000000.00',
])('%j is no amount in yuan', (text) => {
  expect(isYuan(text)).toBe(false);
  expect(() => parseYuan(text)).toThrow(RangeError);
});

it('万元 with up to six decimals are whole fen', () => {
  expect(parseWan('724.712484')).toBe(724_712_484n);
  expect(parseWan('5000')).toBe(5_000_000_000n);
  expect(parseWan('0.000001')).toBe(1n);
  expect(parseWan('25.8')).toBe(25_800_000n);
  for (const text of ['', '1.', '.5', '1.1234567', '-1', '1e3', '01', '1,000']) {
    expect(() => parseWan(text)).toThrow(RangeError);
  }
});

it('reads sums far beyond what one entry may have', () => {
  expect(parseYuan('9999999999999999.99')).toBe(999_999_999_999_999_999n);
});
