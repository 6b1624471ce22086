import type { Numbers } from './numbers.js';

interface Way {
  number: number;
  from: string;
  to: string;
}

/**
 * Which lines of a ledger touched an account. Only notices ask for it, and there may be thousands: it grows when it is asked, by what
 * came since, so that a book is gone through once for all of them.
 */
export class LineIndex {
  private readonly ofAccount = new Map<string, number[]>();
  /** By way: the lists of its two accounts. */
  private readonly ofWay: [from: number[], to: number[]][] = [];
  private lines = 0;

  /** @param lineWays by line, the number of its way */
  grow(ways: readonly Way[], lineWays: Numbers): void {
    for (let number = this.ofWay.length; number < ways.length; number += 1) {
      const { from, to } = ways[number] as Way;
      this.ofWay.push([this.listOf(from), this.listOf(to)]);
    }
    for (; this.lines < lineWays.length; this.lines += 1) {
      const [from, to] = this.ofWay[lineWays.at(this.lines) as number] as [number[], number[]];
      from.push(this.lines);
      if (to !== from) to.push(this.lines);
    }
  }

  /** In their order. */
  linesOf(account: string): readonly number[] {
    return this.ofAccount.get(account) ?? [];
  }

  private listOf(account: string): number[] {
    const list = this.ofAccount.get(account) ?? [];
    this.ofAccount.set(account, list);
    return list;
  }
}
