// What an entry of a county's book costs on disk and in processor time, without HTTP: the figures that docs/scale.md reckons with.
// Nothing stands beside it.
import pg from 'pg';
import { countyLife } from './support/county-life.mjs';
import { growBook } from './support/grown-book.mjs';
import { startDatabase } from './support/service.mjs';

const BOOK = '640121';
/** Entries in an append: a batch of its own for each is the worst that can be, 64 what a busy book has. */
const BATCH = 16;

const SIZES = `
  select case when n.nspname = 'views' then 'views' when c.relname ~ '^events' then 'events'
      when c.relname ~ '^log_' then 'log' when c.relname ~ '^vault' then 'vault' else 'other' end as part,
    sum(pg_table_size(c.oid))::float8 as rows, sum(pg_indexes_size(c.oid))::float8 as indexes
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and n.nspname in ('public', 'views') group by 1`;

const LARGEST = `
  select c.relname as name, pg_total_relation_size(c.oid)::float8 as bytes
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and n.nspname = 'views' order by bytes desc limit 8`;

export async function bench({ isQuick }) {
  const count = isQuick ? 10_000 : 100_000;
  const database = await startDatabase(['ours']);
  const client = new pg.Client({ connectionString: database.urls.ours });
  await client.connect();
  const meter = { client, count };
  const append = await measured(meter, () =>
    growBook(database.urls.ours, count, { life: countyLife(BOOK), batch: BATCH }),
  );
  const views = await measured(meter, () => followAll(database.urls.ours, count - 1));
  await client.query('vacuum analyze');
  const { rows: parts } = await client.query(SIZES);
  const { rows: largest } = await client.query(LARGEST);
  const { rows: texts } = await client.query('select avg(octet_length(canonical))::float8 as bytes from events');
  await client.end();
  await database.stop();
  const each = (value) => Math.round(value / count);
  return {
    ratios: {},
    figures: {
      entries: count,
      entriesInAnAppend: BATCH,
      bytesOfAnEvent: Math.round(texts[0].bytes),
      bytesAnEntry: Object.fromEntries(
        parts.map(({ part, rows, indexes }) => [part, { rows: each(rows), indexes: each(indexes) }]),
      ),
      largestViewTables: Object.fromEntries(largest.map(({ name, bytes }) => [name, each(bytes)])),
      // Of decide, canonical form, hashes, signature and sending; then of the views.
      append,
      views,
    },
  };
}

/** Of this process alone; the server's share is in the figures of `append`. */
async function measured({ client, count }, work) {
  const position = async () =>
    (await client.query('select pg_current_wal_lsn() - $1::pg_lsn as bytes', ['0/0'])).rows[0];
  const [before, start] = [await position(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(start);
  const walBytes = Number((await position()).bytes) - Number(before.bytes);
  return {
    processorMicroseconds: Math.round((user + system) / count),
    walBytes: Math.round(walBytes / count),
  };
}

async function followAll(url, last) {
  const { openPool } = await import('../dist/database/pool.js');
  const { PostgresEventStore } = await import('../dist/event-store/postgres.js');
  const { VIEWS } = await import('../dist/views/all-views.js');
  const { ViewFollower } = await import('../dist/views/engine/view-follower.js');
  const pool = openPool(url, 3, console.error);
  const follower = new ViewFollower(pool, new PostgresEventStore(pool), { views: VIEWS, log: console.error });
  follower.start();
  for (const view of VIEWS) await follower.waitFor(view, BOOK, last, 3_600_000);
  await follower.stop();
  await pool.end();
}
