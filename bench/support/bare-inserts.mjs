// The least that a service over HTTP could do here, as a limit to measure beside: Fastify takes each body apart, one insert
// carries the bytes of all requests that came meanwhile, and when it is durable each is answered with as many bytes as our
// receipt has. No token, key, rules, log, signature or view.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import Fastify from 'fastify';
import pg from 'pg';
import { sampleEvent } from './plain-inserts.mjs';

const program = fileURLToPath(import.meta.url);

/** Starts it as a process of its own, on the flags of Node that are given. */
export function startBareInserts(databaseUrl, answer, execArgv) {
  const child = fork(program, { execArgv, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  child.send({ databaseUrl, answer });
  return new Promise((started, failed) => {
    child.once('error', failed);
    child.once('exit', (status) => failed(new Error(`the bare inserts ended with status ${status}`)));
    child.once('message', (port) => started({ port, stop: () => child.kill() }));
  });
}

if (process.argv[1] === program) {
  process.once('disconnect', () => process.exit());
  process.once('message', async ({ databaseUrl, answer }) => process.send(await serve(databaseUrl, answer)));
}

/** Answers the port. */
async function serve(databaseUrl, answer) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(
    'create table plain_events (seq bigint generated always as identity primary key, canonical text not null)',
  );
  let inserted = 0;
  let waiting = [];
  let isInserting = false;

  const insertAll = async () => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      await client.query({
        name: 'insert',
        text: 'insert into plain_events (canonical) select unnest($1::text[])',
        values: [batch.map(({ text }) => text)],
      });
      for (const { reply } of batch) reply.code(201).header('content-type', 'application/json').send(answer);
    }
    isInserting = false;
  };

  const fastify = Fastify();
  fastify.post('/v1/books/:book/allocations', (request, reply) => {
    if (!Array.isArray(request.body.lines)) throw new Error('a body without lines');
    inserted += 1;
    waiting.push({ text: sampleEvent(inserted), reply });
    if (isInserting) return;
    isInserting = true;
    // After the requests that came in the same turn.
    setImmediate(insertAll);
  });
  await fastify.listen({ port: 0, host: '127.0.0.1' });
  return fastify.server.address().port;
}
