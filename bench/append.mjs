// Durable entries a second through REST, each with its receipt, beside plain single-row inserts of the same bytes through
// `pg` and beside Emmett's one-event appends, both without HTTP, and, as the limit of what HTTP leaves, beside a bare route
// that inserts the same bytes and does nothing else; all on one embedded PostgreSQL with fsync on.
import { alternate, median, medianRatio, percentile } from './support/alternate.mjs';
import { startBareInserts } from './support/bare-inserts.mjs';
import { prepareEmmett } from './support/emmett.mjs';
import { preparePlainInserts } from './support/plain-inserts.mjs';
import { medianOfEach, processorMeter } from './support/processor-time.mjs';
import { allocateOverRest, allocationAnswer, prepareBooks, untilViewsCaughtUp } from './support/rest-load.mjs';
import { startDatabase, startFlags, startService } from './support/service.mjs';

const CONNECTIONS = 64;

export async function bench({ isQuick }) {
  const [rounds, seconds] = isQuick ? [5, 2] : [7, 6];
  const database = await startDatabase(['ours', 'bare', 'plain', 'emmett']);
  const service = await startService({ databaseUrl: database.urls.ours, dataDir: database.dataDir });
  const plain = await preparePlainInserts(database.urls.plain, CONNECTIONS);
  const emmett = await prepareEmmett(database.urls.emmett, CONNECTIONS);
  const token = await prepareBooks(service);
  const bare = await startBareInserts(database.urls.bare, await allocationAnswer(service, token), startFlags());
  const latenciesMs = [];
  const viewsBehindMs = [];
  const processorUs = [];
  const contestants = {
    rest: async () => {
      const meter = processorMeter({ service: service.pid, server: database.pid });
      const load = await allocateOverRest(service, token, { connections: CONNECTIONS, seconds });
      for (const ms of load.latenciesMs) latenciesMs.push(ms);
      const caughtUpMs = await untilViewsCaughtUp(service, token);
      viewsBehindMs.push(caughtUpMs);
      processorUs.push(meter.each(load.answered));
      return load.answered / load.seconds;
    },
    bareRoute: async () => {
      const load = await allocateOverRest(bare, token, { connections: CONNECTIONS, seconds });
      return load.answered / load.seconds;
    },
    plainInserts: () => plain.run(seconds),
    emmett: () => emmett.run(seconds),
  };
  for (const warmUp of Object.values(contestants)) await warmUp();
  const results = await alternate(contestants, rounds);
  bare.stop();
  await plain.close();
  await emmett.close();
  await service.stop();
  await database.stop();
  return {
    ratios: {
      plainInserts: medianRatio(results.rest, results.plainInserts),
      emmett: medianRatio(results.rest, results.emmett),
      bareRoute: medianRatio(results.rest, results.bareRoute),
    },
    figures: {
      // What is left for any service over HTTP.
      bareRouteOfPlainInserts: medianRatio(results.bareRoute, results.plainInserts),
      perSecond: Object.fromEntries(Object.entries(results).map(([name, values]) => [name, median(values)])),
      rounds: results,
      connections: CONNECTIONS,
      // In user and system mode, of all threads and processes, views included: what two cores are shared by.
      processorUsAnEntry: medianOfEach(processorUs),
      latencyMs: { p50: percentile(latenciesMs, 0.5), p99: percentile(latenciesMs, 0.99) },
      // How long after the last answer of a round the views had taken in all of it.
      viewsBehindMs: Math.round(median(viewsBehindMs)),
      books: 8,
    },
  };
}
