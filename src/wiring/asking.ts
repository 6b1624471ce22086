import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { TokenVerifier, tokenVerifier } from '../http/access/token-verifier.js';
import { AccessGuard } from '../http/access.js';
import { BoardController } from '../http/board/board-controller.js';
import { CardController } from '../http/board/card-controller.js';
import { CompliancePageController } from '../http/board/compliance-page-controller.js';
import { DailyFilesPageController } from '../http/board/daily-files-page-controller.js';
import { NoticesBoardController } from '../http/board/notices-board-controller.js';
import { ObjectionsBoardController } from '../http/board/objections-board-controller.js';
import { RootController } from '../http/board/root-controller.js';
import { VerifyController } from '../http/board/verify-controller.js';
import { BooksReader } from '../http/books-reader.js';
import { ComplianceController } from '../http/disclosure/compliance-controller.js';
import { DailyFilesController } from '../http/disclosure/daily-files-controller.js';
import { DivisionLinesController } from '../http/disclosure/division-lines-controller.js';
import { DivisionsController } from '../http/disclosure/divisions-controller.js';
import { FeedsController } from '../http/disclosure/feeds-controller.js';
import { KeptPublic } from '../http/disclosure/kept-public.js';
import { PublicNoticesController } from '../http/disclosure/public-notices-controller.js';
import { PublicObjectionsController } from '../http/disclosure/public-objections-controller.js';
import { EventsReader } from '../http/events/events-reader.js';
import { LiveEvents } from '../http/events/live-events.js';
import { ImportRecorder } from '../http/imports/import-recorder.js';
import { Importer } from '../http/imports/importer.js';
import { ImportsController } from '../http/imports/imports-controller.js';
import { LogController } from '../http/log/log-controller.js';
import { ProofsController } from '../http/log/proofs-controller.js';
import { Metrics } from '../http/operations/metrics.js';
import { OperationsController } from '../http/operations/operations-controller.js';
import { PostingDesk } from '../http/postings/posting-desk.js';
import { ProblemFilter } from '../http/problems/problem-filter.js';
import { RouteTable } from '../http/problems/route-table.js';
import { BeneficiariesController } from '../http/routes/beneficiaries-controller.js';
import { BooksController } from '../http/routes/books-controller.js';
import { NoticesController } from '../http/routes/notices-controller.js';
import { ObjectionsController } from '../http/routes/objections-controller.js';
import { ParameterGuard } from '../http/unknown-queries.js';
import { ValidationPipe } from '../http/validation/validation-pipe.js';
import { KeptAnswers } from '../http/views/kept-answers.js';
import { VIEW_CONTROLLERS } from '../http/views/view-controllers.js';
import { SETTINGS } from '../settings.js';

/** What stands between a request and an answer. */
export const http = [
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
  { provide: APP_GUARD, useClass: ParameterGuard },
  { provide: APP_PIPE, useClass: ValidationPipe },
  { provide: APP_FILTER, useClass: ProblemFilter },
];

/** Every address that people and programs ask; `postings` are added to Fastify itself. */
export const controllers = [
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
  RootController,
  VerifyController,
  CardController,
  OperationsController,
];
