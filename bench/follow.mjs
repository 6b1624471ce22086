// Processor time of taking an event into every view, in this process and in PostgreSQL: eight books that grew by mixed commands,
// followed again from empty tables, as a service that was away catches up.
import pg from 'pg';
import { median } from './support/alternate.mjs';
import { asBody, importOver, mixedLines, prepareBook } from './support/import-load.mjs';
import { processorMeter } from './support/processor-time.mjs';
import { startDatabase, startService } from './support/service.mjs';

const BOOKS = ['640104', '640105', '640106', '640121', '640122', '640181', '640182', '640221'];

export async function bench({ isQuick }) {
  const [rounds, count] = isQuick ? [3, 1_000] : [5, 10_000];
  const database = await startDatabase(['ours']);
  await growBooks({ databaseUrl: database.urls.ours, dataDir: database.dataDir }, count);
  const { openPool } = await import('../dist/database/pool.js');
  const pool = openPool(database.urls.ours, 4, () => undefined);
  const samples = [];
  // The first only warms up.
  for (let round = 0; round <= rounds; round += 1) {
    await emptyViews(database.urls.ours);
    const sample = await followed(pool, database.pid);
    console.log(
      `round ${round}/${rounds}  ${sample.follower.toFixed(1)} µs here, ${sample.postgres.toFixed(1)} µs in PostgreSQL`,
    );
    if (round > 0) samples.push(sample);
  }
  await pool.end();
  await database.stop();
  const medianOf = (name) => Number(median(samples.map((sample) => sample[name])).toFixed(1));
  return {
    ratios: {},
    figures: {
      processorUsAnEvent: { follower: medianOf('follower'), postgres: medianOf('postgres') },
      books: BOOKS.length,
      commandsABook: count,
    },
  };
}

async function growBooks(where, count) {
  const service = await startService(where);
  const tokens = { admin: service.token('admin', '64'), clerk: service.token('clerk', '64') };
  for (const book of BOOKS) {
    const beneficiaries = await prepareBook(service, book, tokens);
    const lines = mixedLines(count, 'f', beneficiaries, `${book}100201`);
    const { recorded } = await importOver(service, book, tokens.clerk, asBody(lines));
    if (recorded !== count) throw new Error(`${count - recorded} of ${count} commands were refused`);
  }
  await service.stop();
}

async function emptyViews(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(
    `select string_agg('views.' || tablename, ', ') as tables from pg_tables where schemaname = 'views'`,
  );
  await client.query(`truncate ${rows[0].tables}`);
  await client.end();
}

/** Microseconds an event. */
async function followed(pool, server) {
  const { PostgresEventStore } = await import('../dist/event-store/postgres.js');
  const { VIEWS } = await import('../dist/views/all-views.js');
  const { ViewFollower } = await import('../dist/views/engine/view-follower.js');
  const store = new PostgresEventStore(pool);
  const follower = new ViewFollower(pool, store, { views: VIEWS, log: console.error });
  const revisions = await store.revisions();
  const meter = processorMeter({ service: process.pid, server });
  follower.start();
  for (const [book, revision] of revisions)
    for (const view of VIEWS) await follower.waitFor(view, book, revision, 600_000);
  await follower.stop();
  const { client, postgres } = meter.each([...revisions.values()].reduce((sum, revision) => sum + revision + 1, 0));
  return { follower: client, postgres };
}
