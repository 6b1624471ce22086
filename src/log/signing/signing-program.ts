import { type KeyObject, sign } from 'node:crypto';
import { workerData } from 'node:worker_threads';
import { SLOTS, Slots } from './slots.js';

/** How often it looks for the next of a round before it sleeps: some 100 µs, in which a book with few entries is decided. */
const LOOKS = 6_000;

/** What the thread begins with. */
export interface SigningWork {
  memory: SharedArrayBuffer;
  privateKey: KeyObject;
}

/** The thread that helps to sign (`RoundSigner`): what is offered from the first slot on, then it sleeps until the bell is rung. */
const { memory, privateKey } = workerData as SigningWork;
const slots = new Slots(memory);
const signed = (text: Buffer) => sign(null, text, privateKey);

for (;;) {
  const { rung } = slots;
  for (let slot = 0; slot < SLOTS && isThere(slot); slot += 1) slots.sign(slot, signed);
  slots.sleep(rung);
}

function isThere(slot: number): boolean {
  for (let look = 0; look < LOOKS; look += 1) {
    if (!slots.isEmpty(slot)) return true;
    if (!slots.isOpen) return false;
  }
  return false;
}
