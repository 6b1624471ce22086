// What an entry, a fund, a balance, the board page of its county and a proof cost in a book of a million entries beside one of a thousand, in the same
// service; and how long a cold start takes until the large book takes its first entry, and how much memory it then needs.
import { join } from 'node:path';
import { alternate, median, medianRatio } from './support/alternate.mjs';
import { countyLife } from './support/county-life.mjs';
import { growBook } from './support/grown-book.mjs';
import { loadOverHttp } from './support/http-load.mjs';
import { untilViewsCaughtUp } from './support/rest-load.mjs';
import { startDatabase, startService } from './support/service.mjs';

const CONNECTIONS = 64;
const LARGE = '640121';
const SMALL_SIZE = 1_000;
const FUND = 'F-0-4';
const KINDS = ['append', 'fund', 'balance', 'board', 'proof'];
/** Counties of the register. */
const SMALLS = ['640302', '640303', '640323', '640324', '640381', '640402', '640422', '640423'];

export async function bench({ isQuick }) {
  const [rounds, seconds, largeSize] = isQuick ? [3, 1, 20_000] : [7, 3, 1_000_000];
  const database = await startDatabase(['ours']);
  // What is appended to counts no longer as small: each round, and the warm-up, has a small book of its own.
  const smalls = SMALLS.slice(0, rounds + 1);
  const large = await growBooks(database, smalls, largeSize);
  const service = await startService({ databaseUrl: database.urls.ours, dataDir: database.dataDir });
  const token = service.token('clerk', '64');
  console.log('until the views have taken in all of it ...');
  const viewsBehindMs = await untilViewsCaughtUp(service, token, [LARGE, ...smalls]);
  const results = await compare({ service, token, smalls, largeSize, rounds, seconds });
  await service.stop();
  const coldStarts = await startsCold({ database, token, largeSize });
  await database.stop();
  return {
    ratios: Object.fromEntries(
      KINDS.map((kind) => [kind, medianRatio(results[`${kind} large`], results[`${kind} small`])]),
    ),
    figures: {
      entries: { small: SMALL_SIZE, large: largeSize },
      grownPerSecond: large.perSecond,
      viewsFromNothingSeconds: Math.round(viewsBehindMs / 1000),
      perSecond: Object.fromEntries(Object.entries(results).map(([name, values]) => [name, median(values)])),
      rounds: results,
      connections: CONNECTIONS,
      ...coldStarts,
    },
  };
}

async function growBooks({ urls, dataDir }, smalls, largeSize) {
  const { readOrMakeLogKey } = await import('../dist/log/log-key.js');
  const signer = readOrMakeLogKey(join(dataDir, 'log.key'), 'http://bench.example');
  const grow = (book, size) => growBook(urls.ours, size, { book, life: countyLife(book), batch: 512, signer });
  for (const book of smalls) await grow(book, SMALL_SIZE);
  const large = await grow(LARGE, largeSize);
  console.log(`grew a book of ${largeSize} entries, ${large.perSecond} /s`);
  return large;
}

async function compare({ service, token, smalls, largeSize, rounds, seconds }) {
  const run = (book, size, kind) => async () => {
    const nextRequest = REQUESTS[kind](token, book, size);
    const load = await loadOverHttp({ port: service.port, connections: CONNECTIONS, seconds, nextRequest });
    const expected = kind === 'append' ? 201 : 200;
    if (load.statuses[expected] !== load.answered) throw new Error(`${kind}: ${JSON.stringify(load.statuses)}`);
    // The views take in what was appended, so that the reads are not measured beside that.
    if (kind === 'append') await untilViewsCaughtUp(service, token, [book]);
    return load.answered / load.seconds;
  };
  // The warm-up has the book after those of the rounds.
  let round = rounds;
  const contestants = {};
  for (const kind of KINDS) {
    contestants[`${kind} large`] = run(LARGE, largeSize, kind);
    contestants[`${kind} small`] = () => run(smalls[round], SMALL_SIZE, kind)();
  }
  for (const warmUp of Object.values(contestants)) await warmUp();
  const results = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  for (round = 0; round < rounds; round += 1) {
    // What comes first bears what the kind before left to be done: that falls on both books alike.
    const names = KINDS.flatMap((kind) =>
      (round % 2 === 0 ? ['large', 'small'] : ['small', 'large']).map((book) => `${kind} ${book}`),
    );
    const inTurn = Object.fromEntries(names.map((name) => [name, contestants[name]]));
    for (const [name, [perSecond]] of Object.entries(await alternate(inTurn, 1))) results[name].push(perSecond);
  }
  return results;
}

let nextKey = 0;

const REQUESTS = {
  append: (token, book) => {
    const lines = [{ fund: FUND, amount: '1.00' }];
    const body = JSON.stringify({ to: 'department:nmj', lines, effectiveDate: '2016-07-13' });
    const rest =
      `host: 127.0.0.1\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    return () => {
      nextKey += 1;
      return `POST /v1/books/${book}/allocations HTTP/1.1\r\nidempotency-key: k-${nextKey}\r\n${rest}`;
    };
  },
  fund: (token, book) => get(token, () => `/v1/books/${book}/funds/${FUND}`),
  balance: (token, book) => get(token, () => `/v1/books/${book}/balances?account=department:nmj&fund=${FUND}`),
  board: (token, book) => get(token, () => `/board/${book}`),
  proof: (token, book, size) => get(token, () => `/v1/books/${book}/events/${Math.floor(Math.random() * size)}/proof`),
};

function get(token, path) {
  const rest = `host: 127.0.0.1\r\nauthorization: Bearer ${token}\r\n\r\n`;
  return () => `GET ${path()} HTTP/1.1\r\n${rest}`;
}

/** From the start of the process to the first entry that it recorded, in the large book and in one that holds nothing yet. */
async function startsCold({ database, token, largeSize }) {
  const seconds = { empty: [], large: [] };
  const residentMiB = { empty: [], large: [] };
  for (let round = 0; round < 3; round += 1) {
    for (const [name, book] of [
      ['empty', `${640_181 + round}`],
      ['large', LARGE],
    ]) {
      const start = performance.now();
      const service = await startService({ databaseUrl: database.urls.ours, dataDir: database.dataDir });
      if (name === 'empty')
        await postOnce(service, service.token('admin', '6401'), '/v1/books', {
          id: book,
          name: '空账套',
          level: 'county',
        });
      else
        await postOnce(service, token, `/v1/books/${book}/allocations`, {
          to: 'department:nmj',
          lines: [{ fund: FUND, amount: '1.00' }],
        });
      seconds[name].push((performance.now() - start) / 1000);
      residentMiB[name].push(service.residentMiB());
      await service.stop();
    }
  }
  const medians = (of) =>
    Object.fromEntries(Object.entries(of).map(([name, values]) => [name, Number(median(values).toFixed(2))]));
  return { entriesAtColdStart: largeSize, secondsToFirstEntry: medians(seconds), residentMiB: medians(residentMiB) };
}

async function postOnce(service, token, path, body) {
  nextKey += 1;
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'idempotency-key': `once-${process.pid}-${nextKey}`,
  };
  for (let attempt = 0; ; attempt += 1) {
    const response = await fetch(service.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (response.status === 201) return;
    if (attempt === 5) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  }
}
