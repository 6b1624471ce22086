import type { RowKey } from '../table.js';

/** Names that are kept as they are; a small book has no more. */
const MOST_EXACT = 10_000;
const BITS = 2 ** 24;
const HASHES = 4;

/**
 * Keys of rows that were put away. Many of them become a Bloom filter of 2 MiB: what it does not know was never put away; of
 * what it knows, a few in ten thousand were not either, up to about half a million keys.
 */
export class PutAway {
  private exact: Set<string> | undefined = new Set();
  private bits = new Uint32Array(0);

  add(key: RowKey): void {
    if (this.exact === undefined) {
      this.mark(key);
      return;
    }
    this.exact.add(nameOf(key));
    if (this.exact.size < MOST_EXACT) return;
    this.bits = new Uint32Array(BITS / 32);
    for (const name of this.exact) this.mark(name.split(BETWEEN));
    this.exact = undefined;
  }

  mayHave(key: RowKey): boolean {
    if (this.exact !== undefined) return this.exact.has(nameOf(key));
    const [first, step] = hashesOf(key);
    for (let n = 0, at = first; n < HASHES; n += 1, at = (at + step) >>> 0) {
      if (((this.bits[(at % BITS) >>> 5] ?? 0) & (1 << (at & 31))) === 0) return false;
    }
    return true;
  }

  private mark(key: RowKey): void {
    const [first, step] = hashesOf(key);
    for (let n = 0, at = first; n < HASHES; n += 1, at = (at + step) >>> 0) {
      const word = (at % BITS) >>> 5;
      this.bits[word] = (this.bits[word] ?? 0) | (1 << (at & 31));
    }
  }
}

/** Never in a key. */
const BETWEEN = '\u0000';

function nameOf(key: RowKey): string {
  return key.join(BETWEEN);
}

/** Two hashes in one pass, FNV-1a and one of another multiplier; the second is odd, so that its steps meet every place. */
function hashesOf(key: RowKey): [number, number] {
  let [one, other] = [0x811c9dc5, 0x9e3779b9];
  for (const part of key) {
    const text = typeof part === 'string' ? part : `${part}`;
    // Its end counts too, as a sign that is in no text.
    for (let index = 0; index <= text.length; index += 1) {
      const unit = index === text.length ? 0x10000 : text.charCodeAt(index);
      one = Math.imul(one ^ unit, 0x01000193);
      other = Math.imul(other ^ unit, 0x85ebca6b) ^ (other >>> 13);
    }
  }
  return [(one ^ (one >>> 15)) >>> 0, (other | 1) >>> 0];
}
