import type { Fen } from '../../domain/money.js';
import type { Unit } from '../fixtures/check.js';

/** Fen of one unit, as a power of ten. */
export const UNIT_DIGITS: Record<Unit, number> = { yuan: 2, wan: 6, yi: 10 };
export const UNIT_NAMES: Record<Unit, string> = { yuan: '元', wan: '万元', yi: '亿元' };

/** Exact, with grouped thousands and at least two decimals: 7247124.84 yuan is `724.712484` 万元. */
export function formatIn(unit: Unit, amountFen: Fen): string {
  const digits = UNIT_DIGITS[unit];
  const [whole, decimals] = split(amountFen < 0n ? -amountFen : amountFen, digits);
  const trimmed = decimals.replace(/0+$/, '').padEnd(2, '0');
  return `${amountFen < 0n ? '-' : ''}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${trimmed}`;
}

/** Rounded half up (away from zero) to so many decimals of the unit, e.g. to compare with what a notice prints. */
export function roundIn(unit: Unit, amountFen: Fen, decimals: number): Fen {
  const step = 10n ** BigInt(Math.max(0, UNIT_DIGITS[unit] - decimals));
  const size = amountFen < 0n ? -amountFen : amountFen;
  const rounded = ((size + step / 2n) / step) * step;
  return amountFen < 0n ? -rounded : rounded;
}

/** Percent with so many decimals, rounded half up, as an integer of the last decimal: 1 of 3 with 2 is 3333n. */
export function percentOf(partFen: Fen, wholeFen: Fen, decimals: number): bigint {
  if (wholeFen === 0n) throw new RangeError('no share of nothing');
  return (partFen * 10n ** BigInt(decimals + 2) * 2n + wholeFen) / (wholeFen * 2n);
}

/** 3333n with 2 decimals is `33.33`. */
export function formatDecimal(value: bigint, decimals: number): string {
  const [whole, rest] = split(value < 0n ? -value : value, decimals);
  return `${value < 0n ? '-' : ''}${whole}${decimals > 0 ? `.${rest}` : ''}`;
}

export function decimalsOf(printed: string): number {
  return printed.split('.')[1]?.length ?? 0;
}

function split(value: bigint, digits: number): [whole: string, decimals: string] {
  const text = value.toString().padStart(digits + 1, '0');
  return [text.slice(0, text.length - digits), text.slice(text.length - digits)];
}
