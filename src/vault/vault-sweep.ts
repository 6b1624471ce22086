import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Vault } from './vault.js';

const EVERY_MS = 10 * 60_000;

/**
 * Tells at the start where the key is not the vault's, and removes, now and then, what the vault holds of people whose
 * enrolment was refused.
 */
@Injectable()
export class VaultSweep implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(VaultSweep.name);
  private timer: NodeJS.Timeout | undefined;
  private isStopping = false;
  private sweeping: Promise<void> = Promise.resolve();

  constructor(private readonly vault: Vault) {}

  onApplicationBootstrap(): void {
    const start = () => {
      this.sweeping = this.sweep();
    };
    start();
    this.timer = setInterval(start, EVERY_MS);
    this.timer.unref();
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    clearInterval(this.timer);
    await this.sweeping;
  }

  private async sweep(): Promise<void> {
    try {
      await this.vault.checkKey();
      const forgotten = await this.vault.forgetRefused();
      if (forgotten > 0) this.logger.log(`the vault forgot ${forgotten} enrolments that were refused`);
    } catch (error) {
      // The books need no vault, so the service stays up; what is late by ten minutes is still deleted.
      if (!this.isStopping) this.logger.error(`the vault: ${error instanceof Error ? error.message : error}`);
    }
  }
}
