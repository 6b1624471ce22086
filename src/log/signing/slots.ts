/** As many checkpoints of one round as can be offered; the others are signed by the thread that has them. */
export const SLOTS = 128;
/** The text of a checkpoint has fewer, unless the name of its key is very long. */
const MOST_CHARACTERS = 256;
/** In UTF-8 a UTF-16 unit takes three bytes at most. */
const TEXT_BYTES = MOST_CHARACTERS * 3;
const SIGNATURE_BYTES = 64;

const EMPTY = 0;
const OFFERED = 1;
const TAKEN = 2;
const SIGNED = 3;

/** Before the numbers of the slots: how often the bell was rung, and whether more may be offered soon. */
const BELL = 0;
const IS_OPEN = 1;
const FIRST_STATE = 2;
const FIRST_LENGTH = FIRST_STATE + SLOTS;
const NUMBERS = FIRST_LENGTH + SLOTS;
const TEXTS_AT = NUMBERS * Int32Array.BYTES_PER_ELEMENT;
const SIGNATURES_AT = TEXTS_AT + SLOTS * TEXT_BYTES;

/**
 * Memory that the thread that answers and the one that helps it to sign share. A slot is empty, then offered, then taken by the
 * helper, then signed, and empty again when its signature is collected; or from offered straight to empty, where the thread that
 * offered it takes it back. Its state alone says whose it is, so that neither ever waits for a lock.
 */
export class Slots {
  private readonly numbers: Int32Array;
  private readonly texts: Buffer;
  private readonly signatures: Buffer;

  constructor(readonly memory = new SharedArrayBuffer(SIGNATURES_AT + SLOTS * SIGNATURE_BYTES)) {
    this.numbers = new Int32Array(memory, 0, NUMBERS);
    this.texts = Buffer.from(memory, TEXTS_AT, SLOTS * TEXT_BYTES);
    this.signatures = Buffer.from(memory, SIGNATURES_AT, SLOTS * SIGNATURE_BYTES);
  }

  /** False where there is no room for it, or the helper is still at work on what the slot held before. */
  offer(slot: number, text: string): boolean {
    if (slot >= SLOTS || text.length > MOST_CHARACTERS) return false;
    if (Atomics.load(this.numbers, FIRST_STATE + slot) === TAKEN) return false;
    this.numbers[FIRST_LENGTH + slot] = this.texts.write(text, slot * TEXT_BYTES, 'utf8');
    Atomics.store(this.numbers, FIRST_STATE + slot, OFFERED);
    return true;
  }

  /** False where the helper has taken it. */
  takeBack(slot: number): boolean {
    return this.move(slot, OFFERED, EMPTY);
  }

  /** The signature of what the helper has taken; undefined where it is not there yet. */
  collect(slot: number): Buffer | undefined {
    if (Atomics.load(this.numbers, FIRST_STATE + slot) !== SIGNED) return undefined;
    const signature = Buffer.from(this.signatures.subarray(slot * SIGNATURE_BYTES, (slot + 1) * SIGNATURE_BYTES));
    Atomics.store(this.numbers, FIRST_STATE + slot, EMPTY);
    return signature;
  }

  /** Wakes the helper; until `close` more is offered. */
  open(): void {
    Atomics.store(this.numbers, IS_OPEN, 1);
    Atomics.add(this.numbers, BELL, 1);
    Atomics.notify(this.numbers, BELL);
  }

  /** Nothing more is offered for a while. */
  close(): void {
    Atomics.store(this.numbers, IS_OPEN, 0);
  }

  /** Of the helper. */
  get isOpen(): boolean {
    return Atomics.load(this.numbers, IS_OPEN) === 1;
  }

  /** Of the helper: how often it was woken, or would have been. */
  get rung(): number {
    return Atomics.load(this.numbers, BELL);
  }

  /** Of the helper: sleeps until that is more often. */
  sleep(rung: number): void {
    Atomics.wait(this.numbers, BELL, rung);
  }

  /** Of the helper: whether there is nothing in the slot, so that nothing is in those after it either. */
  isEmpty(slot: number): boolean {
    return Atomics.load(this.numbers, FIRST_STATE + slot) === EMPTY;
  }

  /** Of the helper: signs what is in the slot, unless it was taken back. */
  sign(slot: number, sign: (text: Buffer) => Uint8Array): void {
    if (!this.move(slot, OFFERED, TAKEN)) return;
    const begin = slot * TEXT_BYTES;
    const text = Buffer.from(this.texts.subarray(begin, begin + (this.numbers[FIRST_LENGTH + slot] ?? 0)));
    this.signatures.set(sign(text), slot * SIGNATURE_BYTES);
    Atomics.store(this.numbers, FIRST_STATE + slot, SIGNED);
  }

  private move(slot: number, from: number, to: number): boolean {
    return Atomics.compareExchange(this.numbers, FIRST_STATE + slot, from, to) === from;
  }
}
