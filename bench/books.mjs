// Entries a second over 1,000 books, a few of which get most (Zipf), beside 8 books, in the same service. Each batch of a book is
// decided and signed by itself, so many books mean more and smaller batches.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { alternate, median, medianRatio, percentile } from './support/alternate.mjs';
import { loadOverHttp } from './support/http-load.mjs';
import { medianOfEach, processorMeter } from './support/processor-time.mjs';
import { post } from './support/rest-load.mjs';
import { startDatabase, startService } from './support/service.mjs';

const CONNECTIONS = 64;
const FEW = 8;
/** Towns of counties of 银川; a town's code has nine digits. */
const codeOf = (number) => `${640_121 + Math.floor(number / 999)}${String((number % 999) + 1).padStart(3, '0')}`;

export async function bench({ isQuick }) {
  const [rounds, seconds, many] = isQuick ? [3, 2, 200] : [7, 6, 1_000];
  const database = await startDatabase(['ours']);
  const service = await startService({ databaseUrl: database.urls.ours, dataDir: database.dataDir });
  const token = service.token('clerk', '6401');
  const admin = service.token('admin', '6401');
  const emptyMiB = service.residentMiB();
  // The few are books of their own, after the many.
  for (let first = 0; first < many + FEW; first += CONNECTIONS) {
    const numbers = Array.from({ length: Math.min(CONNECTIONS, many + FEW - first) }, (_, n) => first + n);
    await Promise.all(numbers.map((number) => open(service, codeOf(number), { admin, clerk: token })));
  }
  await untilAllViewsCaughtUp(database.urls.ours);
  const openedMiB = service.residentMiB();
  const latenciesMs = { many: [], few: [] };
  const processorUs = { many: [], few: [] };
  const run = (name, pick) => async () => {
    const meter = processorMeter({ service: service.pid, server: database.pid });
    const load = await loadOverHttp({
      port: service.port,
      connections: CONNECTIONS,
      seconds,
      nextRequest: () => allocation(token, codeOf(pick())),
    });
    if (load.statuses[201] !== load.answered) throw new Error(`refused: ${JSON.stringify(load.statuses)}`);
    for (const ms of load.latenciesMs) latenciesMs[name].push(ms);
    await untilAllViewsCaughtUp(database.urls.ours);
    processorUs[name].push(meter.each(load.answered));
    return load.answered / load.seconds;
  };
  const contestants = {
    many: run('many', zipf(many)),
    few: run('few', () => many + Math.floor(Math.random() * FEW)),
  };
  for (const warmUp of Object.values(contestants)) await warmUp();
  const results = await alternate(contestants, rounds);
  await service.stop();
  await database.stop();
  const p99 = (name) => percentile(latenciesMs[name], 0.99);
  return {
    ratios: { eightBooks: medianRatio(results.many, results.few) },
    figures: {
      books: { many, few: FEW },
      perSecond: { many: median(results.many), few: median(results.few) },
      rounds: results,
      connections: CONNECTIONS,
      latencyP99Ms: { many: p99('many'), few: p99('few') },
      processorUsAnEntry: { many: medianOfEach(processorUs.many), few: medianOfEach(processorUs.few) },
      residentMiB: { empty: Math.round(emptyMiB), allOpen: Math.round(openedMiB) },
    },
  };
}

/** In every book, so that none of their work falls into the next round. */
async function untilAllViewsCaughtUp(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const behind = `
    select 1 from streams left join views.checkpoints using (book)
    where revision > coalesce((select min(seq::integer) from jsonb_each_text(seqs) as each (view, seq)), -1) limit 1`;
  while ((await client.query(behind)).rowCount > 0) await sleep(50);
  await client.end();
}

/** Book `n` gets 1 / n of what the first gets. */
function zipf(count) {
  const sums = [];
  let sum = 0;
  for (let n = 1; n <= count; n += 1) {
    sum += 1 / n;
    sums.push(sum);
  }
  return () => {
    const at = Math.random() * sum;
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle] < at) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

async function open(service, book, { admin, clerk: token }) {
  await post(service.url, '/v1/books', admin, { id: book, name: `镇 ${book}`, level: 'town' });
  const facts = { name: '专项资金', level: 'county', nature: 'special', fiscalYear: 2016, amount: '1000000000000.00' };
  await post(service.url, `/v1/books/${book}/funds`, token, { id: 'F-1', ...facts });
}

let nextKey = 0;

function allocation(token, book) {
  nextKey += 1;
  const body = JSON.stringify({ to: 'department:nmj', lines: [{ fund: 'F-1', amount: '1.00' }] });
  return (
    `POST /v1/books/${book}/allocations HTTP/1.1\r\nidempotency-key: k-${nextKey}\r\nhost: 127.0.0.1\r\n` +
    `authorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  );
}
