import type { Fen } from './money.js';

/** An exact share of ownership as it stands in JSON: `"1/3"`, or `"1"`; in (0, 1]. */
export type Share = string;

interface Fraction {
  numerator: bigint;
  denominator: bigint;
}

/** Up to nine digits on each side: a village's shares down to a billionth. */
export const SHARE_PATTERN = /^(?:1|[1-9]\d{0,8}\/[1-9]\d{0,8})$/;

export function isShare(text: string): boolean {
  if (!SHARE_PATTERN.test(text)) return false;
  const { numerator, denominator } = parseShare(text);
  return numerator <= denominator;
}

/**
 * Splits an amount by shares that add to 1, by largest remainder; ties go to the earlier share. The parts sum to the
 * amount exactly.
 */
export function splitByShares(amountFen: Fen, shares: readonly Share[]): Fen[] {
  const parts = shares.map((share, index) => {
    const { numerator, denominator } = parseShare(share);
    const wholeFen = (amountFen * numerator) / denominator;
    return { index, amountFen: wholeFen, remainder: (amountFen * numerator) % denominator, denominator };
  });
  let restFen = amountFen - parts.reduce((sum, part) => sum + part.amountFen, 0n);
  const byRemainder = [...parts].sort((a, b) => {
    const difference = b.remainder * a.denominator - a.remainder * b.denominator;
    return difference === 0n ? a.index - b.index : difference < 0n ? -1 : 1;
  });
  for (const part of byRemainder) {
    if (restFen === 0n) break;
    part.amountFen += 1n;
    restFen -= 1n;
  }
  return parts.map((part) => part.amountFen);
}

function parseShare(text: Share): Fraction {
  const [numerator = '1', denominator = '1'] = text.split('/');
  return { numerator: BigInt(numerator), denominator: BigInt(denominator) };
}

function reduce({ numerator, denominator }: Fraction): Fraction {
  let [a, b] = [numerator, denominator];
  while (b !== 0n) [a, b] = [b, a % b];
  return { numerator: numerator / a, denominator: denominator / a };
}

function format({ numerator, denominator }: Fraction): string {
  return denominator === 1n ? numerator.toString() : `${numerator}/${denominator}`;
}

/** Lowest terms: `"2/6"` becomes `"1/3"`, `"3/3"` becomes `"1"`. */
export function normaliseShare(text: Share): Share {
  return format(reduce(parseShare(text)));
}

/** The exact sum in lowest terms, e.g. `"5/6"` or `"7/6"`. */
export function sumShares(shares: Share[]): string {
  const sum = shares.map(parseShare).reduce(
    (total, share) =>
      reduce({
        numerator: total.numerator * share.denominator + share.numerator * total.denominator,
        denominator: total.denominator * share.denominator,
      }),
    { numerator: 0n, denominator: 1n },
  );
  return format(sum);
}
