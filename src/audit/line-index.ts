import type { Numbers } from './numbers.js';

/** Which balances a way changes, each under its number. */
interface Way {
  fromBalance: number;
  toBalance: number;
}

/**
 * Which lines of a ledger touched a balance. Only notices and reversals ask for it, and there may be thousands: it grows when it is
 * asked, by what came since, so that a book is gone through once for all of them.
 */
export class LineIndex {
  private readonly ofBalance: number[][] = [];
  private lines = 0;

  /** @param lineWays by line, the number of its way */
  grow(ways: readonly Way[], lineWays: Numbers): void {
    for (; this.lines < lineWays.length; this.lines += 1) {
      const { fromBalance, toBalance } = ways[lineWays.at(this.lines) as number] as Way;
      this.listOf(fromBalance).push(this.lines);
      this.listOf(toBalance).push(this.lines);
    }
  }

  /** In their order. */
  linesOf(balance: number): readonly number[] {
    return this.ofBalance[balance] ?? [];
  }

  private listOf(balance: number): number[] {
    let list = this.ofBalance[balance];
    if (list === undefined) {
      list = [];
      this.ofBalance[balance] = list;
    }
    return list;
  }
}
