import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import pg from 'pg';
import { sampleEvent } from './plain-inserts.mjs';

/** Emmett on the same PostgreSQL, without HTTP: each worker appends one event at a time to a stream of its own. */
export async function prepareEmmett(url, workers) {
  const pool = new pg.Pool({ connectionString: url, max: workers });
  const store = getPostgreSQLEventStore(url, { connectionOptions: { pool } });
  await store.schema.migrate();
  let appended = 0;
  const appendUntil = async (stream, end) => {
    while (performance.now() < end) {
      appended += 1;
      await store.appendToStream(stream, [{ type: 'funds.allocated', data: JSON.parse(sampleEvent(appended)) }]);
    }
  };
  return {
    run: async (seconds) => {
      const [before, start] = [appended, performance.now()];
      await Promise.all(Array.from({ length: workers }, (_, n) => appendUntil(`book-${n}`, start + seconds * 1000)));
      return ((appended - before) * 1000) / (performance.now() - start);
    },
    close: async () => {
      await store.close();
      await pool.end();
    },
  };
}
