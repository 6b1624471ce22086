import fc from 'fast-check';
import { inCapitals } from '../../src/board/capitals.js';
import { formatYuan } from '../../src/domain/money.js';
import { fenOfCapitals, Wrong } from '../support/verify-modules.js';

const DIGITS = '零壹贰叁肆伍陆柒捌玖';

/** Read back by a rule of its own: what stands before a unit counts so many of it. */
function fenOf(capitals: string): bigint {
  const [yuan = '', rest = ''] = capitals.includes('元') ? capitals.split('元') : ['', capitals];
  return read(yuan, '亿万仟佰拾') * 100n + read(rest.replace('整', '').replace('分', ''), '角');
}

const WORTH: Record<string, bigint> = { 亿: 100_000_000n, 万: 10_000n, 仟: 1000n, 佰: 100n, 拾: 10n, 角: 10n };

function read(text: string, units: string): bigint {
  const [unit, ...smaller] = [...units];
  if (unit === undefined) return BigInt(Math.max(0, DIGITS.indexOf(text.replace(/^零+(?=.)/, ''))));
  const at = text.lastIndexOf(unit);
  const below = smaller.join('');
  if (at < 0) return read(text, below);
  return read(text.slice(0, at), below) * (WORTH[unit] ?? 0n) + read(text.slice(at + 1), below);
}

/** Places of the digits that are not zero, the fen being the first, from the largest. */
function places(fen: bigint): number[] {
  const digits = [...fen.toString()].reverse();
  return digits.flatMap((digit, place) => (digit === '0' ? [] : [place])).reverse();
}

/**
 * What stands between two digits: 零 where zeros are between them, but it may be left out where the second is a 仟 or a
 * 角 (支付结算办法, 1997, 正确填写票据和结算凭证的基本规定, article 2); and none where none are.
 */
function misplacedZeros(fen: bigint, capitals: string): string[] {
  const between = capitals.split(new RegExp(`[${DIGITS.slice(1)}]`)).slice(1);
  const at = places(fen);
  return at.flatMap((place, index) => {
    const [next, said = ''] = [at[index + 1], between[index]];
    const isZeroBetween = next !== undefined && place - next > 1;
    const mayBeLeftOut = next !== undefined && (next === 1 || (next - 2) % 4 === 3);
    const zeros = said.split('零').length - 1;
    const isRight = isZeroBetween ? zeros === 1 || (zeros === 0 && mayBeLeftOut) : zeros === 0;
    return isRight ? [] : [`${said} at ${place} of ${fen}`];
  });
}

it.each([
  ['0.00', '零元整'],
  ['0.05', '伍分'],
  ['60.00', '陆拾元整'],
  ['100.05', '壹佰元零伍分'],
  ['105000.10', '壹拾万伍仟元壹角'],
  ['10010010.01', '壹仟零壹万零壹拾元零壹分'],
  ['30862614.70', '叁仟零捌拾陆万贰仟陆佰壹拾肆元柒角'],
])('writes %s as %s', (amount, capitals) => {
  expect(inCapitals(amount)).toBe(capitals);
});

it('writes any amount so that it reads back, with a zero wherever one stands and nowhere else', () => {
  // Sparse ones too: zeros are where such words go wrong.
  const digits = fc.array(fc.constantFrom(...'000123456789'), { minLength: 1, maxLength: 15 });
  fc.assert(
    fc.property(digits, (text) => {
      const fen = BigInt(text.join(''));
      const amount = `${fen / 100n}.${(fen % 100n).toString().padStart(2, '0')}`;
      const capitals = inCapitals(amount);
      expect([amount, fenOf(capitals)]).toEqual([amount, fen]);
      expect(misplacedZeros(fen, capitals)).toEqual([]);
      expect([amount, capitals.endsWith('整')]).toEqual([amount, fen % 100n === 0n]);
    }),
    { numRuns: 3000 },
  );
});

it('reads back in a browser whatever is written, below zero too, and refuses what is no amount', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), fc.integer({ min: 0, max: 12 }), (whole, zeros) => {
      const fen = (whole / 10n ** BigInt(zeros)) * 10n ** BigInt(zeros);
      expect([fen, fenOfCapitals(inCapitals(formatYuan(fen)))]).toEqual([fen, fen]);
    }),
    { numRuns: 3000 },
  );
  expect(fenOfCapitals('零元整')).toBe(0n);
  for (const text of [
    '',
    '整',
    '元整',
    '陆拾',
    '陆拾圆整',
    '六十元整',
    '陆拾元整整',
    '陆拾陆拾元整',
    '拾元整',
    '陆柒元整',
  ])
    expect(() => fenOfCapitals(text)).toThrow(Wrong);
});
