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
