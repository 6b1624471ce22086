import type { Judge } from './byte-text.js';

const SLOTS = 1 << 12;
const PRIME = 0x01000193;
const QUOTE = 0x22;

interface Known {
  bytes: Uint8Array;
  text: string;
}

/**
 * The texts of a field that has few: each is judged once, and once made it is the same text wherever it comes again. Where two
 * share a slot the later one takes it, so that an odd book takes no more memory.
 */
export class KnownTexts {
  private readonly slots: (Known | undefined)[] = new Array<undefined>(SLOTS).fill(undefined);
  /** Where the text that was read last ends. */
  end = 0;

  constructor(private readonly isRight: Judge) {}

  /** The text that stands from `from` to the next quote before `limit`, or to there; undefined where it is not as it must be. */
  read(bytes: Buffer, from: number, limit: number): string | undefined {
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
    return known !== undefined && isSame(known.bytes, bytes, from, to)
      ? known.text
      : this.readNew(bytes, from, to, slot);
  }

  private readNew(bytes: Buffer, from: number, to: number, slot: number): string | undefined {
    if (!this.isRight(bytes, from, to)) return undefined;
    const text = bytes.toString('latin1', from, to);
    this.slots[slot] = { bytes: Uint8Array.prototype.slice.call(bytes, from, to), text };
    return text;
  }
}

function isSame(held: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (held.length !== to - from) return false;
  for (let at = 0; at < held.length; at += 1) if (held[at] !== bytes[from + at]) return false;
  return true;
}
