import { type DynamicModule, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE, DiscoveryModule } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { BoardPages } from './board/board-pages.js';
import { CardPages } from './board/card-pages.js';
import { CompliancePage } from './board/compliance.js';
import { DailyFilesPage } from './board/daily-files.js';
import { ListPages } from './board/list-pages.js';
import { NoticeBoard } from './board/notices/notice-board.js';
import { NoticeViews } from './board/notices/notice-view.js';
import { PaperPrinter } from './board/paper/paper-printer.js';
import { ProofPages } from './board/verify/proof-pages.js';
import { HUNG_AFTER_MS, openPool, openReadersPool, POOL, VIEW_POOL } from './database/pool.js';
import { BearingBooks } from './disclosure/bearing-books.js';
import { BookHeads } from './disclosure/book-heads.js';
import { ComplianceReader } from './disclosure/compliance.js';
import { DailyKeeper } from './disclosure/daily/daily-keeper.js';
import { DailyStore } from './disclosure/daily/daily-store.js';
import { DisclosureReader } from './disclosure/disclosure-reader.js';
import { DivisionSummaries } from './disclosure/division-summary.js';
import { Feeds } from './disclosure/feed.js';
import { NoticeReader } from './disclosure/notice-reader.js';
import { ObjectionReader } from './disclosure/objection-reader.js';
import { EvidenceDesk } from './disclosure/photos/evidence-desk.js';
import { PhotoStore } from './disclosure/photos/photo-store.js';
import { ProjectLives } from './disclosure/project-life.js';
import { PublicStanding } from './disclosure/public-standing.js';
import { PublishNoticeHandler } from './disclosure/publish-notice.js';
import { PublishedLines } from './disclosure/published-lines.js';
import { ShownPersons } from './disclosure/shown-persons.js';
import { Appended } from './event-store/appended.js';
import { EventStore } from './event-store/event-store.js';
import { OPEN_EVENT_STORE, type OpenEventStore, openEventStore } from './event-store/open-event-store.js';
import { TokenVerifier, tokenVerifier } from './http/access/token-verifier.js';
import { AccessGuard } from './http/access.js';
import { BoardController } from './http/board/board-controller.js';
import { CardController } from './http/board/card-controller.js';
import { CompliancePageController } from './http/board/compliance-page-controller.js';
import { DailyFilesPageController } from './http/board/daily-files-page-controller.js';
import { NoticesBoardController } from './http/board/notices-board-controller.js';
import { ObjectionsBoardController } from './http/board/objections-board-controller.js';
import { VerifyController } from './http/board/verify-controller.js';
import { BooksReader } from './http/books-reader.js';
import { ComplianceController } from './http/disclosure/compliance-controller.js';
import { DailyFilesController } from './http/disclosure/daily-files-controller.js';
import { DivisionLinesController } from './http/disclosure/division-lines-controller.js';
import { DivisionsController } from './http/disclosure/divisions-controller.js';
import { FeedsController } from './http/disclosure/feeds-controller.js';
import { KeptPublic } from './http/disclosure/kept-public.js';
import { PublicNoticesController } from './http/disclosure/public-notices-controller.js';
import { PublicObjectionsController } from './http/disclosure/public-objections-controller.js';
import { EventsReader } from './http/events/events-reader.js';
import { LiveEvents } from './http/events/live-events.js';
import { ImportRecorder } from './http/imports/import-recorder.js';
import { Importer } from './http/imports/importer.js';
import { ImportsController } from './http/imports/imports-controller.js';
import { LogController } from './http/log/log-controller.js';
import { ProofsController } from './http/log/proofs-controller.js';
import { Metrics } from './http/operations/metrics.js';
import { OperationsController } from './http/operations/operations-controller.js';
import { PostingDesk } from './http/postings/posting-desk.js';
import { ProblemFilter } from './http/problems/problem-filter.js';
import { RouteTable } from './http/problems/route-table.js';
import { BeneficiariesController } from './http/routes/beneficiaries-controller.js';
import { BooksController } from './http/routes/books-controller.js';
import { NoticesController } from './http/routes/notices-controller.js';
import { ObjectionsController } from './http/routes/objections-controller.js';
import { ValidationPipe } from './http/validation/validation-pipe.js';
import { KeptAnswers } from './http/views/kept-answers.js';
import { VIEW_CONTROLLERS } from './http/views/view-controllers.js';
import { BookLog, LOG_SIGNER } from './log/book-log.js';
import { CosignatureCollector, WITNESSES } from './log/cosignature-collector.js';
import { CosignatureStore } from './log/cosignature-store.js';
import { LatestCheckpoints } from './log/latest-checkpoints.js';
import { readOrMakeLogKey } from './log/log-key.js';
import { LogKeys } from './log/log-keys.js';
import { LogStore } from './log/log-store.js';
import type { Signer } from './log/note.js';
import { PublishedLog } from './log/published-log.js';
import { WitnessClient } from './log/witness-client.js';
import { BookWriters } from './posting/book-writers.js';
import { PostEntryHandler } from './posting/post-entry-handler.js';
import { SnapshotKeeper } from './posting/snapshots/snapshot-keeper.js';
import { SnapshotStore } from './posting/snapshots/snapshot-store.js';
import { Snapshots } from './posting/snapshots/snapshots.js';
import { MEMORY_LIMITS, type MemoryLimits } from './posting/unloading.js';
import { ProcessRegistry } from './processes/process-registry.js';
import { RecentWork } from './processes/recent-work.js';
import { eventStoreChoice, SETTINGS, type Settings } from './settings.js';
import { BulkVault } from './vault/bulk-vault.js';
import { EnrollPersonHandler } from './vault/enroll-person.js';
import { ErasePersonalDataHandler } from './vault/erase-personal-data.js';
import { GetPersonalDataHandler } from './vault/get-personal-data.js';
import { loadVaultKeys, VAULT_KEYS } from './vault/master-key.js';
import { ObjectionDesk } from './vault/objections/file-objection.js';
import { ObjectionVault } from './vault/objections/objection-vault.js';
import { Vault } from './vault/vault.js';
import { FORGETFUL, type Forgetful, VaultSweep } from './vault/vault-sweep.js';
import { Follower } from './views/engine/follower.js';
import { FollowerThread } from './views/engine/follower-thread.js';
import { TimeTravel } from './views/engine/past/time-travel.js';
import { ViewReader } from './views/engine/view-reader.js';
import { QUERY_HANDLERS } from './views/query-handlers.js';

/** The settings of a service whose database is known, embedded or not. */
export type AppSettings = Settings & { databaseUrl: string };

const LOGGER = Symbol('LOGGER');

/** Ends in order: first what was accepted is recorded, then the views rest, then the connections close. */
@Injectable()
class Shutdown implements OnApplicationShutdown {
  constructor(
    private readonly writers: BookWriters,
    private readonly follower: Follower,
    private readonly processes: ProcessRegistry,
    private readonly daily: DailyKeeper,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(VIEW_POOL) private readonly viewPool: Pool,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.daily.stop();
    await this.writers.close();
    await this.follower.stop();
    await this.processes.stop();
    await Promise.all([this.viewPool.end(), this.pool.end()]);
  }
}

const http = [
  BooksReader,
  EventsReader,
  Importer,
  ImportRecorder,
  KeptAnswers,
  KeptPublic,
  LiveEvents,
  Metrics,
  PostingDesk,
  RouteTable,
  { provide: TokenVerifier, useFactory: tokenVerifier, inject: [SETTINGS] },
  { provide: APP_GUARD, useClass: AccessGuard },
  { provide: APP_PIPE, useClass: ValidationPipe },
  { provide: APP_FILTER, useClass: ProblemFilter },
];

const posting = [
  {
    provide: OPEN_EVENT_STORE,
    useFactory: (settings: AppSettings, pool: Pool, signer: Signer, logger: Logger) =>
      openEventStore({
        choice: eventStoreChoice(settings),
        databaseUrl: settings.databaseUrl,
        pool,
        log: (message) => logger.warn(message),
        trusted: [signer.vkey],
      }),
    inject: [SETTINGS, POOL, LOG_SIGNER, LOGGER],
  },
  { provide: EventStore, useFactory: ({ store }: OpenEventStore) => store, inject: [OPEN_EVENT_STORE] },
  Appended,
  {
    provide: Snapshots,
    useFactory: (pool: Pool, log: BookLog, signer: Signer, logger: Logger) =>
      new Snapshots(new SnapshotStore(pool), log, signer, (message, facts) => logger.warn(facts, message)),
    inject: [POOL, BookLog, LOG_SIGNER, LOGGER],
  },
  {
    provide: SnapshotKeeper,
    useFactory: (settings: AppSettings, logger: Logger) => {
      const { databaseUrl, logKeyFile, publicUrl } = settings;
      const order = { databaseUrl, choice: eventStoreChoice(settings), logKeyFile, publicUrl };
      return new SnapshotKeeper(order, (message, facts) => logger.warn(facts, message));
    },
    inject: [SETTINGS, LOGGER],
  },
  {
    provide: MEMORY_LIMITS,
    useFactory: ({ bookIdleSeconds, bookMemoryMib }: AppSettings): MemoryLimits => ({
      idleMs: bookIdleSeconds * 1000,
      bytes: bookMemoryMib * 1024 * 1024,
    }),
    inject: [SETTINGS],
  },
  BookWriters,
  PostEntryHandler,
];

const transparency = [
  LogStore,
  LogKeys,
  PublishedLog,
  {
    provide: LOG_SIGNER,
    useFactory: ({ logKeyFile, publicUrl }: AppSettings) => readOrMakeLogKey(logKeyFile, publicUrl),
    inject: [SETTINGS],
  },
  {
    provide: BookLog,
    useFactory: (...known: ConstructorParameters<typeof BookLog>) => new BookLog(...known),
    inject: [LOG_SIGNER, EventStore, LogStore],
  },
  CosignatureStore,
  LatestCheckpoints,
  {
    provide: WITNESSES,
    useFactory: ({ witnesses }: AppSettings) => witnesses.map((address) => new WitnessClient(address)),
    inject: [SETTINGS],
  },
  CosignatureCollector,
];

const vault = [
  { provide: VAULT_KEYS, useFactory: loadVaultKeys, inject: [SETTINGS] },
  Vault,
  BulkVault,
  VaultSweep,
  EnrollPersonHandler,
  ErasePersonalDataHandler,
  GetPersonalDataHandler,
  ObjectionVault,
  ObjectionDesk,
  {
    provide: FORGETFUL,
    useFactory: (...others: Forgetful[]) => others,
    inject: [ObjectionVault, PhotoStore],
  },
];

const disclosure = [
  BearingBooks,
  BookHeads,
  CompliancePage,
  ComplianceReader,
  {
    provide: DailyKeeper,
    useFactory: (settings: AppSettings, logger: Logger) => {
      const { databaseUrl, publicUrl } = settings;
      const work = { databaseUrl, publicUrl, choice: eventStoreChoice(settings) };
      return new DailyKeeper(work, (message, facts) => logger.warn(facts, message));
    },
    inject: [SETTINGS, LOGGER],
  },
  DailyFilesPage,
  DailyStore,
  Feeds,
  BoardPages,
  CardPages,
  ListPages,
  ProjectLives,
  DisclosureReader,
  DivisionSummaries,
  NoticeBoard,
  NoticeReader,
  NoticeViews,
  ObjectionReader,
  PaperPrinter,
  ProofPages,
  PhotoStore,
  PublicStanding,
  PublishedLines,
  ShownPersons,
  EvidenceDesk,
  PublishNoticeHandler,
];

const views = [
  { provide: Follower, useFactory: follow, inject: [SETTINGS, Appended, LOGGER] },
  { provide: ProcessRegistry, useFactory: registry, inject: [POOL, LOG_SIGNER, Appended, Follower, LOGGER] },
  {
    provide: TimeTravel,
    useFactory: (pool: Pool, store: EventStore, follower: Follower) => new TimeTravel(pool, store, follower),
    inject: [VIEW_POOL, EventStore, Follower],
  },
  {
    provide: ViewReader,
    useFactory: (...known: ConstructorParameters<typeof ViewReader>) => new ViewReader(...known),
    inject: [VIEW_POOL, EventStore, Follower, TimeTravel],
  },
  ...QUERY_HANDLERS,
];

function follow(settings: AppSettings, appended: Appended, logger: Logger): Follower {
  const log = (message: string, facts: Record<string, unknown>) => logger.warn(facts, message);
  const follower = new FollowerThread(settings.databaseUrl, log, eventStoreChoice(settings));
  appended.subscribe((book) => follower.bookAdvanced(book));
  return follower;
}

function registry(pool: Pool, signer: Signer, appended: Appended, follower: Follower, logger: Logger): ProcessRegistry {
  const [wrote, followed] = [new RecentWork(), new RecentWork()];
  appended.subscribe((book, events) => wrote.add(book, events));
  follower.subscribe((book, events) => followed.add(book, events));
  const observe = () => ({
    wrote: wrote.busiest(),
    followed: followed.busiest(),
    standingStill: follower.failures(),
  });
  return new ProcessRegistry(pool, 'service', signer.vkey, observe, (message, facts) => logger.warn(facts, message));
}

@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: Nest knows a module by its class.
export class AppModule {
  static with(settings: AppSettings, logger: Logger): DynamicModule {
    const log = (message: string) => logger.warn(message);
    const { databaseUrl, poolSize } = settings;
    return {
      module: AppModule,
      imports: [CqrsModule.forRoot(), DiscoveryModule],
      providers: [
        { provide: SETTINGS, useValue: settings },
        { provide: LOGGER, useValue: logger },
        { provide: POOL, useFactory: () => openPool(databaseUrl, poolSize, log, HUNG_AFTER_MS) },
        { provide: VIEW_POOL, useFactory: () => openReadersPool(databaseUrl, poolSize, log) },
        ...posting,
        ...transparency,
        ...vault,
        ...views,
        ...disclosure,
        ...http,
        Shutdown,
      ],
      controllers: [
        BooksController,
        BeneficiariesController,
        ImportsController,
        NoticesController,
        ObjectionsController,
        DivisionsController,
        DivisionLinesController,
        ComplianceController,
        FeedsController,
        DailyFilesController,
        PublicNoticesController,
        PublicObjectionsController,
        ...VIEW_CONTROLLERS,
        LogController,
        ProofsController,
        ObjectionsBoardController,
        NoticesBoardController,
        CompliancePageController,
        DailyFilesPageController,
        BoardController,
        VerifyController,
        CardController,
        OperationsController,
      ],
    };
  }
}
