import { randomUUID } from 'node:crypto';
import pg from 'pg';
import {
  bigints,
  dates,
  encodedTexts,
  hashes,
  instants,
  integers,
  jsons,
  texts,
  uuids,
} from '../../src/event-store/binary-array.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await cloneDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

/** What PostgreSQL understood, each element in its own words. */
async function understood(type: string, array: Buffer): Promise<(string | null)[]> {
  const text = `select coalesce(array_agg(item::text order by place), '{}') as items
    from unnest($1::${type}[]) with ordinality as given (item, place)`;
  const { rows } = await client.query<{ items: (string | null)[] }>(text, [array]);
  return rows[0]?.items ?? [];
}

it('sends texts of any length and script', async () => {
  const values = ['640100', '', '宁财农〔2016〕12号', '𠮷{"a":"\\n\\""}', 'x'.repeat(70_000)];
  expect(await understood('text', texts(values))).toEqual(values);
  expect(await understood('text', encodedTexts(values.map((value) => Buffer.from(value))))).toEqual(values);
});

it('sends numbers on both sides of 32 bits and of zero', async () => {
  const values = [-1, 0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, -(2 ** 32) - 5, Number.MAX_SAFE_INTEGER];
  expect(await understood('bigint', bigints(values))).toEqual(values.map(String));
  const fen = [-(2n ** 63n), -1n, 0n, 2n ** 62n];
  expect(await understood('bigint', bigints(fen))).toEqual(fen.map(String));
  expect(await understood('int', integers([-5, 0, 512]))).toEqual(['-5', '0', '512']);
});

it('sends ids and hashes', async () => {
  const ids = ['0192f1c4-7f3a-7cc2-9c5e-3f5b1a2c4d6e', '00000000-0000-0000-0000-000000000000', randomUUID()];
  expect(await understood('uuid', uuids(ids))).toEqual(ids);
  expect(await understood('uuid', uuids(['FEDCBA98-7654-3210-ABCD-EF0123456789']))).toEqual([
    'fedcba98-7654-3210-abcd-ef0123456789',
  ]);
  const hash = Buffer.alloc(32, 7);
  expect(await understood('bytea', hashes([hash.toString('base64')]))).toEqual([`\\x${hash.toString('hex')}`]);
});

it('sends days and instants before and after the year 2000', async () => {
  const days = ['1949-10-01', '1999-12-31', '2000-01-01', '2016-02-29', '2100-12-31'];
  expect(await understood('date', dates(days))).toEqual(days);
  await client.query(`set timezone = 'UTC'`);
  const times = ['1999-12-31T23:59:59.999Z', '2000-01-01T00:00:00.001Z', '2026-11-22T04:05:06.789Z'];
  const shown = times.map((time) => `${time.slice(0, -1).replace('T', ' ')}+00`);
  expect(await understood('timestamptz', instants(times))).toEqual(shown);
  expect(await understood('timestamptz', instants(times.map((time) => new Date(time))))).toEqual(shown);
});

it('sends nothing where there is nothing', async () => {
  expect(await understood('text', texts([]))).toEqual([]);
  expect(await understood('bigint', bigints([]))).toEqual([]);
});

it('sends values of JSON', async () => {
  const values = [{ 来源: ['宁财农〔2016〕12号', 1, true] }, [], 'text', 0, false];
  const texts = await understood('jsonb', jsons(values));
  expect(texts.map((text) => JSON.parse(text ?? 'null'))).toEqual(values);
});

it('sends nulls among values', async () => {
  expect(await understood('text', texts([null, 'a', null, '']))).toEqual([null, 'a', null, '']);
  expect(await understood('bigint', bigints([null, 5, 7n]))).toEqual([null, '5', '7']);
  expect(await understood('int', integers([5, null]))).toEqual(['5', null]);
  expect(await understood('date', dates([null]))).toEqual([null]);
  expect(await understood('timestamptz', instants([null]))).toEqual([null]);
  expect(await understood('jsonb', jsons([null, undefined, 1]))).toEqual([null, null, '1']);
});
