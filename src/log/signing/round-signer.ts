import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import type { Signer } from '../note.js';
import type { SigningWork } from './signing-program.js';
import { Slots } from './slots.js';

const PROGRAM = new URL('./signing-program.js', import.meta.url);
/** To wake the helper costs about as much as a signature. */
const WORTH_WAKING = 4;
/** A signature takes 40 µs; whoever has not made it after this is not running, or lacks a processor. */
const PATIENCE_MS = 0.06;
/** It makes little garbage. */
const YOUNG_MIB = 2;

interface Asked {
  text: string;
  isOffered: boolean;
  answer(note: string): void;
  fail(error: unknown): void;
}

/**
 * Signs the checkpoints that are asked for in one moment, those of a round of all books: this thread from the last on, and, where
 * they are several, a helper from the first on (docs/decisions/signed-by-two.md). It never waits for the helper, but for the one
 * signature that it is making, and not for long: an Ed25519 signature of a text is the same whoever makes it.
 */
export class RoundSigner {
  private asked: Asked[] = [];
  private readonly slots = new Slots();
  private helper: Worker | undefined;

  constructor(private readonly signer: Signer) {}

  /** From now on there is a helper. Where it fails, `log` is told, and this thread signs everything again. */
  start(log: (message: string, facts: Record<string, unknown>) => void): void {
    const workerData: SigningWork = { memory: this.slots.memory, privateKey: this.signer.privateKey };
    const helper = new Worker(PROGRAM, { workerData, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB } });
    this.helper = helper;
    helper.unref();
    helper.on('error', (error) => log('the thread that helps to sign failed', { error: error.message }));
    helper.on('exit', () => {
      this.helper = undefined;
    });
  }

  async stop(): Promise<void> {
    await this.helper?.terminate();
  }

  /** The text as a signed note. */
  sign(text: string): Promise<string> {
    return new Promise((answer, fail) => {
      // After all that goes on in this turn of the event loop, such as the decisions of other books.
      if (this.asked.length === 0) process.nextTick(() => this.finish());
      const isOffered = this.helper !== undefined && this.slots.offer(this.asked.length, text);
      this.asked.push({ text, isOffered, answer, fail });
      if (this.asked.length === WORTH_WAKING) this.slots.open();
    });
  }

  private finish(): void {
    const { asked, slots } = this;
    this.asked = [];
    slots.close();
    const taken: [slot: number, one: Asked][] = [];
    for (const [slot, one] of [...asked.entries()].reverse()) {
      if (one.isOffered && !slots.takeBack(slot)) taken.push([slot, one]);
      else this.signHere(one);
    }
    const end = performance.now() + PATIENCE_MS;
    for (const [slot, one] of taken) {
      let signature = slots.collect(slot);
      while (signature === undefined && performance.now() < end) signature = slots.collect(slot);
      if (signature === undefined) this.signHere(one);
      else one.answer(this.signer.noteOf(one.text, signature));
    }
  }

  private signHere({ text, answer, fail }: Asked): void {
    try {
      answer(this.signer.sign(text));
    } catch (error) {
      fail(error);
    }
  }
}
