import pg from 'pg';

/** Single-row inserts of the same bytes through `pg`, each durable by itself, without HTTP: what plain SQL can do. */
export async function preparePlainInserts(url, connections) {
  const pool = new pg.Pool({ connectionString: url, max: connections });
  await pool.query(
    'create table plain_events (seq bigint generated always as identity primary key, canonical text not null)',
  );
  const clients = await Promise.all(Array.from({ length: connections }, () => pool.connect()));
  let inserted = 0;
  const insertUntil = async (client, end) => {
    while (performance.now() < end) {
      inserted += 1;
      await client.query({
        name: 'insert',
        text: 'insert into plain_events (canonical) values ($1)',
        values: [sampleEvent(inserted)],
      });
    }
  };
  return {
    run: async (seconds) => {
      const [before, start] = [inserted, performance.now()];
      await Promise.all(clients.map((client) => insertUntil(client, start + seconds * 1000)));
      return ((inserted - before) * 1000) / (performance.now() - start);
    },
    close: async () => {
      for (const client of clients) client.release();
      await pool.end();
    },
  };
}

/** An event as the service records it for the allocations of the same bench. */
export function sampleEvent(seq) {
  return (
    '{"actor":"bench-clerk","book":"640100","command":"k-' +
    seq +
    '","data":{"amount":"100.00","from":"bureau","id":"0192f1c4-7f3a-7cc2-9c5e-3f5b1a2c4d6e","to":"department:nmj"},' +
    '"documents":["宁财农〔2016〕12号"],"effectiveDate":"2016-07-13","id":"0192f1c4-7f3a-7cc2-9c5e-3f5b1a2c4d6e",' +
    '"postings":[{"account":"bureau","amount":"-100.00","fund":"F-1"},{"account":"department:nmj","amount":"100.00","fund":"F-1"}],' +
    '"recordedAt":"2016-07-13T01:02:03.004Z","seq":' +
    seq +
    ',"type":"funds.allocated","version":1}'
  );
}

/** Batches of the same bytes, one after the other over one connection, each durable by itself. */
export async function preparePlainBatches(url, texts, size) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(
    'create table plain_events (seq bigint generated always as identity primary key, canonical text not null)',
  );
  return {
    /** Answers how many a second. */
    run: async (count) => {
      const start = performance.now();
      for (let done = 0; done < count; done += size) {
        const batch = Array.from({ length: Math.min(size, count - done) }, (_, n) => texts[(done + n) % texts.length]);
        await client.query({
          name: 'insert',
          text: 'insert into plain_events (canonical) select unnest($1::text[])',
          values: [batch],
        });
      }
      return (count * 1000) / (performance.now() - start);
    },
    close: () => client.end(),
  };
}
