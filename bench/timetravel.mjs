// Pages of a book of a million entries as they were at random moments of its past, through HTTP, beside the same pages now.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { percentile } from './support/alternate.mjs';
import { countyLife } from './support/county-life.mjs';
import { growBook, instantOf } from './support/grown-book.mjs';
import { startDatabase, startService } from './support/service.mjs';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
/** One entry in so many is learned of ten days late. */
const LATE_EVERY = 97;
const LATE_MINUTES = 10 * 24 * 60;

const BOOK = '640121';
const PAGES = {
  balances: '/balances?limit=50',
  account: '/balances?account=bureau',
  fund: '/funds/F-0-5?limit=50',
  project: '/projects/P-0-1',
  assets: '/assets?limit=50',
  asset: '/assets/AS-0-1',
  division: `/divisions/${BOOK}`,
};

export async function bench({ isQuick }) {
  const [count, questions] = isQuick ? [50_000, 20] : [1_000_000, 60];
  const database = await startDatabase(['ours']);
  const env = { ...process.env, DATABASE_URL: database.urls.ours, DATA_DIR: database.dataDir };
  const { readOrMakeLogKey } = await import('../dist/log/log-key.js');
  const signer = readOrMakeLogKey(join(database.dataDir, 'log.key'), 'http://bench.example');
  const options = { book: BOOK, life: withLateEntries(countyLife(BOOK)), batch: 512, signer };
  await timed(`${count} entries appended`, () => growBook(env.DATABASE_URL, count, options));
  await timed('views built', () => must(env, 'views', 'rebuild', 'all'));
  const service = await startService({ databaseUrl: env.DATABASE_URL, dataDir: database.dataDir });
  try {
    return await ask({ service, count, questions });
  } finally {
    await service.stop();
    await database.stop();
  }
}

function* withLateEntries(life) {
  let event;
  for (let seq = 0; ; seq += 1) {
    const { kind, body, ...rest } = life.next(event).value;
    const isLate = seq > LATE_MINUTES && seq % LATE_EVERY === 0;
    event = yield { kind, body: isLate ? { ...body, effectiveDate: dayOf(seq - LATE_MINUTES) } : body, ...rest };
  }
}

function dayOf(seq) {
  return instantOf(seq).toISOString().slice(0, 10);
}

async function ask({ service, count, questions }) {
  const headers = { authorization: `Bearer ${service.token('auditor', '6401')}` };
  const pageOf = async (path, moment = '') => {
    const start = performance.now();
    const response = await fetch(`${service.url}/v1/books/${BOOK}${path}${path.includes('?') ? '&' : '?'}${moment}`, {
      headers,
    });
    const body = await response.text();
    if (response.status !== 200) throw new Error(`${path} ${moment}: ${response.status} ${body}`);
    return performance.now() - start;
  };
  // Before the first assets there are none to ask for.
  const random = () => Math.floor(1_500 + Math.random() * (count - 1_500));
  const moments = {
    now: () => '',
    atSeq: () => `atSeq=${random()}`,
    asOf: () => `asOf=${instantOf(random()).toISOString()}`,
    effectiveOn: () => `effectiveOn=${dayOf(random())}`,
  };
  for (const path of Object.values(PAGES)) for (let n = 0; n < 5; n += 1) await pageOf(path);
  const figures = { entries: count };
  const ratios = {};
  for (const [name, path] of Object.entries(PAGES)) {
    const timesMs = Object.fromEntries(Object.keys(moments).map((moment) => [moment, []]));
    for (let n = 0; n < questions; n += 1) {
      for (const [moment, make] of Object.entries(moments)) {
        timesMs[moment].push(await pageOf(path, make()));
      }
    }
    figures[name] = Object.fromEntries(
      Object.entries(timesMs).map(([moment, ms]) => [moment, { p50: percentile(ms, 0.5), p99: percentile(ms, 0.99) }]),
    );
    console.log(name, JSON.stringify(figures[name]));
    for (const moment of ['atSeq', 'asOf', 'effectiveOn']) {
      ratios[`${name}.${moment}`] = Number((figures[name].now.p50 / figures[name][moment].p50).toFixed(3));
    }
  }
  return { ratios, figures };
}

async function timed(what, work) {
  const start = performance.now();
  const result = await work();
  console.log(`${what} in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}

function must(env, ...args) {
  const { status, stderr } = spawnSync(process.execPath, [cli, ...args], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`mingzhang ${args.join(' ')} ended with status ${status}: ${stderr}`);
}
