const FIRST_BYTES = 1 << 16;
const FIRST_TEXTS = 1 << 10;
/** What nothing is written to costs no memory, and what is copied does. */
const GROWTH = 4;

/** Texts, byte for byte, under numbers from 0 on, as bytes in one block, so that of a hundred thousand nothing is left to the collector. */
export class TextStore {
  private bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  /** Where each ends in the block. */
  private ends = new Uint32Array(FIRST_TEXTS);
  private texts = 0;

  get count(): number {
    return this.texts;
  }

  /** Takes in a text, under the next number. */
  add(text: string): void {
    const start = this.start(this.texts);
    this.makeRoom(start + text.length);
    const { bytes } = this;
    for (let at = 0; at < text.length; at += 1) bytes[start + at] = text.charCodeAt(at);
    this.ends[this.texts] = start + text.length;
    this.texts += 1;
  }

  text(number: number): string {
    return this.bytes.toString('latin1', this.start(number), this.ends[number]);
  }

  isAt(number: number, text: string): boolean {
    const start = this.start(number);
    if ((this.ends[number] as number) - start !== text.length) return false;
    const { bytes } = this;
    for (let at = 0; at < text.length; at += 1) if (bytes[start + at] !== text.charCodeAt(at)) return false;
    return true;
  }

  private start(number: number): number {
    return number === 0 ? 0 : (this.ends[number - 1] as number);
  }

  private makeRoom(end: number): void {
    if (end > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * GROWTH, end));
      this.bytes.copy(larger);
      this.bytes = larger;
    }
    if (this.texts < this.ends.length) return;
    const ends = new Uint32Array(this.texts * GROWTH);
    ends.set(this.ends);
    this.ends = ends;
  }
}
