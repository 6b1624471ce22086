import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { auditService } from '../../src/audit/read-service.js';
import { POOL } from '../../src/database/pool.js';
import type { BookEvent } from '../../src/domain/event.js';
import { EventStore } from '../../src/event-store/event-store.js';
import { generateKey, parseSigner, parseVerifier } from '../../src/log/note.js';
import { startApp, type TestApp } from '../support/app.js';
import { COUNTY, countyHistory, sealer } from '../support/sealed-book.js';
import { verify } from '../support/verify-command.js';
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
    '没有所给公钥的签名 bears no signature of a key that is given',
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
    expect(text).toMatch(new RegExp(`seq +${seq}\\n +字段 field +\\S`));
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
    `update views.disclosure_lines set facts = jsonb_set(facts, '{withdrawal}', '{"date":"2016-07-13","reason":"误发","seq":9}')
      where ${oneOf('disclosure_lines', "kind = 'notice' and facts ->> 'withdrawal' is null")}`,
    /^disclosure_lines\[notice .+\]\.(?:facts|state)/,
  ],
  [
    'what levels the money of a line is of',
    `update views.disclosure_lines set levels = ',mixed,' where ${oneOf('disclosure_lines', "kind = 'asset'")}`,
    /^disclosure_lines\[asset .+\]\.levels/,
  ],
  [
    'where a photo was taken',
    `update views.disclosure_lines set facts = jsonb_set(facts, '{photos,0,place}', '"别处"')
      where ${oneOf('disclosure_lines', "kind = 'notice' and facts #> '{photos,0}' is not null")}`,
    /^disclosure_lines\[notice .+\]\.facts\.photos\[0\]\.place$/,
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

test('tells how many published lines of a service it has compared, until it has all', async () => {
  const steps: number[][] = [];
  const { published } = await auditService(url, { book: COUNTY, keys: [], onLines: (...step) => steps.push(step) });
  const lines = published?.disclosure_lines ?? 0;
  expect(steps.reduce((sum, [count = 0]) => sum + count, 0)).toBe(lines);
  expect(new Set(steps.map(([, all]) => all))).toEqual(new Set([lines]));
});

test('a key that is not of the log, a book that is not there and a machine that is silent are told in words', async () => {
  const other = parseVerifier(parseSigner(generateKey(LOG_KEY.name)).vkey);
  await expect(auditService(url, { book: COUNTY, keys: [other] })).rejects.toMatchObject({
    difference: { field: 'checkpoint', expected: `a signature by ${other.vkey}` },
  });
  await expect(verify(url, { book: '640122' })).rejects.toThrow('answers with status 404');
  await expect(verify(url)).rejects.toThrow('Say which book');
  await expect(verify('http://127.0.0.1:9/log/640121')).rejects.toThrow('does not answer');
  await expect(verify(url, { book: COUNTY, key: ['no key'] })).rejects.toThrow('--key no key 不是公钥 is no key');
});
