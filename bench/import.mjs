// Mixed commands a second through one import over HTTP, each durable and in a signed log, beside batches of 500 of the same
// bytes by plain `unnest` and by Emmett, both without HTTP, all on one embedded PostgreSQL with fsync on.
import { alternate, median, medianRatio } from './support/alternate.mjs';
import { prepareEmmettBatches } from './support/emmett.mjs';
import { asBody, importOver, mixedLines, prepareBook, untilBookViewsCaughtUp } from './support/import-load.mjs';
import { preparePlainBatches } from './support/plain-inserts.mjs';
import { medianOfEach, processorMeter } from './support/processor-time.mjs';
import { startDatabase, startService } from './support/service.mjs';

const BOOK = '640121';
const BATCH = 500;

export async function bench({ isQuick }) {
  const [rounds, count] = isQuick ? [5, 10_000] : [5, 200_000];
  const database = await startDatabase(['ours', 'plain', 'emmett']);
  const service = await startService({ databaseUrl: database.urls.ours, dataDir: database.dataDir });
  const tokens = { admin: service.token('admin', '6401'), clerk: service.token('clerk', '6401') };
  const beneficiaries = await prepareBook(service, BOOK, tokens);
  const viewsBehindMs = [];
  const processorUs = [];
  let run = 0;
  const importAll = async (lines) => {
    run += 1;
    const parts = asBody(mixedLines(lines, `r${run}`, beneficiaries));
    const meter = processorMeter({ service: service.pid, server: database.pid });
    const { recorded, seconds } = await importOver(service, BOOK, tokens.clerk, parts);
    if (recorded !== lines) throw new Error(`${lines - recorded} of ${lines} commands were refused`);
    viewsBehindMs.push(await untilBookViewsCaughtUp(service, BOOK, tokens.clerk));
    processorUs.push(meter.each(lines));
    return lines / seconds;
  };
  await importAll(10_000);
  const sample = await eventsOf(service, tokens.clerk, 10_000);
  const plain = await preparePlainBatches(database.urls.plain, sample, BATCH);
  const emmett = await prepareEmmettBatches(database.urls.emmett, sample, BATCH);
  const contestants = {
    import: () => importAll(count),
    unnest: () => plain.run(count),
    emmett: () => emmett.run(count),
  };
  await plain.run(10_000);
  await emmett.run(10_000);
  const results = await alternate(contestants, rounds);
  await plain.close();
  await emmett.close();
  await service.stop();
  await database.stop();
  return {
    ratios: {
      unnest: medianRatio(results.import, results.unnest),
      emmett: medianRatio(results.import, results.emmett),
    },
    figures: {
      perSecond: Object.fromEntries(Object.entries(results).map(([name, values]) => [name, median(values)])),
      rounds: results,
      commands: count,
      // In user and system mode, of all threads and processes, views included: what two cores are shared by.
      processorUsAnEntry: medianOfEach(processorUs),
      bytesOfAnEvent: Math.round(sample.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / sample.length),
      // How long after the last answer of a round the views had taken in all of it.
      viewsBehindMs: Math.round(median(viewsBehindMs)),
    },
  };
}

/** The last events that the service recorded, as it keeps them. */
async function eventsOf(service, token, count) {
  const headers = { authorization: `Bearer ${token}` };
  const { revision } = await (await fetch(`${service.url}/v1/books/${BOOK}`, { headers })).json();
  const url = `${service.url}/v1/books/${BOOK}/events?from=${revision - count + 1}`;
  return (await (await fetch(url, { headers })).text()).trimEnd().split('\n');
}
