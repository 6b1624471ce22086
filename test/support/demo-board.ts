import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { scenarios } from '../../src/demo/fixtures/scenarios.js';
import { LedgerClient } from '../../src/demo/player/ledger-client.js';
import { play } from '../../src/demo/player/play.js';
import { startApp, type TestApp } from './app.js';

export interface DemoBoard {
  app: TestApp;
  /** Where it listens. */
  url: string;
}

/** The service with these scenarios of the demo, its views caught up with them. */
export async function startDemoBoard(
  ids: readonly string[],
  settings: Record<string, string> = {},
): Promise<DemoBoard> {
  const app = await startApp(settings);
  await app.app.listen(0, '127.0.0.1');
  const url = await app.app.getUrl();
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const wanted = scenarios(today).filter(({ id }) => ids.includes(id));
  const everywhere = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
  const client = async (role: Parameters<TestApp['token']>[0]) =>
    new LedgerClient(url, await app.token(role, everywhere));
  const [admin, clerk, reviewer] = [await client('admin'), await client('clerk'), await client('reviewer')];
  const anybody = new LedgerClient(url);
  await play(
    wanted,
    ({ kind }) => {
      if (kind === 'book') return admin;
      if (kind === 'objection') return anybody;
      return kind === 'reversal' || kind === 'closing' ? reviewer : clerk;
    },
    () => undefined,
  );
  await caughtUp(
    app,
    wanted.flatMap(({ books }) => books.map(({ code }) => code)),
  );
  return { app, url };
}

/** Resolves once every view has taken in all entries of these books. */
export async function caughtUp({ databaseUrl, revision }: TestApp, books: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const last = new Map(await Promise.all(books.map(async (book) => [book, await revision(book)] as const)));
  for (let isBehind = true; isBehind; ) {
    const { rows } = await client.query<{ book: string; seq: string }>(
      'select book, min(seq::integer) as seq from views.checkpoints, jsonb_each_text(seqs) as each (view, seq) group by book',
    );
    const seqs = new Map(rows.map(({ book, seq }) => [book, Number(seq)]));
    isBehind = [...last].some(([book, seq]) => (seqs.get(book) ?? -1) < seq);
    if (isBehind) await sleep(50);
  }
  await client.end();
}
