// Entries a second at which every view is made again from nothing, by `mingzhang views rebuild all` as a whole process, beside
// the import of the same entries over HTTP, each round in a database of its own. The import is followed by the views too, as
// ever, and is over when its last line is answered.
import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { median, medianRatio } from './support/alternate.mjs';
import { asBody, importOver, mixedLines, prepareBook, untilBookViewsCaughtUp } from './support/import-load.mjs';
import { startDatabase, startService } from './support/service.mjs';

const BOOK = '640121';
const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

export async function bench({ isQuick }) {
  const [rounds, count] = isQuick ? [5, 10_000] : [5, 200_000];
  const names = Array.from({ length: rounds }, (_, n) => `round_${n + 1}`);
  const database = await startDatabase(names);
  const results = { rebuild: [], import: [] };
  for (const [n, name] of names.entries()) {
    const where = { databaseUrl: database.urls[name], dataDir: database.dataDir };
    const perSecond = await roundOf(where, count);
    for (const [contestant, value] of Object.entries(perSecond)) {
      results[contestant].push(Math.round(value));
      console.log(`round ${n + 1}/${rounds}  ${contestant.padEnd(24)} ${Math.round(value)} /s`);
    }
  }
  await database.stop();
  return {
    ratios: { import: medianRatio(results.rebuild, results.import) },
    figures: {
      perSecond: Object.fromEntries(Object.entries(results).map(([name, values]) => [name, median(values)])),
      rounds: results,
      entries: count,
    },
  };
}

async function roundOf({ databaseUrl, dataDir }, count) {
  const service = await startService({ databaseUrl, dataDir });
  const tokens = { admin: service.token('admin', '6401'), clerk: service.token('clerk', '6401') };
  const beneficiaries = await prepareBook(service, BOOK, tokens);
  const parts = asBody(mixedLines(count, 'r', beneficiaries));
  const { recorded, seconds } = await importOver(service, BOOK, tokens.clerk, parts);
  if (recorded !== count) throw new Error(`${count - recorded} of ${count} commands were refused`);
  await untilBookViewsCaughtUp(service, BOOK, tokens.clerk);
  const { revision } = await bookOf(service, tokens.clerk);
  await service.stop();
  const took = await timed({ ...process.env, DATABASE_URL: databaseUrl, DATA_DIR: dataDir }, 'views', 'rebuild', 'all');
  return { import: count / seconds, rebuild: (revision + 1) / took };
}

async function bookOf(service, token) {
  const response = await fetch(`${service.url}/v1/books/${BOOK}`, { headers: { authorization: `Bearer ${token}` } });
  return response.json();
}

/** In seconds. */
function timed(env, ...args) {
  const start = performance.now();
  const profile = process.env.BENCH_PROFILE;
  const flags = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const child = spawn(process.execPath, [...flags, cli, ...args], { env, stdio: ['ignore', 'ignore', 'ignore'] });
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('exit', (status) => {
      if (status === 0) done((performance.now() - start) / 1000);
      else failed(new Error(`mingzhang ${args.join(' ')} ended with status ${status}`));
    });
  });
}
