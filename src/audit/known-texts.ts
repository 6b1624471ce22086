import type { Judge } from './byte-text.js';

/** How many texts are known at once. */
const SLOTS = 1 << 12;
const PRIME = 0x01000193;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Added to the number of a slot that has got another text. */
export const NEW = SLOTS;
/** Stands for a text that is not as it must be, or has a backslash. */
export const WRONG = -1;

/**
 * The texts of a field that has few: each is judged once, and told by a number from then on. Where two share a slot the later one
 * takes it, so that an odd book takes no more memory.
 */
export class KnownTexts {
  private readonly slots: (Uint8Array | undefined)[] = new Array<undefined>(SLOTS).fill(undefined);
  /** Where the text that was read last ends. */
  end = 0;

  constructor(private readonly isRight: Judge) {}

  /**
   * The slot of the text from `from` to the next quote before `limit`, or to there; with `NEW` added where it comes as a new one.
   *
   * @param likely a slot in which it may well be
   */
  read(bytes: Buffer, from: number, limit: number, likely = 0): number {
    const expected = this.slots[likely];
    if (expected !== undefined && bytes[from + expected.length] === QUOTE && isSame(expected, bytes, from)) {
      this.end = from + expected.length;
      if (this.end <= limit) return likely;
    }
    let hash = 0;
    let to = from;
    for (; to < limit; to += 1) {
      const byte = bytes[to] as number;
      if (byte === QUOTE) break;
      hash = Math.imul(hash ^ byte, PRIME);
    }
    this.end = to;
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    const known = this.slots[slot];
    if (known?.length === to - from && isSame(known, bytes, from)) return slot;
    const text = Uint8Array.prototype.slice.call(bytes, from, to);
    if (text.includes(BACKSLASH) || !this.isRight(bytes, from, to)) return WRONG;
    this.slots[slot] = text;
    return slot + NEW;
  }

  /** Every text comes as a new one again. */
  forget(): void {
    this.slots.fill(undefined);
  }
}

function isSame(held: Uint8Array, bytes: Uint8Array, from: number): boolean {
  for (let at = 0; at < held.length; at += 1) if (held[at] !== bytes[from + at]) return false;
  return true;
}
