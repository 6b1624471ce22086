import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { VaultNames } from './names.js';
import { Vault } from './vault.js';

/** Something else that keeps what was sent with a posting that the book may refuse. */
export interface Forgetful {
  forgetRefused(): Promise<number>;
}

/** Injection token of all of those. */
export const FORGETFUL = Symbol('FORGETFUL');

const EVERY_MS = 10 * 60_000;

/**
 * Tells at the start where the key is not the vault's, and removes, now and then, what the vault holds of people whose
 * enrolment was refused, and what else came with a posting that was.
 */
@Injectable()
export class VaultSweep implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(VaultSweep.name);
  private readonly stopping = new AbortController();
  private sweeping: Promise<void> = Promise.resolve();

  constructor(
    private readonly vault: Vault,
    private readonly names: VaultNames,
    @Inject(FORGETFUL) private readonly others: readonly Forgetful[],
  ) {}

  onApplicationBootstrap(): void {
    this.sweeping = this.sweepNowAndThen();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.sweeping;
  }

  /** One after another: the first of a large vault may take longer than the time between two. */
  private async sweepNowAndThen(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.sweep();
      await sleep(EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private async sweep(): Promise<void> {
    try {
      await this.vault.checkKey();
      const forgotten = await this.vault.forgetRefused();
      for (const other of this.others) await other.forgetRefused();
      if (forgotten > 0) this.logger.log(`the vault forgot ${forgotten} enrolments that were refused`);
      const named = await this.names.addMissing(() => !this.stopping.signal.aborted);
      if (named > 0) this.logger.log(`the vault can find ${named} enrolments by name that were made before it could`);
    } catch (error) {
      // The books need no vault, so the service stays up; what is late by ten minutes is still deleted.
      if (!this.stopping.signal.aborted)
        this.logger.error(`the vault: ${error instanceof Error ? error.message : error}`);
    }
  }
}
