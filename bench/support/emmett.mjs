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

/** Batches of the same events, one after the other, those of a run to one stream. */
export async function prepareEmmettBatches(url, texts, size) {
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  const store = getPostgreSQLEventStore(url, { connectionOptions: { pool } });
  await store.schema.migrate();
  const events = texts.map((text) => JSON.parse(text)).map((data) => ({ type: data.type, data }));
  let runs = 0;
  return {
    /** Answers how many a second. */
    run: async (count) => {
      runs += 1;
      const start = performance.now();
      for (let done = 0; done < count; done += size) {
        const batch = Array.from(
          { length: Math.min(size, count - done) },
          (_, n) => events[(done + n) % events.length],
        );
        await store.appendToStream(`book-${runs}`, batch);
      }
      return (count * 1000) / (performance.now() - start);
    },
    close: async () => {
      await store.close();
      await pool.end();
    },
  };
}
