const BLOCK = 65_536;
const FIRST = 16;
const LARGEST = 0xffff_ffff;

interface Block<Value> {
  readonly length: number;
  [index: number]: Value;
  set(values: ArrayLike<Value>): void;
  subarray(from: number, to: number): Block<Value>;
}

/**
 * Values one after another, of which none is ever changed: a book can hold millions, so they stand in typed arrays, four or
 * eight bytes each. How the blocks are cut depends on nothing but how many there are.
 */
abstract class Column<Value extends number | bigint> {
  length = 0;
  private readonly blocks: Block<Value>[] = [];

  protected abstract block(length: number): Block<Value>;

  push(value: Value): void {
    const at = this.length % BLOCK;
    let block = at === 0 ? undefined : this.blocks.at(-1);
    if (block === undefined || at === block.length) {
      const larger = this.block(capacity(this.length, at + 1));
      if (block === undefined) this.blocks.push(larger);
      else {
        larger.set(block);
        this.blocks[this.blocks.length - 1] = larger;
      }
      block = larger;
    }
    block[at] = value;
    this.length += 1;
  }

  at(index: number): Value {
    const value = this.blocks[Math.floor(index / BLOCK)]?.[index % BLOCK];
    if (value === undefined || index >= this.length) throw new RangeError(`there is no value ${index}`);
    return value;
  }

  /** What is kept of it elsewhere, in order; `addPart` takes each back. */
  *parts(): Generator<ArrayLike<Value>> {
    for (const [index, block] of this.blocks.entries())
      yield block.subarray(0, Math.min(block.length, this.length - index * BLOCK));
  }

  addPart(values: ArrayLike<Value>): void {
    if (this.length % BLOCK !== 0 || values.length > BLOCK) throw new RangeError('the parts do not follow one another');
    const block = this.block(capacity(this.length, values.length));
    block.set(values);
    this.blocks.push(block);
    this.length += values.length;
  }
}

/** The first block grows, so that a small book is small. */
function capacity(before: number, needed: number): number {
  if (before >= BLOCK) return BLOCK;
  let length = FIRST;
  while (length < needed) length *= 2;
  return length;
}

/** Whole numbers from 0 to 2^32 - 1. */
export class NumberColumn extends Column<number> {
  protected block(length: number): Uint32Array {
    return new Uint32Array(length);
  }

  override push(value: number): void {
    if (value > LARGEST) throw new RangeError(`${value} is more than a column takes`);
    super.push(value);
  }
}

/** Amounts in fen; those of a posting are far below 2^63. */
export class FenColumn extends Column<bigint> {
  protected block(length: number): BigInt64Array {
    return new BigInt64Array(length);
  }
}
