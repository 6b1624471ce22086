const FIRST = 1 << 10;
/** A book may say that it has any number of entries. */
const MOST_EXPECTED = 1 << 20;
/** What nothing is written to costs no memory, and what is copied does. */
const GROWTH = 4;

/**
 * Numbers one after another, eight bytes each: the columns of what there may be as many of as entries. A list of V8's own is copied
 * more often while it grows, is gone through by the collector, and had each page of its memory made by the kernel three times.
 */
export class Numbers {
  length = 0;
  private held: Float64Array;

  /** @param expected how many there may well be */
  constructor(expected = FIRST) {
    this.held = new Float64Array(Math.min(Math.max(expected, FIRST), MOST_EXPECTED));
  }

  push(number: number): void {
    if (this.length === this.held.length) this.grow();
    this.held[this.length] = number;
    this.length += 1;
  }

  /** Undefined where there is none. */
  at(index: number): number | undefined {
    return index < this.length ? this.held[index] : undefined;
  }

  /** In the place of one that is there. */
  set(index: number, number: number): void {
    this.held[index] = number;
  }

  private grow(): void {
    const larger = new Float64Array(this.held.length * GROWTH);
    larger.set(this.held);
    this.held = larger;
  }
}
