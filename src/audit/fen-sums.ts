import { type Fen, formatYuan, parseYuan } from '../domain/money.js';
import { Numbers } from './numbers.js';

const MOST = Number.MAX_SAFE_INTEGER;

/** A number as long as that is a safe integer, a bigint beyond (90 trillion yuan). */
export type ExactFen = number | Fen;

/**
 * Sums of fen, each under a number from 0 on. What one posting moves is below 10 ** 15 fen, so it is exact as a number, and so is a sum
 * as long as it is a safe integer; one that outgrows that goes on as a bigint.
 */
export class FenSums {
  private readonly sums = new Numbers();
  private readonly large = new Map<number, Fen>();

  /** Begins a sum, and gives its number. */
  begin(firstFen: ExactFen = 0): number {
    this.sums.push(typeof firstFen === 'number' ? firstFen : Number.NaN);
    if (typeof firstFen === 'bigint') this.large.set(this.sums.length - 1, firstFen);
    return this.sums.length - 1;
  }

  add(at: number, amountFen: ExactFen): void {
    if (typeof amountFen === 'bigint') {
      this.addLarge(at, amountFen);
      return;
    }
    // Not a number where the sum is a large one: no comparison holds.
    const sum = (this.sums.at(at) ?? 0) + amountFen;
    if (sum <= MOST && sum >= -MOST) this.sums.set(at, sum);
    else this.addLarge(at, amountFen);
  }

  isBelowZero(at: number): boolean {
    const sum = this.sums.at(at) ?? 0;
    return sum < 0 || (Number.isNaN(sum) && this.fen(at) < 0n);
  }

  isNothing(at: number): boolean {
    const sum = this.sums.at(at) ?? 0;
    return sum === 0 || (Number.isNaN(sum) && this.fen(at) === 0n);
  }

  exact(at: number): ExactFen {
    return this.large.get(at) ?? this.sums.at(at) ?? 0;
  }

  fen(at: number): Fen {
    return this.large.get(at) ?? BigInt(this.sums.at(at) ?? 0);
  }

  yuan(at: number): string {
    const sum = this.sums.at(at) ?? 0;
    return Number.isNaN(sum) ? formatYuan(this.fen(at)) : yuanOf(sum);
  }

  private addLarge(at: number, amountFen: ExactFen): void {
    this.large.set(at, this.fen(at) + BigInt(amountFen));
    this.sums.set(at, Number.NaN);
  }
}

/** Of an amount in yuan with two decimals, exact where it has at most thirteen digits before them, as that of a posting has. */
export function fenOf(yuan: string): number {
  const end = yuan.length - 3;
  let fen = 0;
  for (let at = yuan.charCodeAt(0) === MINUS ? 1 : 0; at < yuan.length; at += 1)
    if (at !== end) fen = fen * 10 + (yuan.charCodeAt(at) - ZERO);
  return yuan.charCodeAt(0) === MINUS ? -fen : fen;
}

/** The same of what all lines of an entry move: up to two hundred of them, each a trillion yuan. */
export function entryFenOf(yuan: string): ExactFen {
  const fen = fenOf(yuan);
  return Number.isSafeInteger(fen) ? fen : parseYuan(yuan);
}

/** The other way round, of a safe integer. */
function yuanOf(fen: number): string {
  const digits = String(Math.abs(fen)).padStart(3, '0');
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

const MINUS = 0x2d;
const ZERO = 0x30;
