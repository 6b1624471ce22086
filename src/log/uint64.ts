const DECIMAL = /^(?:0|[1-9]\d{0,19})$/;
const LIMIT = 1n << 64n;

/** A number of leaves or of a leaf as the texts of a log write it: decimal, without leading zeroes, below 2^64. */
export function parseUint64(text: string): bigint | undefined {
  if (!DECIMAL.test(text)) return undefined;
  const value = BigInt(text);
  return value < LIMIT ? value : undefined;
}
