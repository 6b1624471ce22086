import { type KeyObject, sign } from 'node:crypto';
import { workerData } from 'node:worker_threads';
import { SLOTS, Slots } from './slots.js';

/** How often it looks for more before it sleeps: for about as long as a signature takes, since to be woken takes longer. */
const LOOKS = 2_000;

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
  for (let look = 0; look < LOOKS; look += 1) if (!slots.isEmpty(slot)) return true;
  return false;
}
