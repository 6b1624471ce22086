const FIRST_CAPACITY = 64;
const PLACES_A_PART = 262_144;

/** Some of the places of a filter, for keeping it elsewhere. */
export interface KeyFilterPart {
  capacity: number;
  size: number;
  from: number;
  hashes: Uint32Array;
}

/**
 * Which idempotency keys a book may hold, in eight bytes a key: a `false` is certain, a `true` is asked of the store. It is
 * built from the stream together with the state, so an unused key costs no query.
 */
export class KeyFilter {
  /** Open addressing; 0 marks a free place. */
  private hashes = new Uint32Array(FIRST_CAPACITY);
  private size = 0;

  mayHold(key: string): boolean {
    const hash = hashOf(key);
    for (let at = hash % this.hashes.length; this.hashes[at] !== 0; at = (at + 1) % this.hashes.length) {
      if (this.hashes[at] === hash) return true;
    }
    return false;
  }

  add(key: string): void {
    if (this.size * 2 >= this.hashes.length) this.grow();
    this.insert(hashOf(key));
  }

  *parts(): Generator<KeyFilterPart> {
    const { length: capacity } = this.hashes;
    for (let from = 0; from < capacity; from += PLACES_A_PART)
      yield { capacity, size: this.size, from, hashes: this.hashes.subarray(from, from + PLACES_A_PART) };
  }

  /** Takes back what `parts` gave, in its order, into a filter that was empty. */
  addPart({ capacity, size, from, hashes }: KeyFilterPart): void {
    if (from === 0) this.hashes = new Uint32Array(capacity);
    this.hashes.set(hashes, from);
    this.size = size;
  }

  private insert(hash: number): void {
    let at = hash % this.hashes.length;
    while (this.hashes[at] !== 0) {
      if (this.hashes[at] === hash) return;
      at = (at + 1) % this.hashes.length;
    }
    this.hashes[at] = hash;
    this.size += 1;
  }

  private grow(): void {
    const old = this.hashes;
    this.hashes = new Uint32Array(old.length * 2);
    this.size = 0;
    for (const hash of old) if (hash !== 0) this.insert(hash);
  }
}

/** FNV-1a, 32 bits, never 0. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  return hash >>> 0 || 1;
}
