// Answers a second to 64 connections that ask for a fund, for a page of balances, and for the board of a division as a page and
// as JSON, of a book of 20,000 entries, beside a bare Fastify route, in a process of its own too, that returns the same bytes:
// no token, no question of the database. What the service keeps of its answers counts; `anew` is the rate at which it makes
// them, for callers that ask for `no-cache`, and `unchanged` that of 304 to those who have the bytes.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { alternate, median, medianRatio, percentile } from './support/alternate.mjs';
import { growBook } from './support/grown-book.mjs';
import { loadOverHttp } from './support/http-load.mjs';
import { untilViewsCaughtUp } from './support/rest-load.mjs';
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
  await untilViewsCaughtUp(service, token, [book]);
  const questions = questionsOf(book);
  const texts = await answersOf(service, token, Object.values(questions).flat(), entries - 1);
  const bare = await startBareRoute(texts);
  const latenciesMs = {};
  const contestants = {};
  const open = (port, paths, kept, more) => () => load(port, paths, more, seconds, kept);
  for (const [name, paths] of Object.entries(questions)) {
    latenciesMs[name] = [];
    const signed = paths[0].startsWith('/v1/books/') ? `authorization: Bearer ${token}\r\n` : '';
    const tagged = (path) => `${signed}if-none-match: ${texts.get(path).tag}\r\n`;
    contestants[name] = open(service.port, paths, latenciesMs[name], () => signed);
    contestants[`${name} bare`] = open(bare.port, paths, [], () => signed);
    contestants[`${name} anew`] = open(service.port, paths, [], () => `${signed}cache-control: no-cache\r\n`);
    contestants[`${name} unchanged`] = open(service.port, paths, [], tagged);
    contestants[`${name} unchanged bare`] = open(bare.port, paths, [], tagged);
  }
  for (const warmUp of Object.values(contestants)) await warmUp();
  const results = await alternate(contestants, rounds);
  bare.stop();
  await service.stop();
  await database.stop();
  const names = Object.keys(questions);
  return {
    ratios: Object.fromEntries(
      names
        .flatMap((name) => [name, `${name} unchanged`])
        .map((name) => [name, medianRatio(results[name], results[`${name} bare`])]),
    ),
    figures: {
      perSecond: Object.fromEntries(Object.entries(results).map(([name, values]) => [name, median(values)])),
      latencyMs: Object.fromEntries(
        names.map((name) => [
          name,
          { p50: percentile(latenciesMs[name], 0.5), p99: percentile(latenciesMs[name], 0.99) },
        ]),
      ),
      bytes: Object.fromEntries(names.map((name) => [name, Buffer.byteLength(texts.get(questions[name][0]).text)])),
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
    board: [`/board/${book}`],
    disclosure: [`/v1/disclosure/divisions/${book}`],
  };
}

async function answersOf(service, token, paths, minSeq) {
  const headers = { authorization: `Bearer ${token}` };
  const texts = new Map();
  for (const path of paths) {
    const answer = (suffix) => fetch(`${service.url}${path}${suffix}`, { headers });
    const waiting = `${path.includes('?') ? '&' : '?'}minSeq=${minSeq}`;
    for (let attempt = 0; path.startsWith('/v1/books/') && (await answer(waiting)).status === 503; attempt += 1) {
      if (attempt > 60) throw new Error(`${path} stays behind`);
    }
    const response = await answer('');
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${text}`);
    texts.set(path, { text, type: response.headers.get('content-type'), tag: response.headers.get('etag') });
  }
  return texts;
}

function requestsOf(paths, more) {
  return paths.map((path) => Buffer.from(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${more(path)}\r\n`));
}

async function load(port, paths, more, seconds, latenciesMs) {
  const requests = requestsOf(paths, more);
  let next = 0;
  const nextRequest = () => requests[next++ % requests.length];
  const result = await loadOverHttp({ port, connections: CONNECTIONS, seconds, nextRequest });
  const { 200: whole = 0, 304: unchanged = 0 } = result.statuses;
  if (whole !== result.answered && unchanged !== result.answered)
    throw new Error(`${paths[0]} at port ${port} was refused, or is not the same: ${JSON.stringify(result.statuses)}`);
  // A round of seconds has more than can be arguments of one call.
  for (const ms of result.latenciesMs) latenciesMs.push(ms);
  return result.answered / result.seconds;
}

function startBareRoute(texts) {
  const child = fork(bareRoute, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  child.send([...texts].map(([path, answer]) => ({ path, ...answer })));
  return new Promise((started, failed) => {
    child.once('error', failed);
    child.once('message', (port) => started({ port, stop: () => child.kill() }));
  });
}
