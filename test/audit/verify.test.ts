import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { Pool } from 'pg';
import { auditService } from '../../src/audit/read-service.js';
import { type VerifyOptions, verifyBook } from '../../src/commands/verify.js';
import { POOL } from '../../src/database/pool.js';
import type { BookEvent } from '../../src/domain/event.js';
import { EventStore } from '../../src/event-store/event-store.js';
import { generateKey, parseSigner, parseVerifier } from '../../src/log/note.js';
import { PlainError } from '../../src/plain-error.js';
import { startApp, type TestApp } from '../support/app.js';
import { COUNTY, countyHistory, sealer } from '../support/sealed-book.js';
import { LOG_KEY } from '../support/writers.js';

let app: TestApp;
let url: string;
let pool: Pool;
let events: BookEvent[];
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mingzhang-verify-'));
  app = await startApp();
  pool = app.app.get<Pool>(POOL);
  events = countyHistory(5, 300);
  await (await sealer({ store: app.app.get(EventStore), pool }))(events, 11);
  await app.app.listen(0, '127.0.0.1');
  url = (await app.app.getUrl()).replace(/\/$/, '');
});

afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What the command prints, and its exit status. */
async function verify(source: string, options: Partial<VerifyOptions> = {}): Promise<{ text: string; status: number }> {
  const said = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  const bar = jest.spyOn(process.stderr, 'write').mockImplementation(() => true);
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    await verifyBook(source, { key: [], json: false, ...options });
    return { text: said.mock.calls.flat().join('\n'), status: Number(process.exitCode ?? 0) };
  } finally {
    process.exitCode = before;
    said.mockRestore();
    bar.mockRestore();
  }
}

async function inReplica(statement: string, values: unknown[] = []): Promise<number | null> {
  const client = await pool.connect();
  try {
    await client.query('set session_replication_role = replica');
    return (await client.query(statement, values)).rowCount;
  } finally {
    await client.query('reset session_replication_role');
    client.release();
  }
}

test('a book is verified over what its service shows to everybody', async () => {
  expect(events.length).toBeGreaterThan(256);
  const { text, status } = await verify(`${url}/log/${COUNTY}`, { key: [LOG_KEY.vkey], json: true });
  expect(status).toBe(0);
  expect(JSON.parse(text)).toMatchObject({
    whole: true,
    book: COUNTY,
    size: events.length,
    signers: [LOG_KEY.vkey],
    keysGiven: true,
    published: {
      disclosure_lines: expect.any(Number),
      disclosure_sums: expect.any(Number),
      notice_rows: expect.any(Number),
    },
  });
  const plain = await verify(url, { book: COUNTY });
  expect(plain.text).toContain(`Book ${COUNTY} is whole.`);
  expect(plain.text).toContain('Compare it with one that you have from elsewhere');
});

test('an auditor who kept a checkpoint sees that the book has only grown', async () => {
  const note = join(folder, 'checkpoint');
  const { text } = await app.get(`/log/${COUNTY}/checkpoint`);
  writeFileSync(note, text);
  const said = await verify(url, { book: COUNTY, since: note, key: [LOG_KEY.vkey] });
  expect(said.text).toContain(`the ${events.length} entries of the earlier checkpoint are its first`);
  const forger = parseSigner(generateKey(LOG_KEY.name));
  writeFileSync(
    note,
    forger.sign(`${text.split('\n').slice(0, 2).join('\n')}\n${Buffer.alloc(32).toString('base64')}\n`),
  );
  await expect(verify(url, { book: COUNTY, since: note, key: [LOG_KEY.vkey] })).rejects.toThrow(
    'it bears no signature of a key that is given',
  );
  const unsigned = await verify(url, { book: COUNTY, since: note, json: true });
  expect([unsigned.status, JSON.parse(unsigned.text)]).toEqual([
    1,
    { whole: false, difference: expect.objectContaining({ field: 'since', seq: events.length - 1 }) },
  ]);
});

test.each([
  ['an event', `update events set canonical = replace(canonical, '"version":1', '"version":2') where seq = 270`, 270],
  ['a tile hash', `update log_tile_hashes set hash = set_byte(hash, 5, (get_byte(hash, 5) + 1) % 256)`, 255],
])('%s that was changed in the database is named', async (_, statement, seq) => {
  const kept = await pool.query(
    `select (select canonical from events where seq = 270), (select hash from log_tile_hashes)`,
  );
  await inReplica(statement);
  try {
    const { text, status } = await verify(url, { book: COUNTY });
    expect(status).toBe(1);
    expect(text).toMatch(new RegExp(`seq +${seq}\\n +field +\\S`));
  } finally {
    await inReplica('update events set canonical = $1 where seq = 270', [kept.rows[0]?.canonical]);
    await inReplica('update log_tile_hashes set hash = $1', [kept.rows[0]?.hash]);
  }
});

const KINDS = ['fund', 'allocation', 'integration', 'project', 'payout', 'asset', 'income', 'notice'];
const oneOf = (table: string, where: string) =>
  `ctid = (select ctid from views.${table} where book = '${COUNTY}' and ${where} order by ctid limit 1)`;

test.each([
  ...KINDS.map((kind) => [
    `the title of a line of kind ${kind}`,
    `update views.disclosure_lines set title = title || 'x' where ${oneOf('disclosure_lines', `kind = '${kind}'`)}`,
    new RegExp(`^disclosure_lines\\[${kind} .+\\]\\.title$`),
  ]),
  ...KINDS.map((kind) => [
    `that a line of kind ${kind} is gone`,
    `delete from views.disclosure_lines where ${oneOf('disclosure_lines', `kind = '${kind}'`)}`,
    new RegExp(`^disclosure_lines\\[${kind} .+\\]$`),
  ]),
  ...KINDS.filter((kind) => kind !== 'notice').map((kind) => [
    `that a line of kind ${kind} was reversed`,
    `update views.disclosure_lines set status = 'reversed', reversed_by = 9
      where ${oneOf('disclosure_lines', `kind = '${kind}' and status = 'standing'`)}`,
    new RegExp(`^disclosure_lines\\[${kind} .+\\]\\.status$`),
  ]),
  [
    'a line too much',
    `insert into views.disclosure_lines select (jsonb_populate_record(line, '{"id":"forged"}')).*
      from views.disclosure_lines as line where ${oneOf('disclosure_lines', "kind = 'payout'")}`,
    /^disclosure_lines\[payout forged\]$/,
  ],
  [
    'the amount of a line',
    `update views.disclosure_lines set amount_fen = amount_fen + 1 where ${oneOf('disclosure_lines', "kind = 'asset'")}`,
    /^disclosure_lines\[asset .+\]\.amount$/,
  ],
  [
    'that a notice was withdrawn',
    `update views.disclosure_lines set facts = jsonb_set(facts, '{withdrawnBy}', '9')
      where ${oneOf('disclosure_lines', "kind = 'notice' and facts ->> 'withdrawnBy' is null")}`,
    /^disclosure_lines\[notice .+\]\.(?:facts|state)/,
  ],
  [
    'what stands where',
    `update views.disclosure_money set amount_fen = amount_fen + 1 where ${oneOf('disclosure_money', 'amount_fen <> 0')}`,
    /^disclosure_money\[\d+\]\[.+\]$/,
  ],
  [
    'how many there are',
    `update views.disclosure_counts set count = count + 1 where ${oneOf('disclosure_counts', 'count <> 0')}`,
    /^disclosure_counts\[\d+\]\[.+\]$/,
  ],
] as [string, string, RegExp][])(
  'what the service answers is held against the entries: %s',
  async (_, statement, field) => {
    const tables = ['disclosure_lines', 'disclosure_money', 'disclosure_counts'].map((name) => `views.${name}`);
    for (const table of tables) await pool.query(`create table if not exists kept_${table.slice(6)} as table ${table}`);
    const changed = await inReplica(statement);
    try {
      expect(changed).toBe(1);
      const { text, status } = await verify(url, { book: COUNTY, json: true });
      const { difference } = JSON.parse(text) as { difference?: { field: string; expected: string; found: string } };
      expect([status, difference?.field]).toEqual([1, expect.stringMatching(field)]);
      expect(difference?.expected).not.toBe(difference?.found);
    } finally {
      for (const table of tables)
        await pool.query(`truncate ${table}; insert into ${table} select * from kept_${table.slice(6)}`);
    }
  },
);

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
    expect.stringMatching(/field +(?:divisions|disclosure_lines)\[.+\n.+\n +found +nothing/),
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
  expect(plain.text).toContain(`not compared the sums of ${notCompared.length} divisions: ${COUNTY} (other books`);
});

test.each([
  ['a list', '/payouts?', { items: [null], next: null }],
  ['a notice', '/notices/', { notice: [[]], rows: [null, []] }],
])('%s that is none is a difference, told in words', async (_, where, shown) => {
  const liar = await lyingService((path, body) => (path.includes(where) ? Buffer.from(JSON.stringify(shown)) : body));
  const { text, status } = await verify(`${liar.url}/log/${COUNTY}`, { key: [LOG_KEY.vkey] });
  await liar.close();
  expect([status, text]).toEqual([1, expect.stringMatching(/^Book \d+ is not what it must be/)]);
});

test.each(['null', '[]', 'x', `{"money":${'['.repeat(100_000)}${']'.repeat(100_000)}}`])(
  'an answer that is no JSON object, or that is nested without end, is told in words',
  async (answer) => {
    const liar = await lyingService((path, body) => (isOfSums(path) ? Buffer.from(answer) : body));
    await expect(verify(liar.url, { book: COUNTY })).rejects.toThrow(PlainError);
    await liar.close();
  },
);

test('a key that is not of the log, a book that is not there and a machine that is silent are told in words', async () => {
  const other = parseVerifier(parseSigner(generateKey(LOG_KEY.name)).vkey);
  await expect(auditService(url, { book: COUNTY, keys: [other] })).rejects.toMatchObject({
    difference: { field: 'checkpoint', expected: `a signature by ${other.vkey}` },
  });
  await expect(verify(url, { book: '640122' })).rejects.toThrow('answers with status 404');
  await expect(verify(url)).rejects.toThrow('Say which book');
  await expect(verify('http://127.0.0.1:9/log/640121')).rejects.toThrow('does not answer');
  await expect(verify(url, { book: COUNTY, key: ['no key'] })).rejects.toThrow('--key no key');
});
