import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Vault } from './vault.js';

const EVERY_MS = 10 * 60_000;

/** Removes, now and then, what the vault holds of people whose enrolment was refused. */
@Injectable()
export class VaultSweep implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(VaultSweep.name);
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();

  constructor(private readonly vault: Vault) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.sweeping = this.sweep();
    }, EVERY_MS);
    this.timer.unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
  }

  private async sweep(): Promise<void> {
    try {
      const forgotten = await this.vault.forgetRefused();
      if (forgotten > 0) this.logger.log(`the vault forgot ${forgotten} enrolments that were refused`);
    } catch (error) {
      // The next sweep tries again; what is late by ten minutes is still deleted.
      this.logger.warn(`the vault could not be swept: ${error instanceof Error ? error.message : error}`);
    }
  }
}
