const PRIME = 0x01000193;
const FIRST_BYTES = 1 << 16;
const FIRST_SLOTS = 1 << 10;

/**
 * Texts, byte for byte, each once, under numbers from 0 on in the order in which they came. They are held as bytes in one block, so
 * that of a hundred thousand nothing is left to the collector; to take one in is several times cheaper than with a Map of texts.
 */
export class TextTable {
  private bytes = Buffer.allocUnsafe(FIRST_BYTES);
  /** Where each ends in the block. */
  private ends = new Uint32Array(FIRST_SLOTS);
  private hashes = new Int32Array(FIRST_SLOTS);
  /** One more than the number of the text that hashes to here, or to a little before; 0 where none does. */
  private slots = new Int32Array(FIRST_SLOTS * 2);
  private texts = 0;
  /** Nobody shall be able to prepare a book whose texts all hash alike. */
  private readonly seed = Math.floor(Math.random() * 2 ** 32) | 0;

  get count(): number {
    return this.texts;
  }

  /** The number of a text, which is a new one where the text is. */
  numberOf(text: string): number {
    const hash = this.hash(text);
    const slot = this.slotOf(text, hash);
    const held = this.slots[slot] ?? 0;
    if (held > 0) return held - 1;
    this.hold(text, hash);
    this.slots[slot] = this.texts;
    if (this.texts * 2 >= this.slots.length) this.spread();
    return this.texts - 1;
  }

  /** Undefined where the table has no such text. */
  find(text: string): number | undefined {
    const held = this.slots[this.slotOf(text, this.hash(text))] ?? 0;
    return held > 0 ? held - 1 : undefined;
  }

  text(number: number): string {
    return this.bytes.toString('latin1', this.start(number), this.ends[number]);
  }

  private hash(text: string): number {
    let hash = this.seed;
    for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), PRIME);
    hash = Math.imul(hash ^ (hash >>> 15), PRIME);
    return hash ^ (hash >>> 13);
  }

  /** Where a text is, or where it would be. */
  private slotOf(text: string, hash: number): number {
    const { slots } = this;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const held = slots[slot] ?? 0;
      if (held === 0 || (this.hashes[held - 1] === hash && this.is(held - 1, text))) return slot;
    }
  }

  private is(number: number, text: string): boolean {
    const start = this.start(number);
    if ((this.ends[number] ?? 0) - start !== text.length) return false;
    for (let at = 0; at < text.length; at += 1) if (this.bytes[start + at] !== text.charCodeAt(at)) return false;
    return true;
  }

  private start(number: number): number {
    return number === 0 ? 0 : (this.ends[number - 1] ?? 0);
  }

  private hold(text: string, hash: number): void {
    const start = this.start(this.texts);
    const end = start + text.length;
    if (end > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, end));
      this.bytes.copy(larger);
      this.bytes = larger;
    }
    for (let at = 0; at < text.length; at += 1) this.bytes[start + at] = text.charCodeAt(at);
    if (this.texts === this.ends.length) {
      const [ends, hashes] = [new Uint32Array(this.texts * 2), new Int32Array(this.texts * 2)];
      ends.set(this.ends);
      hashes.set(this.hashes);
      this.ends = ends;
      this.hashes = hashes;
    }
    this.ends[this.texts] = end;
    this.hashes[this.texts] = hash;
    this.texts += 1;
  }

  private spread(): void {
    const slots = new Int32Array(this.slots.length * 2);
    const mask = slots.length - 1;
    for (let number = 0; number < this.texts; number += 1) {
      let slot = (this.hashes[number] ?? 0) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number + 1;
    }
    this.slots = slots;
  }
}
