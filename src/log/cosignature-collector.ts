import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Appended } from '../event-store/appended.js';
import { EventStore } from '../event-store/event-store.js';
import { BookLog } from './book-log.js';
import { CosignatureStore } from './cosignature-store.js';
import { LogStore } from './log-store.js';
import { WitnessClient } from './witness-client.js';
import { WitnessCourier } from './witness-courier.js';

/** Injection token of the witnesses of the settings. */
export const WITNESSES = Symbol('WITNESSES');

/** Other processes of the service append too, and what failed is tried again. */
const EVERY_MS = 60_000;

/**
 * Carries checkpoints to the witnesses and brings their cosignatures home, behind the appends and never in their way. A
 * witness that is away delays no posting and no other witness.
 */
@Injectable()
export class CosignatureCollector implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(CosignatureCollector.name);
  private readonly couriers: WitnessCourier[];
  private timer: NodeJS.Timeout | undefined;
  private unsubscribe: () => void = () => undefined;

  constructor(
    @Inject(WITNESSES) witnesses: WitnessClient[],
    private readonly appended: Appended,
    private readonly events: EventStore,
    { trees }: BookLog,
    log: LogStore,
    cosignatures: CosignatureStore,
  ) {
    this.couriers = witnesses.map((witness) => new WitnessCourier(witness, { trees, log, cosignatures }, this.logger));
  }

  onApplicationBootstrap(): void {
    if (this.couriers.length === 0) return;
    this.unsubscribe = this.appended.subscribe((book) => {
      for (const courier of this.couriers) courier.bookAdvanced(book);
    });
    void this.sweep();
    this.timer = setInterval(() => void this.sweep(), EVERY_MS);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.unsubscribe();
    await Promise.all(this.couriers.map((courier) => courier.stop()));
  }

  private async sweep(): Promise<void> {
    try {
      for (const book of (await this.events.revisions()).keys()) {
        for (const courier of this.couriers) courier.bookAdvanced(book);
      }
    } catch (error) {
      this.logger.warn(`the witnesses wait: ${error instanceof Error ? error.message : error}`);
    }
  }
}
