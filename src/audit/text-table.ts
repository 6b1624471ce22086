import { TextStore } from './text-store.js';

/** To put texts in other slots is dearer than slots that nothing is in. */
const GROWTH = 4;
const FIRST_SLOTS = 1 << 12;
/** A book may say that it has any number of texts. */
const MOST_SLOTS = 1 << 22;

/** Texts, byte for byte, each once, under numbers from 0 on in the order in which they came: several times cheaper than a Map of texts. */
export class TextTable {
  private readonly texts = new TextStore();
  /**
   * Two numbers a slot, beside one another in memory: the hash of a text that belongs here, or a little before, and one more than
   * its number; 0 where there is none.
   */
  private slots: Int32Array;
  /** Nobody shall be able to prepare a book whose texts all hash alike. */
  private readonly seed = Math.floor(Math.random() * 2 ** 32) | 0;

  /** @param expected how many there may well be */
  constructor(expected = 0) {
    let length = FIRST_SLOTS;
    while (expected * 4 >= length && length < MOST_SLOTS) length *= 2;
    this.slots = empty(length);
  }

  get count(): number {
    return this.texts.count;
  }

  /** The number of a text, which is a new one where the text is. */
  numberOf(text: string): number {
    const hash = this.hash(text);
    const slot = this.slotOf(hash);
    const held = this.slots[slot + 1] as number;
    if (held > 0) return held - 1;
    this.texts.keep();
    this.slots[slot] = hash;
    this.slots[slot + 1] = this.count;
    if (this.count * 4 >= this.slots.length) this.spread();
    return this.count - 1;
  }

  /** Undefined where the table has no such text. */
  find(text: string): number | undefined {
    const held = this.slots[this.slotOf(this.hash(text)) + 1] as number;
    return held > 0 ? held - 1 : undefined;
  }

  text(number: number): string {
    return this.texts.text(number);
  }

  /** Of a text, which is held from then on. */
  private hash(text: string): number {
    this.texts.hold(text);
    return this.texts.hash(this.seed);
  }

  /** Where the text that is held is, or where it would be. */
  private slotOf(hash: number): number {
    const { slots } = this;
    const mask = slots.length - 2;
    for (let slot = (hash << 1) & mask; ; slot = (slot + 2) & mask) {
      const held = slots[slot + 1] as number;
      if (held === 0 || (slots[slot] === hash && this.texts.isHeld(held - 1))) return slot;
    }
  }

  private spread(): void {
    const before = this.slots;
    const slots = empty(before.length * GROWTH);
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

/** Written to at once: a page of memory that is read before it is written the kernel makes twice, and waits for each core. */
function empty(slots: number): Int32Array {
  return new Int32Array(slots).fill(0);
}
