// Processor time of taking an event into every view, in this process and in PostgreSQL: eight books followed again from empty
// tables. Books of mixed commands and books of allocations alone, as `append` makes them; with up to 500 events of a book in a
// transaction, with 20, as a busy service follows, and with eight lots of 500 in two transactions, as one that is far behind does.
import pg from 'pg';
import { median } from './support/alternate.mjs';
import { asBody, importOver, mixedLines, prepareBook } from './support/import-load.mjs';
import { processorMeter } from './support/processor-time.mjs';
import { startDatabase, startService } from './support/service.mjs';

const BOOKS = ['640104', '640105', '640106', '640121', '640122', '640181', '640182', '640221'];
const WAYS = {
  '500 of a book at once': { limit: 500 },
  '20 of a book at once': { limit: 20 },
  'far behind': { limit: 500, rounds: 8, isFar: true },
};
const LINES = {
  mixed: (count, beneficiaries, book) => mixedLines(count, 'f', beneficiaries, `${book}100201`),
  allocations: (count) => allocations(count),
};

export async function bench({ isQuick }) {
  const [rounds, count] = isQuick ? [3, 1_000] : [5, 10_000];
  const database = await startDatabase(Object.keys(LINES));
  const figures = { books: BOOKS.length, commandsABook: count, processorUsAnEvent: {}, eventsASecond: {} };
  for (const [name, url] of Object.entries(database.urls)) {
    await growBooks({ databaseUrl: url, dataDir: database.dataDir }, count, LINES[name]);
    for (const [way, how] of Object.entries(WAYS)) {
      const shape = `${name}, ${way}`;
      const { eventsASecond, ...us } = await measured(shape, { url, server: database.pid, rounds, how });
      figures.processorUsAnEvent[shape] = us;
      figures.eventsASecond[shape] = eventsASecond;
    }
  }
  await database.stop();
  return { ratios: {}, figures };
}

/** Medians of the rounds, in microseconds an event, and how many events a second. */
async function measured(shape, { url, server, rounds, how }) {
  const { openLoadersPool, openPool } = await import('../dist/database/pool.js');
  const pool = openPool(url, 4, () => undefined);
  const spare = { loaders: openLoadersPool(url, () => undefined), writers: openPool(url, 1, () => undefined) };
  const samples = [];
  // The first only warms up.
  for (let round = 0; round <= rounds; round += 1) {
    await emptyViews(url);
    const sample = await followed(pool, server, { ...how, spare });
    const [here, postgres, aSecond] = [sample.follower, sample.postgres, sample.eventsASecond].map((one) =>
      one.toFixed(1),
    );
    console.log(`${shape}, ${round}/${rounds}: ${here} µs here, ${postgres} µs in PostgreSQL, ${aSecond} a second`);
    if (round > 0) samples.push(sample);
  }
  await Promise.all([pool, spare.loaders, spare.writers].map((one) => one.end()));
  const medianOf = (name) => Number(median(samples.map((sample) => sample[name])).toFixed(1));
  return { follower: medianOf('follower'), postgres: medianOf('postgres'), eventsASecond: medianOf('eventsASecond') };
}

function allocations(count) {
  return Array.from({ length: count }, (_, n) => ({
    ...{ kind: 'allocation', key: `a-${n}`, to: 'department:nmj', lines: [{ fund: 'F-1', amount: '100.00' }] },
    ...{ effectiveDate: '2016-07-13', documents: ['宁财农〔2016〕12号'] },
  }));
}

async function growBooks(where, count, linesOf) {
  const service = await startService(where);
  const tokens = { admin: service.token('admin', '64'), clerk: service.token('clerk', '64') };
  for (const book of BOOKS) {
    const beneficiaries = await prepareBook(service, book, tokens);
    const lines = linesOf(count, beneficiaries, book);
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

/** In microseconds an event, and events a second. */
async function followed(pool, server, { limit, ...how }) {
  const { PostgresEventStore } = await import('../dist/event-store/postgres.js');
  const { VIEWS } = await import('../dist/views/all-views.js');
  const { advance } = await import('../dist/views/engine/advance.js');
  const { EventPages } = await import('../dist/views/engine/event-pages.js');
  const { KeptRows } = await import('../dist/views/engine/kept-rows.js');
  const store = new PostgresEventStore(pool);
  const [pages, kept] = [new EventPages(store), new KeptRows()];
  const revisions = await store.revisions();
  const behind = new Set(revisions.keys());
  const start = performance.now();
  const meter = processorMeter({ service: process.pid, server });
  while (behind.size > 0) {
    const works = [...behind].map((book) => ({ book, views: VIEWS, limit }));
    for (const { book, seq } of await advance(pool, pages, works, { kept, ...how }))
      if (seq === revisions.get(book)) behind.delete(book);
  }
  const events = [...revisions.values()].reduce((sum, revision) => sum + revision + 1, 0);
  const { client, postgres } = meter.each(events);
  return { follower: client, postgres, eventsASecond: (events * 1_000) / (performance.now() - start) };
}
