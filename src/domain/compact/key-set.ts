const BLOCK = 65_536;
const FIRST_BLOCK = 256;
const FIRST_SLOTS = 16;
const LONGEST = 255;

/** For keeping a set elsewhere: first how large its index is and what stands apart, then the bytes of each block. */
export type KeySetPart = { slots: number; others: string[] } | Uint8Array;

/**
 * A set of short ASCII texts that is only added to, in their own bytes and some ten more: a book can hold millions, and a `Set`
 * takes a hundred bytes for each. It is exact, since the bytes themselves are compared; what is no short ASCII text stands in
 * a `Set`. How it is laid out depends on nothing but what was added, in its order.
 */
export class KeySet {
  /** The texts, one after another inside a block: a byte for the length, then a byte for each character. */
  private readonly blocks: Uint8Array[] = [];
  /** Bytes used of the last block. */
  private used = 0;
  private count = 0;
  /** Open addressing: 1 + where the text begins; 0 is a free place. */
  private slots = new Uint32Array(FIRST_SLOTS);
  private readonly others = new Set<string>();

  get size(): number {
    return this.count + this.others.size;
  }

  has(key: string): boolean {
    return isShortAscii(key) ? this.slots[this.slotOf(key)] !== 0 : this.others.has(key);
  }

  add(key: string): void {
    if (!isShortAscii(key)) {
      this.others.add(key);
      return;
    }
    const slot = this.slotOf(key);
    if (this.slots[slot] !== 0) return;
    this.slots[slot] = 1 + this.write(key);
    this.count += 1;
    if (this.count * 2 > this.slots.length) this.grow();
  }

  /** What is kept of it elsewhere, in order; `addPart` takes each back into a set that was empty. */
  *parts(): Generator<KeySetPart> {
    yield { slots: this.slots.length, others: [...this.others] };
    for (const [index, block] of this.blocks.entries()) {
      yield index === this.blocks.length - 1 ? block.subarray(0, this.used) : block;
    }
  }

  addPart(part: KeySetPart): void {
    if ('slots' in part) {
      this.slots = new Uint32Array(part.slots);
      for (const key of part.others) this.others.add(key);
      return;
    }
    const block = new Uint8Array(capacity(this.blocks.length, part.length));
    block.set(part);
    this.blocks.push(block);
    this.used = part.length;
    this.count += this.indexBlock(this.blocks.length - 1);
  }

  /** Where the text stands, or the free place where it would. */
  private slotOf(key: string): number {
    const mask = this.slots.length - 1;
    let slot = hashOf(key) & mask;
    for (let place = this.slots[slot] ?? 0; place !== 0; place = this.slots[slot] ?? 0) {
      if (this.isAt(place - 1, key)) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private isAt(begin: number, key: string): boolean {
    const block = this.blocks[Math.floor(begin / BLOCK)];
    const at = begin % BLOCK;
    if (block === undefined || block[at] !== key.length) return false;
    for (let index = 0; index < key.length; index += 1) {
      if (block[at + 1 + index] !== key.charCodeAt(index)) return false;
    }
    return true;
  }

  private write(key: string): number {
    const needed = 1 + key.length;
    let block = this.blocks.at(-1);
    if (block === undefined || this.used + needed > BLOCK) {
      block = new Uint8Array(capacity(this.blocks.length, needed));
      this.blocks.push(block);
      this.used = 0;
    } else if (this.used + needed > block.length) {
      const larger = new Uint8Array(capacity(this.blocks.length - 1, this.used + needed));
      larger.set(block);
      block = larger;
      this.blocks[this.blocks.length - 1] = larger;
    }
    const at = this.used;
    block[at] = key.length;
    for (let index = 0; index < key.length; index += 1) block[at + 1 + index] = key.charCodeAt(index);
    this.used += needed;
    return (this.blocks.length - 1) * BLOCK + at;
  }

  private grow(): void {
    let length = this.slots.length;
    while (this.count * 2 > length) length *= 2;
    this.slots = new Uint32Array(length);
    for (const number of this.blocks.keys()) this.indexBlock(number);
  }

  /** How many texts the block has. */
  private indexBlock(number: number): number {
    const block = this.blocks[number] ?? new Uint8Array();
    const { slots } = this;
    const mask = slots.length - 1;
    let count = 0;
    for (let at = 0; at < block.length; ) {
      const end = at + 1 + (block[at] ?? 0);
      // No text is empty: the rest of the block is free.
      if (end === at + 1) return count;
      let hash = FIRST_HASH;
      for (let index = at + 1; index < end; index += 1) hash = nextHash(hash, block[index] ?? 0);
      let slot = hash & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = 1 + number * BLOCK + at;
      count += 1;
      at = end;
    }
    return count;
  }
}

function isShortAscii(key: string): boolean {
  if (key.length === 0 || key.length > LONGEST) return false;
  for (let index = 0; index < key.length; index += 1) if (key.charCodeAt(index) > 0x7f) return false;
  return true;
}

/** FNV-1a, 32 bits. */
const FIRST_HASH = 0x811c9dc5;

function nextHash(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193);
}

function hashOf(key: string): number {
  let hash = FIRST_HASH;
  for (let index = 0; index < key.length; index += 1) hash = nextHash(hash, key.charCodeAt(index));
  return hash;
}

/** The first block grows, so that a small book is small. */
function capacity(blocksBefore: number, needed: number): number {
  if (blocksBefore > 0) return BLOCK;
  let length = FIRST_BLOCK;
  while (length < needed) length *= 2;
  return length;
}
