import { PlainError } from '../plain-error.js';

const FIRST_BYTES = 1 << 16;
const FIRST_TEXTS = 1 << 10;
/** What nothing is written to costs no memory, and what is copied does. */
const GROWTH = 4;
const WORD = 4;
/** Where a text ends is a number of 32 bits. */
const MOST_BYTES = 2 ** 32 - 1;
const TOO_MANY =
  '账套中的编号或请求编号共超过 4 GiB,本程序无法核验。 The ids or the keys of this book have more than 4 GiB together, which this program cannot verify.';
const [PRIME, OTHER_PRIME] = [0x01000193, 0x85ebca6b];

/** Texts, byte for byte, under numbers from 0 on, as bytes in one block, so that of a hundred thousand nothing is left to the collector. */
export class TextStore {
  private bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  private view = viewOf(this.bytes);
  /** Where each ends in the block. */
  private ends = new Uint32Array(FIRST_TEXTS);
  private texts = 0;

  get count(): number {
    return this.texts;
  }

  /** Takes in a text, under the next number. */
  add(text: string): void {
    this.hold(text);
    this.texts += 1;
  }

  /** Puts a text where the next would be, so that it can be hashed and compared as bytes: cut out of a line it is slow to go through. */
  hold(text: string): void {
    const start = this.start(this.texts);
    const end = start + text.length;
    this.makeRoom(end);
    this.bytes.write(text, start, 'latin1');
    this.ends[this.texts] = end;
  }

  /** Takes in the text that is held. */
  keep(): void {
    this.texts += 1;
  }

  text(number: number): string {
    return this.bytes.toString('latin1', this.start(number), this.ends[number]);
  }

  /** Of the text that is held. */
  hash(seed: number): number {
    const { bytes, view } = this;
    const end = this.ends[this.texts] as number;
    let hash = seed;
    let at = this.start(this.texts);
    for (; at + WORD <= end; at += WORD) hash = mixed(hash ^ view.getInt32(at, true));
    for (; at < end; at += 1) hash = mixed(hash ^ (bytes[at] as number));
    return hash ^ (hash >>> 13);
  }

  /** Whether a text is the one that is held. */
  isHeld(number: number): boolean {
    const { bytes, view } = this;
    const start = this.start(number);
    const held = this.start(this.texts);
    const end = this.ends[this.texts] as number;
    const length = end - held;
    if ((this.ends[number] as number) - start !== length) return false;
    let at = 0;
    for (; at + WORD <= length; at += WORD)
      if (view.getInt32(start + at, true) !== view.getInt32(held + at, true)) return false;
    for (; at < length; at += 1) if (bytes[start + at] !== bytes[held + at]) return false;
    return true;
  }

  private start(number: number): number {
    return number === 0 ? 0 : (this.ends[number - 1] as number);
  }

  private makeRoom(end: number): void {
    if (end > this.bytes.length) {
      if (end > MOST_BYTES) throw new PlainError(TOO_MANY);
      const larger = Buffer.allocUnsafeSlow(Math.min(Math.max(this.bytes.length * GROWTH, end), MOST_BYTES));
      this.bytes.copy(larger);
      this.bytes = larger;
      this.view = viewOf(larger);
    }
    if (this.texts < this.ends.length) return;
    const ends = new Uint32Array(this.texts * GROWTH);
    ends.set(this.ends);
    this.ends = ends;
  }
}

function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}

/** Twice, so that of texts which are alike but for a bit nobody knows beforehand which hash alike. */
function mixed(hash: number): number {
  const once = Math.imul(hash, PRIME);
  return Math.imul(once ^ (once >>> 15), OTHER_PRIME);
}
