const PRIME = 0x01000193;
const FIRST_BYTES = 1 << 16;
const FIRST_TEXTS = 1 << 10;
const LONGEST_USUAL = 1 << 8;

/**
 * Texts, byte for byte, each once, under numbers from 0 on in the order in which they came. They are held as bytes in one block, so
 * that of a hundred thousand nothing is left to the collector; to take one in is several times cheaper than with a Map of texts.
 */
export class TextTable {
  private bytes = Buffer.allocUnsafe(FIRST_BYTES);
  /** Where each ends in the block. */
  private ends = new Uint32Array(FIRST_TEXTS);
  /**
   * Two numbers a slot, beside one another in memory: the hash of a text that belongs here, or a little before, and one more than
   * its number; 0 where there is none.
   */
  private slots = new Int32Array(FIRST_TEXTS * 4);
  private texts = 0;
  /** Where a text is put to be looked up. */
  private room = new Uint8Array(LONGEST_USUAL);
  /** Nobody shall be able to prepare a book whose texts all hash alike. */
  private readonly seed = Math.floor(Math.random() * 2 ** 32) | 0;

  get count(): number {
    return this.texts;
  }

  /** The number of a text, which is a new one where the text is. */
  numberOf(text: string): number {
    const hash = this.write(text);
    const slot = this.slotOf(hash, text.length);
    const held = this.slots[slot + 1] as number;
    if (held > 0) return held - 1;
    this.hold(text.length);
    this.slots[slot] = hash;
    this.slots[slot + 1] = this.texts;
    if (this.texts * 4 >= this.slots.length) this.spread();
    return this.texts - 1;
  }

  /** Undefined where the table has no such text. */
  find(text: string): number | undefined {
    const held = this.slots[this.slotOf(this.write(text), text.length) + 1] as number;
    return held > 0 ? held - 1 : undefined;
  }

  text(number: number): string {
    return this.bytes.toString('latin1', this.start(number), this.ends[number]);
  }

  /** Puts a text where it can be looked up, and gives its hash. */
  private write(text: string): number {
    if (text.length > this.room.length) this.room = new Uint8Array(text.length * 2);
    const { room } = this;
    let hash = this.seed;
    for (let at = 0; at < text.length; at += 1) {
      const byte = text.charCodeAt(at);
      room[at] = byte;
      hash = Math.imul(hash ^ byte, PRIME);
    }
    hash = Math.imul(hash ^ (hash >>> 15), PRIME);
    return hash ^ (hash >>> 13);
  }

  /** Where the written text is, or where it would be. */
  private slotOf(hash: number, length: number): number {
    const { slots } = this;
    const mask = slots.length - 2;
    for (let slot = (hash << 1) & mask; ; slot = (slot + 2) & mask) {
      const held = slots[slot + 1] as number;
      if (held === 0 || (slots[slot] === hash && this.isWritten(held - 1, length))) return slot;
    }
  }

  private isWritten(number: number, length: number): boolean {
    const start = this.start(number);
    if ((this.ends[number] as number) - start !== length) return false;
    const { bytes, room } = this;
    for (let at = 0; at < length; at += 1) if (bytes[start + at] !== room[at]) return false;
    return true;
  }

  private start(number: number): number {
    return number === 0 ? 0 : (this.ends[number - 1] as number);
  }

  private hold(length: number): void {
    const start = this.start(this.texts);
    const end = start + length;
    if (end > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, end));
      this.bytes.copy(larger);
      this.bytes = larger;
    }
    const { bytes, room } = this;
    for (let at = 0; at < length; at += 1) bytes[start + at] = room[at] as number;
    if (this.texts === this.ends.length) {
      const ends = new Uint32Array(this.texts * 2);
      ends.set(this.ends);
      this.ends = ends;
    }
    this.ends[this.texts] = end;
    this.texts += 1;
  }

  private spread(): void {
    const before = this.slots;
    const slots = new Int32Array(before.length * 2);
    const mask = slots.length - 2;
    for (let old = 0; old < before.length; old += 2) {
      const [hash, held] = [before[old] as number, before[old + 1] as number];
      if (held === 0) continue;
      let slot = (hash << 1) & mask;
      while (slots[slot + 1] !== 0) slot = (slot + 2) & mask;
      slots[slot] = hash;
      slots[slot + 1] = held;
    }
    this.slots = slots;
  }
}
