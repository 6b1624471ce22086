/** 1/100 yuan, the only unit of money inside the code. */
export type Fen = bigint;

/** Yuan as it stands in JSON: two decimals, no exponent, no plus sign, e.g. `"1250000.00"`. */
export type Yuan = string;

/** A trillion yuan: the largest amount of one entry. */
export const MAX_AMOUNT_FEN: Fen = 100_000_000_000_000n;

/** Sums go far beyond what one entry may have, up to what a column of the database holds. */
const YUAN = /^-?(?:0|[1-9]\d{0,15})\.\d{2}$/;
const WAN = /^(?:0|[1-9]\d*)(?:\.\d{1,6})?$/;
const YI = /^(?:0|[1-9]\d*)(?:\.\d{1,10})?$/;

export function isYuan(text: string): boolean {
  return YUAN.test(text) && text !== '-0.00';
}

/** Throws a RangeError where the text is not an amount in yuan with two decimals. */
export function parseYuan(text: Yuan): Fen {
  if (!isYuan(text)) throw new RangeError(`not an amount in yuan with two decimals: ${JSON.stringify(text)}`);
  return BigInt(text.slice(0, -3) + text.slice(-2));
}

export function formatYuan(amountFen: Fen): Yuan {
  const digits = (amountFen < 0n ? -amountFen : amountFen).toString().padStart(3, '0');
  return `${amountFen < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/**
 * 万元 (10,000 yuan) as notices print them, with up to six decimals, to fen: `"724.712484"` is 724712484 fen.
 * Six decimals of 万元 are exactly one fen, so nothing is ever rounded.
 */
export function parseWan(text: string): Fen {
  if (!WAN.test(text)) throw new RangeError(`not an amount in 万元 with at most six decimals: ${JSON.stringify(text)}`);
  const [whole = '0', decimals = ''] = text.split('.');
  return BigInt(whole + decimals.padEnd(6, '0'));
}

/** 亿元 (100,000,000 yuan) as plans print them, with up to ten decimals, to fen: `"289.31"` is 2893100000000 fen. */
export function parseYi(text: string): Fen {
  if (!YI.test(text)) throw new RangeError(`not an amount in 亿元 with at most ten decimals: ${JSON.stringify(text)}`);
  const [whole = '0', decimals = ''] = text.split('.');
  return BigInt(whole + decimals.padEnd(10, '0'));
}

export function sumFen(amounts: Iterable<Fen>): Fen {
  let totalFen = 0n;
  for (const amountFen of amounts) totalFen += amountFen;
  return totalFen;
}
