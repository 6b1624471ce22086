import { type DynamicModule, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { openReadersPool, openServicePool, POOL, VIEW_POOL } from './database/pool.js';
import { DailyKeeper } from './disclosure/daily/daily-keeper.js';
import { RoundSigner } from './log/signing/round-signer.js';
import { BookWriters } from './posting/book-writers.js';
import { ProcessRegistry } from './processes/process-registry.js';
import { SETTINGS } from './settings.js';
import { Follower } from './views/engine/follower.js';
import { type AppSettings, LOGGER } from './wiring/app-settings.js';
import { controllers, http } from './wiring/asking.js';
import { posting, transparency, vault } from './wiring/ledger.js';
import { disclosure, views } from './wiring/reading.js';

/** Ends in order: first what was accepted is recorded, then the views rest, then the connections close. */
@Injectable()
class Shutdown implements OnApplicationShutdown {
  constructor(
    private readonly writers: BookWriters,
    private readonly signer: RoundSigner,
    private readonly follower: Follower,
    private readonly processes: ProcessRegistry,
    private readonly daily: DailyKeeper,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(VIEW_POOL) private readonly viewPool: Pool,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.daily.stop();
    await this.writers.close();
    await this.signer.stop();
    await this.follower.stop();
    await this.processes.stop();
    await Promise.all([this.viewPool.end(), this.pool.end()]);
  }
}

/** Nest knows a module by its class; what is in it depends on the settings. */
@Module({})
class AppModule {}

export function appModule(settings: AppSettings, logger: Logger): DynamicModule {
  const log = (message: string) => logger.warn(message);
  const { databaseUrl, poolSize } = settings;
  return {
    module: AppModule,
    imports: [CqrsModule.forRoot(), DiscoveryModule],
    providers: [
      { provide: SETTINGS, useValue: settings },
      { provide: LOGGER, useValue: logger },
      { provide: POOL, useFactory: () => openServicePool(databaseUrl, poolSize, log) },
      { provide: VIEW_POOL, useFactory: () => openReadersPool(databaseUrl, poolSize, log) },
      ...posting,
      ...transparency,
      ...vault,
      ...views,
      ...disclosure,
      ...http,
      Shutdown,
    ],
    controllers,
  };
}
