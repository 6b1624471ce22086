/** 1/100 yuan, the only unit of money inside the code. */
export type Fen = bigint;

/** Yuan as it stands in JSON: two decimals, no exponent, no plus sign, e.g. `"1250000.00"`. */
export type Yuan = string;

/** A trillion yuan: the largest amount of one entry. Former versions asked it of each line alone, and what they recorded stands. */
export const MAX_AMOUNT_FEN: Fen = 100_000_000_000_000n;

const WAN = /^(?:0|[1-9]\d*)(?:\.\d{1,6})?$/;
const YI = /^(?:0|[1-9]\d*)(?:\.\d{1,10})?$/;

const [MINUS, POINT, ZERO] = [0x2d, 0x2e, 0x30];
const DECIMALS = 3;
/** Sums go far beyond what one entry may have, up to what a column of the database holds. */
const MOST_WHOLE_DIGITS = 16;
/** So long a text has fifteen digits at most, which are exact in a number. */
const EXACT_LENGTH = 16;

/**
 * Not a number where the text is none of `-?(0|[1-9][0-9]{0,15})\.[0-9]{2}`, or is `-0.00`; not exact for a text longer than
 * `EXACT_LENGTH`.
 */
function fenOf(text: string): number {
  const first = text.charCodeAt(0) === MINUS ? 1 : 0;
  const point = text.length - DECIMALS;
  const wholeDigits = point - first;
  if (wholeDigits < 1 || wholeDigits > MOST_WHOLE_DIGITS || text.charCodeAt(point) !== POINT) return Number.NaN;
  if (wholeDigits > 1 && text.charCodeAt(first) === ZERO) return Number.NaN;
  let amountFen = 0;
  for (let at = first; at < text.length; at += 1) {
    if (at === point) continue;
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    amountFen = amountFen * 10 + digit;
  }
  if (first === 0) return amountFen;
  return amountFen === 0 ? Number.NaN : -amountFen;
}

export function isYuan(text: string): boolean {
  return !Number.isNaN(fenOf(text));
}

/** Throws a RangeError where the text is not an amount in yuan with two decimals. */
export function parseYuan(text: Yuan): Fen {
  const amountFen = fenOf(text);
  if (Number.isNaN(amountFen)) throw new RangeError(`not an amount in yuan with two decimals: ${JSON.stringify(text)}`);
  // A bigint is made of a number in less time than of a text.
  return BigInt(text.length <= EXACT_LENGTH ? amountFen : text.slice(0, -DECIMALS) + text.slice(1 - DECIMALS));
}

const EXACT_FEN = BigInt(Number.MAX_SAFE_INTEGER);

export function formatYuan(amountFen: Fen): Yuan {
  if (amountFen <= EXACT_FEN && amountFen >= -EXACT_FEN) {
    const fen = Math.abs(Number(amountFen));
    const cents = fen % 100;
    return `${amountFen < 0n ? '-' : ''}${(fen - cents) / 100}${cents < 10 ? '.0' : '.'}${cents}`;
  }
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
