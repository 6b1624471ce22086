import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import supertest, { type Test } from 'supertest';
import { createApp } from '../../src/create-app.js';
import type { Role } from '../../src/http/access/roles.js';
import { readOrMakeTokenKey, signToken } from '../../src/http/access/token-key.js';
import { readSettings } from '../../src/settings.js';
import { Follower } from '../../src/views/engine/follower.js';
import { ViewReader } from '../../src/views/engine/view-reader.js';
import { cloneDatabase } from './database.js';
import { PATIENT_MS, patient } from './patient.js';

export interface TestApp {
  readonly app: NestFastifyApplication;
  readonly databaseUrl: string;
  readonly tokenKeyFile: string;
  /** So long whoever asks waits until a view has the entry that he names. */
  viewWaitMs: number;
  token(role: Role, divisions: string[], subject?: string): Promise<string>;
  /** A request as whoever the token names; without one as anybody. */
  get(path: string, token?: string): Test;
  /** A posting under a key of its own unless one is given. */
  post(path: string, token: string, body?: object, key?: string): Test;
  /** Seq of the last event of a book, -1 where there is none. */
  revision(book: string): Promise<number>;
  close(): Promise<void>;
}

/** The whole service on a database of its own; the environment can be changed. */
export async function startApp(environment: Record<string, string> = {}): Promise<TestApp> {
  const database = await cloneDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), 'mingzhang-app-'));
  const settings = readSettings({
    DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
    POOL_SIZE: '3',
    DAILY_FILES: 'off',
    ...environment,
  });
  const app = await createApp({ ...settings, databaseUrl: database.url });
  await app.getHttpAdapter().getInstance().ready();
  const [follower, reader] = [patient(app.get(Follower), () => running.viewWaitMs), app.get(ViewReader)];
  const { waitFor } = follower;
  // A test that waits for a view is told as a reader is who names an entry: from then on nobody is told of what stood before.
  follower.waitFor = async (...asked) => {
    await waitFor(...asked);
    reader.awaitedMs = performance.now();
  };
  const http = () => supertest(app.getHttpServer());
  const as = (test: Test, token?: string) => (token === undefined ? test : test.auth(token, { type: 'bearer' }));
  let keys = 0;
  const running: TestApp = {
    app,
    viewWaitMs: PATIENT_MS,
    databaseUrl: database.url,
    tokenKeyFile: settings.tokenKeyFile,
    token: (role, divisions, subject = `${role}-1`) =>
      signToken(readOrMakeTokenKey(settings.tokenKeyFile), { role, divisions, subject, expires: '1h' }),
    get: (path, token) => as(http().get(path), token),
    post: (path, token, body, key = `key-${++keys}`) => {
      const test = as(http().post(path), token).set('idempotency-key', key);
      return body === undefined ? test : test.send(body);
    },
    revision: async (book) => {
      const { EventStore } = await import('../../src/event-store/event-store.js');
      return app.get(EventStore).revision(book);
    },
    close: async () => {
      await app.close();
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  return running;
}
