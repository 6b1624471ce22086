import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { appModule } from './app.module.js';
import { ASSETS, PUBLIC_FOLDER, VERIFY_FOLDER } from './board/public-files.js';
import { DailyKeeper } from './disclosure/daily/daily-keeper.js';
import { PublicStanding } from './disclosure/public-standing.js';
import { OPEN_EVENT_STORE, type OpenEventStore } from './event-store/open-event-store.js';
import { checkRoutes } from './http/check-routes.js';
import { GivenAtOnce } from './http/disclosure/given-at-once.js';
import { KeptPublic } from './http/disclosure/kept-public.js';
import { openReading } from './http/disclosure/open-reading.js';
import { fastifyAdapter, prepareInstance } from './http/fastify.js';
import { openApiDocument, serveDocs } from './http/openapi/document.js';
import { NestLog, openLog } from './http/operations/log.js';
import { Metrics } from './http/operations/metrics.js';
import { reportRequests, requestReport } from './http/operations/report-requests.js';
import { PostingDesk } from './http/postings/posting-desk.js';
import { heedPreconditions } from './http/preconditions.js';
import { RouteTable } from './http/problems/route-table.js';
import { Rates } from './http/rates.js';
import { warnOfUnnamedProxy } from './http/unnamed-proxy.js';
import { KeptAnswers } from './http/views/kept-answers.js';
import { LOG_SIGNER } from './log/book-log.js';
import { LogKeys } from './log/log-keys.js';
import type { Signer } from './log/note.js';
import { RoundSigner } from './log/signing/round-signer.js';
import { ProcessRegistry } from './processes/process-registry.js';
import { readSettings } from './settings.js';
import { Vault } from './vault/vault.js';
import { Follower } from './views/engine/follower.js';
import type { AppSettings } from './wiring/app-settings.js';

/** The whole service on a migrated database, ready to listen; `close` ends it in order. */
export async function createApp(settings: AppSettings): Promise<NestFastifyApplication> {
  const logger = openLog(settings.logLevel);
  const adapter = fastifyAdapter(logger, settings);
  const app = await NestFactory.create<NestFastifyApplication>(appModule(settings, logger), adapter, {
    logger: new NestLog(logger),
    abortOnError: false,
    bodyParser: false,
  });
  checkRoutes(app);
  await app.get(Vault).checkKey();
  await app.get(ProcessRegistry).start();
  // Before a new key counts, so that what was signed by the one before it stands in the log.
  await app.get<OpenEventStore>(OPEN_EVENT_STORE).prepare((message, facts) => logger.warn(facts, message));
  await app.get(LogKeys).recordCurrent(app.get<Signer>(LOG_SIGNER));
  const instance = adapter.getInstance();
  const rates = new Rates(settings.trustedProxies);
  const report = requestReport(logger, app.get(Metrics));
  openReading(instance, settings);
  warnOfUnnamedProxy(instance, settings.trustedProxies, (message) => logger.warn(message));
  await rates.limit(instance);
  prepareInstance(instance, app.get(RouteTable));
  app.get(KeptAnswers).attach(instance);
  app.get(KeptPublic).attach(instance);
  heedPreconditions(instance);
  new GivenAtOnce(app.get(KeptPublic), app.get(PublicStanding), rates, report).attach(instance);
  reportRequests(instance, report);
  app.get(PostingDesk).addRoutes(instance);
  serveDocs(app);
  const forEver = { maxAge: '1y', immutable: true, index: false } as const;
  app.useStaticAssets({ root: PUBLIC_FOLDER, prefix: ASSETS, ...forEver });
  app.useStaticAssets({ root: `${PUBLIC_FOLDER}verify`, prefix: VERIFY_FOLDER, decorateReply: false, ...forEver });
  await app.init();
  app.get(Follower).start();
  app.get(RoundSigner).start((message, facts) => logger.warn(facts, message));
  if (settings.dailyFiles === 'on') app.get(DailyKeeper).start();
  return app;
}

/** The OpenAPI document of the service, which is put together for it but neither started nor connected. */
export async function describeApp(): Promise<OpenAPIObject> {
  const settings = { ...readSettings({}), databaseUrl: 'postgresql://nobody@localhost/none' };
  const module = appModule(settings, openLog('silent'));
  const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  return openApiDocument(app);
}
