import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { BoardPages } from '../board/board-pages.js';
import { CardPages } from '../board/card-pages.js';
import { CompliancePage } from '../board/compliance/compliance-page.js';
import { DailyFilesPage } from '../board/daily-files.js';
import { ListPages } from '../board/list-pages.js';
import { NoticeBoard } from '../board/notices/notice-board.js';
import { NoticeViews } from '../board/notices/notice-view.js';
import { PaperPrinter } from '../board/paper/paper-printer.js';
import { ProofPages } from '../board/verify/proof-pages.js';
import { WholeSums } from '../board/whole-sums.js';
import { POOL, VIEW_POOL } from '../database/pool.js';
import { AssetIncomes } from '../disclosure/asset-income.js';
import { BearingBooks } from '../disclosure/bearing-books.js';
import { BookHeads } from '../disclosure/book-heads.js';
import { ComplianceReader } from '../disclosure/compliance/compliance-reader.js';
import { DailyKeeper } from '../disclosure/daily/daily-keeper.js';
import { DailyStore } from '../disclosure/daily/daily-store.js';
import { DisclosureReader } from '../disclosure/disclosure-reader.js';
import { DivisionSummaries } from '../disclosure/division-summary.js';
import { Feeds } from '../disclosure/feed.js';
import { NoticeReader } from '../disclosure/notice-reader.js';
import { ObjectionReader } from '../disclosure/objection-reader.js';
import { EvidenceDesk } from '../disclosure/photos/evidence-desk.js';
import { PhotoStore } from '../disclosure/photos/photo-store.js';
import { ProjectLives } from '../disclosure/project-life.js';
import { PublicStanding } from '../disclosure/public-standing.js';
import { PublishNoticeHandler } from '../disclosure/publish-notice.js';
import { PublishedLines } from '../disclosure/published-lines.js';
import { ShownPersons } from '../disclosure/shown-persons.js';
import { SumsWithBelow } from '../disclosure/sums-with-below.js';
import { Appended } from '../event-store/appended.js';
import { EventStore } from '../event-store/event-store.js';
import { LOG_SIGNER } from '../log/book-log.js';
import type { Signer } from '../log/note.js';
import { ProcessRegistry } from '../processes/process-registry.js';
import { RecentWork } from '../processes/recent-work.js';
import { eventStoreChoice, SETTINGS } from '../settings.js';
import { Follower } from '../views/engine/follower.js';
import { FollowerThread } from '../views/engine/follower-thread.js';
import { TimeTravel } from '../views/engine/past/time-travel.js';
import { ViewReader } from '../views/engine/view-reader.js';
import { QUERY_HANDLERS } from '../views/query-handlers.js';
import { type AppSettings, LOGGER } from './app-settings.js';

/** Who follows the books, and who answers from what was followed. */
export const views = [
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
  appended.subscribe((book, events) => follower.bookAdvanced(book, events));
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

export const disclosure = [
  BearingBooks,
  BookHeads,
  CompliancePage,
  ComplianceReader,
  {
    provide: DailyKeeper,
    useFactory: (settings: AppSettings, logger: Logger) => {
      const { databaseUrl, publicUrl, dailyFilesDays: keptDays } = settings;
      const work = { databaseUrl, publicUrl, choice: eventStoreChoice(settings), keptDays };
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
  WholeSums,
  ProjectLives,
  AssetIncomes,
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
  SumsWithBelow,
  PublishedLines,
  ShownPersons,
  EvidenceDesk,
  PublishNoticeHandler,
];
