import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggerService } from '@nestjs/common';
import type { CosignatureStore } from './cosignature-store.js';
import type { LogStore, SignedCheckpoint } from './log-store.js';
import { consistencyProof, type NodeAt } from './proof.js';
import type { StoredTrees } from './stored-trees.js';
import type { WitnessAnswer, WitnessClient } from './witness-client.js';

interface Stores {
  trees: StoredTrees;
  log: LogStore;
  cosignatures: CosignatureStore;
}

/** Appends gather for this long, so that a busy book is cosigned a few times a second and not a thousand times. */
const GATHER_MS = 200;
/** A witness that failed is left alone for this long. */
const REST_MS = 10_000;

/** Goes between the log and one witness, one submission at a time. */
export class WitnessCourier {
  private readonly due = new Set<string>();
  /** Largest size of each book that the witness has cosigned. */
  private sizes: Map<string, number> | undefined;
  private readonly stopping = new AbortController();
  private isRunning = false;
  private rounds: Promise<void> = Promise.resolve();
  /** What was complained of for each book, so that it is said once. */
  private readonly complaints = new Map<string, string>();

  constructor(
    private readonly witness: WitnessClient,
    private readonly stores: Stores,
    private readonly logger: LoggerService,
  ) {}

  /** Returns at once. */
  bookAdvanced(book: string): void {
    if (this.stopping.signal.aborted) return;
    this.due.add(book);
    if (this.isRunning) return;
    this.isRunning = true;
    this.rounds = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.rounds;
  }

  private async run(): Promise<void> {
    try {
      while (this.due.size > 0 && (await this.pause(GATHER_MS))) {
        const books = [...this.due];
        this.due.clear();
        const isWell = await this.carryAll(books);
        if (!isWell && !(await this.pause(REST_MS))) return;
      }
    } finally {
      // In the same breath as the look at what is due, so that nothing falls between.
      this.isRunning = false;
    }
  }

  private async carryAll(books: string[]): Promise<boolean> {
    let isWell = true;
    for (const book of books) {
      if (this.stopping.signal.aborted) return false;
      isWell = (await this.carry(book)) && isWell;
    }
    return isWell;
  }

  /** Answers whether it went well. What did not is tried again when the book grows, or with the next sweep. */
  private async carry(book: string): Promise<boolean> {
    try {
      await this.haveCosigned(book);
      if (this.complaints.delete(book)) this.logger.log(`witness ${this.witness.name} cosigns book ${book} again`);
      return true;
    } catch (error) {
      if (this.stopping.signal.aborted) return false;
      const complaint = error instanceof Error ? error.message : String(error);
      if (this.complaints.get(book) !== complaint)
        this.logger.error(`witness ${this.witness.name} has not cosigned book ${book}: ${complaint}`);
      this.complaints.set(book, complaint);
      return false;
    }
  }

  private async haveCosigned(book: string): Promise<void> {
    this.sizes ??= await this.stores.cosignatures.sizesOf(this.witness.vkey);
    let checkpoint = await this.stores.log.latest(book);
    let seen = this.sizes.get(book) ?? 0;
    if (checkpoint === undefined || checkpoint.size === seen) return;
    let answer: WitnessAnswer = { kind: 'saw', size: seen };
    if (seen <= checkpoint.size) answer = await this.submit(book, seen, checkpoint);
    if (answer.kind === 'saw') {
      seen = answer.size;
      // Another process of the service may have submitted what came since.
      checkpoint = (await this.stores.log.latest(book)) ?? checkpoint;
      if (seen > checkpoint.size) {
        throw new Error(
          `it has seen ${seen} entries, of which this database holds ${checkpoint.size}: it looks like an earlier copy`,
        );
      }
      answer = await this.submit(book, seen, checkpoint);
    }
    if (answer.kind === 'saw') throw new Error('it has seen another size meanwhile');
    const { time, line } = answer;
    await this.stores.cosignatures.add({ book, size: checkpoint.size, witness: this.witness.vkey, time, line });
    this.sizes.set(book, checkpoint.size);
  }

  private async submit(book: string, oldSize: number, { size, note }: SignedCheckpoint): Promise<WitnessAnswer> {
    const prove = (nodeAt: NodeAt) => consistencyProof(nodeAt, oldSize, size);
    const proof = oldSize === 0 ? [] : await this.stores.trees.compute(book, size, prove);
    return this.witness.addCheckpoint({ oldSize, proof, note }, this.stopping.signal);
  }

  /** Answers false where the stop came first. */
  private pause(ms: number): Promise<boolean> {
    return sleep(ms, true, { signal: this.stopping.signal, ref: false }).catch(() => false);
  }
}
