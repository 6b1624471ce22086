// Amounts in fen, exact, from figures and from 大写.

import { Wrong } from './bytes.js';

/** `-60.05` in fen. */
export function fen(yuan) {
  if (!/^-?\d+\.\d\d$/.test(yuan)) throw new Wrong(`${yuan} 不是金额`, `${yuan} is no amount`);
  return BigInt(yuan.replace('.', ''));
}

export function yuanOf(sum) {
  const digits = String(sum < 0n ? -sum : sum).padStart(3, '0');
  return `${sum < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** What a column of the rows sums to. */
export function sumOf(rows, column) {
  return rows.reduce((sum, { figures }) => sum + fen(figures[column]?.amount ?? '0.00'), 0n);
}

const DIGITS = '零壹贰叁肆伍陆柒捌玖';
const UNITS = [
  ['亿', 100_000_000n],
  ['万', 10_000n],
  ['仟', 1000n],
  ['佰', 100n],
  ['拾', 10n],
];

/** `壹佰元零伍分` in fen: what stands before a unit counts so many of it. */
export function fenOfCapitals(text) {
  const [whole, minus, yuan = '零', jiao = '零', cents = '零'] =
    /^(负?)(?:([^元]+)元)?(?:零?(.)角)?(?:零?(.)分)?整?$/.exec(text) ?? [];
  if (whole === undefined || !/[元角分]/.test(text)) throw noCapitals(text);
  const sum = wholeOf(yuan, UNITS) * 100n + wholeOf(jiao, []) * 10n + wholeOf(cents, []);
  return minus === '' ? sum : -sum;
}

function wholeOf(text, [unit, ...smaller]) {
  if (unit === undefined) {
    const digit = text.replace(/^零(?=.)/, '');
    if (digit.length !== 1 || !DIGITS.includes(digit)) throw noCapitals(text);
    return BigInt(DIGITS.indexOf(digit));
  }
  const [sign, worth] = unit;
  const at = text.lastIndexOf(sign);
  if (at < 0) return wholeOf(text, smaller);
  const after = text.slice(at + 1);
  return wholeOf(text.slice(0, at), smaller) * worth + (after === '' ? 0n : wholeOf(after, smaller));
}

function noCapitals(text) {
  return new Wrong(`${text} 不是大写金额`, `${text} is no amount in words`);
}
