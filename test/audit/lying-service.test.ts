import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Pool } from 'pg';
import { POOL } from '../../src/database/pool.js';
import { EventStore } from '../../src/event-store/event-store.js';
import { checkpointText, parseCheckpoint } from '../../src/log/checkpoint.js';
import { generateKey, parseSigner } from '../../src/log/note.js';
import { PlainError } from '../../src/plain-error.js';
import { startApp, type TestApp } from '../support/app.js';
import { odd } from '../support/odd.js';
import { COUNTY, countyHistory, sealer } from '../support/sealed-book.js';
import { verify } from '../support/verify-command.js';
import { LOG_KEY } from '../support/writers.js';

/** New changes on each run; a failure names the seed. */
const SEED = Date.now() % 2 ** 31;

const folder = mkdtempSync(join(tmpdir(), 'mingzhang-lying-'));
const kept = join(folder, 'checkpoint');
let app: TestApp;
let url: string;

beforeAll(async () => {
  app = await startApp();
  const pool = app.app.get<Pool>(POOL);
  await (await sealer({ store: app.app.get(EventStore), pool }))(countyHistory(5, 300), 11);
  await app.app.listen(0, '127.0.0.1');
  url = (await app.app.getUrl()).replace(/\/$/, '');
});

afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A service that shows what ours does, but for what `lie` makes of it, or does not show; told which time it is that the path is asked for. */
async function lyingService(lie: (path: string, body: Buffer, time: number) => Buffer | undefined) {
  const asked = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const time = (asked.get(path) ?? 0) + 1;
    asked.set(path, time);
    void fetch(`${url}${path}`, { headers: { 'cache-control': 'no-cache' } }).then(async (answer) => {
      const body = Buffer.from(await answer.arrayBuffer());
      const told = answer.ok ? lie(path, body, time) : body;
      response.statusCode = told === undefined ? 404 : answer.status;
      response.end(told);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}

test('a service that shows other entries the second time than those that were judged is caught', async () => {
  const isOfEntries = (path: string) => path.includes('/entries/');
  const liar = await lyingService((path, body, time) =>
    isOfEntries(path) && time > 1
      ? Buffer.from(body.toString('latin1').replace('"amount":"1', '"amount":"2'), 'latin1')
      : body,
  );
  const { text, status } = await verify(`${liar.url}/log/${COUNTY}`, { key: [LOG_KEY.vkey] });
  await liar.close();
  expect([...liar.asked].some(([path, times]) => isOfEntries(path) && times > 1)).toBe(true);
  expect([status, text]).toEqual([1, expect.stringContaining('the entries that were shown before')]);
});

test('a checkpoint that another key signed, or that is shorter than an earlier one, is all that is read', async () => {
  const honest = await lyingService((_, body) => body);
  const other = parseSigner(generateKey(LOG_KEY.name)).vkey;
  const note = await (await fetch(`${url}/log/${COUNTY}/checkpoint`)).text();
  const { origin, size } = parseCheckpoint(note);
  const later = LOG_KEY.sign(checkpointText({ origin, size: size + 1, root: Buffer.alloc(32, 1) }));
  writeFileSync(kept, later);
  const log = `${honest.url}/log/${COUNTY}`;
  const wrongKey = await verify(log, { key: [other] });
  const cutOff = await verify(log, { key: [LOG_KEY.vkey], since: kept });
  await honest.close();
  expect([wrongKey.status, wrongKey.text]).toEqual([1, expect.stringContaining(`a signature by ${other}`)]);
  expect([cutOff.status, cutOff.text]).toEqual([1, expect.stringContaining(`at least the ${size + 1} entries`)]);
  expect([...honest.asked.keys()]).toEqual([`/log/${COUNTY}/checkpoint`]);
});

test('a service whose pages never end is caught', async () => {
  const endless = Buffer.from(JSON.stringify({ items: [], next: 'x' }));
  const liar = await lyingService((path, body) => (path.includes('/funds?') ? endless : body));
  const { text, status } = await verify(`${liar.url}/log/${COUNTY}`, { key: [LOG_KEY.vkey] });
  await liar.close();
  expect([status, text]).toEqual([1, expect.stringContaining('lines where a page has another after it')]);
});

const isOfSums = (path: string) => /\/divisions\/\d+(?:\?|$)/.test(path);

test.each([
  ['of the division of the book', (path: string) => path.includes(`/divisions/${COUNTY}`)],
  ['of sums', isOfSums],
  ['of a village', (path: string) => /\/divisions\/\d{12}(?:\?|$)/.test(path)],
])('a service that has no page %s is caught', async (_, isLeftOut) => {
  const liar = await lyingService((path, body) => (isLeftOut(path) ? undefined : body));
  const { text, status } = await verify(`${liar.url}/log/${COUNTY}`, { key: [LOG_KEY.vkey] });
  await liar.close();
  expect([status, text]).toEqual([
    1,
    expect.stringMatching(/field +(?:divisions|disclosure_lines)\[.+\n.+\n +实为 found +无 nothing/),
  ]);
});

test('which sums could not be compared, since other books are said to have a part in them, is told', async () => {
  const liar = await lyingService((path, body) => {
    if (!isOfSums(path)) return body;
    const page = JSON.parse(body.toString()) as { books: object[] };
    return Buffer.from(JSON.stringify({ ...page, books: [...page.books, { book: '640100', seq: 7 }] }));
  });
  const [plain, told] = [
    await verify(liar.url, { book: COUNTY }),
    await verify(liar.url, { book: COUNTY, json: true }),
  ];
  await liar.close();
  const { whole, published, notCompared } = JSON.parse(told.text);
  expect([plain.status, whole, published.disclosure_sums]).toEqual([0, true, 0]);
  expect(notCompared).toContainEqual({ division: COUNTY, why: expect.stringContaining('other books') });
  expect(plain.text).toMatch(
    new RegExp(`the sums of ${notCompared.length} divisions\\n +其中有别的账套的份额.* other books have .+: ${COUNTY}`),
  );
});

test.each([
  ['a list', '/payouts?', { items: [null], next: null }],
  ['a notice', '/notices/', { notice: [[]], rows: [null, []] }],
])('%s that is none is a difference, told in words', async (_, where, shown) => {
  const liar = await lyingService((path, body) => (path.includes(where) ? Buffer.from(JSON.stringify(shown)) : body));
  const { text, status } = await verify(`${liar.url}/log/${COUNTY}`, { key: [LOG_KEY.vkey] });
  await liar.close();
  expect([status, text]).toEqual([1, expect.stringMatching(/Book \d+ is not what it must be/)]);
});

test.each([
  ['a list', /\/(?:funds|payouts|notices|assets)\?/],
  ['a division', /\/divisions\/\d+(?:\?|$)/],
  ['a notice', /\/books\/\d+\/notices\//],
])('whatever odd value stands in the answer for %s is told in words', async (_, where) => {
  for (const chance of fc.sample(fc.nat(), { seed: SEED, numRuns: 8 })) {
    let answer = '';
    const liar = await lyingService((path, body, time) => {
      if (!where.test(path) || time > 1 || answer !== '') return body;
      answer = JSON.stringify(odd(JSON.parse(body.toString()), chance));
      return Buffer.from(answer);
    });
    // Not all of an answer is looked at: it may be called whole.
    const said = await verify(liar.url, { book: COUNTY }).then(
      ({ text }) => text,
      (error: unknown) => (error instanceof PlainError ? 'said in words' : String(error)),
    );
    await liar.close();
    expect([chance, SEED, answer.slice(0, 300), said]).toEqual([
      chance,
      SEED,
      answer.slice(0, 300),
      expect.not.stringMatching(/^\w*Error/),
    ]);
  }
});

test.each(['null', '[]', 'x', `{"money":${'['.repeat(100_000)}${']'.repeat(100_000)}}`])(
  'an answer that is no JSON object, or that is nested without end, is told in words',
  async (answer) => {
    const liar = await lyingService((path, body) => (isOfSums(path) ? Buffer.from(answer) : body));
    await expect(verify(liar.url, { book: COUNTY })).rejects.toThrow(PlainError);
    await liar.close();
  },
);
