// One book that two services write at once, 32 connections at each, beside one service that alone takes all 64: what it costs
// that they take turns, whether each gets its share, and whether anybody is sent away.
import { alternate, median, medianRatio, percentile } from './support/alternate.mjs';
import { allocateOverRest, prepareBooks } from './support/rest-load.mjs';
import { startDatabase, startService } from './support/service.mjs';

const CONNECTIONS = 64;

export async function bench({ isQuick }) {
  const [rounds, seconds] = isQuick ? [5, 2] : [7, 5];
  const database = await startDatabase(['ours']);
  const start = () =>
    startService({
      databaseUrl: database.urls.ours,
      dataDir: database.dataDir,
      settings: { PUBLIC_URL: 'https://bench.example' },
    });
  const services = [await start()];
  services.push(await start());
  const [first] = services;
  const token = await prepareBooks(first);
  const loads = { one: [], two: [] };
  const load = async (name, taking) => {
    const connections = CONNECTIONS / taking.length;
    const options = { connections, seconds, books: ['640100'] };
    const done = await Promise.all(taking.map((service) => allocateOverRest(service, token, options)));
    loads[name].push(done);
    return done.reduce((sum, { answered }) => sum + answered, 0) / seconds;
  };
  const contestants = { two: () => load('two', services), one: () => load('one', [first]) };
  for (const warmUp of Object.values(contestants)) await warmUp();
  const results = await alternate(contestants, rounds);
  for (const service of services) await service.stop();
  await database.stop();
  const latencies = (name) => loads[name].flat().flatMap(({ latenciesMs }) => latenciesMs);
  return {
    ratios: { oneService: medianRatio(results.two, results.one) },
    figures: {
      perSecond: Object.fromEntries(Object.entries(results).map(([name, values]) => [name, median(values)])),
      latencyMs: Object.fromEntries(
        Object.keys(loads).map((name) => [
          name,
          Object.fromEntries([0.5, 0.99, 1].map((share) => [`p${share * 100}`, percentile(latencies(name), share)])),
        ]),
      ),
      // Of all that two answered, the share of the one that answered less.
      lesserShare: median(
        loads.two.map((pair) => {
          const counts = pair.map(({ answered }) => answered);
          return Number((Math.min(...counts) / counts.reduce((sum, count) => sum + count, 0)).toFixed(2));
        }),
      ),
      rounds: results,
      connections: CONNECTIONS,
    },
  };
}
