// Answers a second to 64 connections that ask for a fund and for a page of balances of a book of 20,000 entries, beside a bare
// Fastify route, in a process of its own too, that returns the same bytes: no token, no question of the database. What the
// service keeps of its answers counts; `anew` is the rate at which it makes them, for callers that ask for `no-cache`.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { alternate, median, medianRatio, percentile } from './support/alternate.mjs';
import { growBook } from './support/grown-book.mjs';
import { loadOverHttp } from './support/http-load.mjs';
import { startDatabase, startService } from './support/service.mjs';

const CONNECTIONS = 64;
const bareRoute = fileURLToPath(new URL('support/bare-route.mjs', import.meta.url));

export async function bench({ isQuick }) {
  const [rounds, seconds, entries] = isQuick ? [5, 1, 5_000] : [7, 4, 20_000];
  const database = await startDatabase(['ours']);
  const { book } = await growBook(database.urls.ours, entries);
  const service = await startService({
    databaseUrl: database.urls.ours,
    dataDir: database.dataDir,
    // The name of the key that signed the book.
    settings: { PUBLIC_URL: 'https://bench.example' },
  });
  const token = service.token('auditor', book);
  const questions = questionsOf(book);
  const texts = await answersOf(service, token, Object.values(questions).flat(), entries - 1);
  const bare = await startBareRoute(texts);
  const latenciesMs = {};
  const contestants = {};
  for (const [name, paths] of Object.entries(questions)) {
    latenciesMs[name] = [];
    contestants[name] = () => load(service.port, paths, token, seconds, latenciesMs[name]);
    contestants[`${name} anew`] = () => load(service.port, paths, token, seconds, [], 'cache-control: no-cache\r\n');
    contestants[`${name} bare`] = () => load(bare.port, paths, token, seconds, []);
  }
  for (const warmUp of Object.values(contestants)) await warmUp();
  const results = await alternate(contestants, rounds);
  bare.stop();
  await service.stop();
  await database.stop();
  const names = Object.keys(questions);
  return {
    ratios: Object.fromEntries(names.map((name) => [name, medianRatio(results[name], results[`${name} bare`])])),
    figures: {
      perSecond: Object.fromEntries(Object.entries(results).map(([name, values]) => [name, median(values)])),
      latencyMs: Object.fromEntries(
        names.map((name) => [
          name,
          { p50: percentile(latenciesMs[name], 0.5), p99: percentile(latenciesMs[name], 0.99) },
        ]),
      ),
      bytes: Object.fromEntries(names.map((name) => [name, Buffer.byteLength(texts.get(questions[name][0]))])),
      entries,
      connections: CONNECTIONS,
      rounds: results,
    },
  };
}

/** Each of several things in turn, as their readers ask. */
function questionsOf(book) {
  const each = (count, path) => Array.from({ length: count }, (_, index) => `/v1/books/${book}/${path(index + 1)}`);
  return {
    fund: each(8, (n) => `funds/F-${n}?limit=20`),
    balances: each(8, (n) => `balances?fund=F-${n}`),
  };
}

async function answersOf(service, token, paths, minSeq) {
  const texts = new Map();
  for (const path of paths) {
    const answer = async (suffix) => {
      const headers = { authorization: `Bearer ${token}` };
      const response = await fetch(`${service.url}${path}${suffix}`, { headers });
      return { status: response.status, text: await response.text() };
    };
    for (let attempt = 0; (await answer(`&minSeq=${minSeq}`)).status === 503; attempt += 1) {
      if (attempt > 60) throw new Error(`${path} stays behind`);
    }
    const { status, text } = await answer('');
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
    texts.set(path, text);
  }
  return texts;
}

async function load(port, paths, token, seconds, latenciesMs, more = '') {
  let next = 0;
  const requests = paths.map((path) =>
    Buffer.from(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${token}\r\n${more}\r\n`),
  );
  const nextRequest = () => requests[next++ % requests.length];
  const result = await loadOverHttp({ port, connections: CONNECTIONS, seconds, nextRequest });
  if (result.statuses[200] !== result.answered) throw new Error(`refused: ${JSON.stringify(result.statuses)}`);
  latenciesMs.push(...result.latenciesMs);
  return result.answered / result.seconds;
}

function startBareRoute(texts) {
  // A route for each path without its query, by which Fastify does not route: a query chooses nothing there.
  const child = fork(bareRoute, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const routes = new Map([...texts].map(([path, text]) => [path.replace(/\?.*$/, ''), text]));
  child.send([...routes].map(([path, text]) => ({ path, text })));
  return new Promise((started, failed) => {
    child.once('error', failed);
    child.once('message', (port) => started({ port, stop: () => child.kill() }));
  });
}
