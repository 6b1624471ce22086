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
  private readonly ofWay: number[][] = [];
  private readonly waysOf = new Map<string, number[]>();
  private lines = 0;

  /** @param lineWays by line, the number of its way */
  grow(ways: readonly Way[], lineWays: Numbers): void {
    for (let number = this.ofWay.length; number < ways.length; number += 1) {
      const { from, to } = ways[number] as Way;
      this.ofWay.push([]);
      this.touches(from, number);
      this.touches(to, number);
    }
    for (; this.lines < lineWays.length; this.lines += 1)
      this.ofWay[lineWays.at(this.lines) as number]?.push(this.lines);
  }

  /** In their order. */
  linesOf(account: string): Float64Array {
    const found = (this.waysOf.get(account) ?? []).map((way) => this.ofWay[way] ?? []);
    const lines = new Float64Array(found.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const ofWay of found) {
      lines.set(ofWay, at);
      at += ofWay.length;
    }
    return lines.sort();
  }

  private touches(account: string, way: number): void {
    const ways = this.waysOf.get(account);
    if (ways === undefined) this.waysOf.set(account, [way]);
    else ways.push(way);
  }
}
