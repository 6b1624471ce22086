import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import type { AuditOptions } from '../../src/audit/bundle/audit-with.js';
import { Different } from '../../src/audit/difference.js';
import type { BookEvent } from '../../src/domain/event.js';
import { type Checkpoint, parseCheckpoint } from '../../src/log/checkpoint.js';
import { generateKey, parseNote, parseSigner, parseVerifier } from '../../src/log/note.js';
import { auditBundle } from '../support/audit-bundle.js';
import {
  COUNTY,
  countyHistory,
  keepCopies,
  keepOutside,
  lastCheckpoint,
  type SealedBook,
  sealedBook,
  sealer,
} from '../support/sealed-book.js';
import { catchUp } from '../support/view-fixture.js';
import { LOG_KEY } from '../support/writers.js';

/** New changes on each run; a failure names the seed. */
const SEED = Date.now() % 2 ** 31;
const KEYS = [parseVerifier(LOG_KEY.vkey)];
const TABLES = ['events', 'streams', 'log_checkpoints', 'log_tile_hashes', 'log_keys', 'log_key_starts'];

let book: SealedBook;
let events: BookEvent[];
let file: string;
let restore: () => Promise<void>;

beforeAll(async () => {
  events = countyHistory(3, 300);
  book = await sealedBook(events);
  file = await book.bundle('whole');
  restore = await keepCopies(book, TABLES);
});

afterAll(() => book.close());

async function judge(bundle: string, options: Partial<AuditOptions> = {}): Promise<Different | undefined> {
  try {
    await auditBundle(bundle, { keys: KEYS, ...options });
    return undefined;
  } catch (error) {
    if (error instanceof Different) return error;
    throw error;
  }
}

/** What a change is made of: numbers that choose among what stands there. */
interface Chance {
  a: number;
  b: number;
}

/** One change of each kind; the text says what to look for in a failure. Answers how many rows it changed. */
const CHANGES: Record<string, (chance: Chance) => Promise<number>> = {
  'a character of an event': async ({ a, b }) => changeText('events', 'canonical', 'seq', a, b),
  'a digit of an event': async ({ a, b }) => {
    const { rows } = await book.pool.query<{ seq: string; canonical: string }>('select * from events order by seq');
    const { seq, canonical } = pick(rows, a);
    const digits = [...canonical.matchAll(/\d/g)];
    const { index } = pick(digits, b);
    const digit = (Number(canonical[index]) + 1 + (b % 9)) % 10;
    return setText(
      'events',
      'canonical',
      'seq',
      seq,
      `${canonical.slice(0, index)}${digit}${canonical.slice(index + 1)}`,
    );
  },
  'an event is gone': ({ a }) => change('delete from events where seq = $1', [a % (events.length - 1)]),
  'the last event is gone': async () => {
    await change('update streams set revision = revision - 1');
    return change('delete from events where seq = (select max(seq) from events)');
  },
  'two events change places': async ({ a, b }) => {
    const [one, other] = two(events.length, a, b);
    return change(
      `update events as e set canonical = o.canonical from events as o
        where e.book = o.book and (e.seq, o.seq) in (($1, $2), ($2, $1))`,
      [one, other],
    );
  },
  'two events change their seq': async ({ a, b }) => {
    const [one, other] = two(events.length, a, b);
    await change('update events set seq = seq + 1000000 where seq in ($1, $2)', [one, other]);
    return change(
      'update events set seq = case seq when 1000000 + $1::bigint then $2::bigint else $1::bigint end where seq >= 1000000',
      [one, other],
    );
  },
  'an event is added': async ({ a }) => {
    const forged = { ...events[a % events.length], seq: events.length, command: 'forged', id: crypto.randomUUID() };
    return change(
      `insert into events select book, $1, $2, type, 'forged', request_hash, recorded_at, effective_date, $3 from events
        where seq = 0`,
      [events.length, forged.id, JSON.stringify(forged)],
    );
  },
  'an event is replaced by one that is as good': async ({ a }) => {
    const at = a % events.length;
    const event = events[at] as BookEvent;
    const sorted = Object.fromEntries(
      Object.entries({ ...event, note: '另一笔' }).sort(([x], [y]) => (x < y ? -1 : 1)),
    );
    return setText('events', 'canonical', 'seq', at, JSON.stringify(sorted));
  },
  'a byte of a tile hash': ({ a, b }) =>
    change('update log_tile_hashes set hash = set_byte(hash, $1, (get_byte(hash, $1) + $2) % 256)', [
      a % 32,
      1 + (b % 255),
    ]),
  'a tile hash is gone': () => change('delete from log_tile_hashes where level = 1 and index = 0'),
  'a tile hash is added': ({ a }) =>
    change('insert into log_tile_hashes select book, $1, $2, hash from log_tile_hashes', [1 + (a % 7), 1 + (a % 9)]),
  'a character of a checkpoint': ({ a, b }) => changeText('log_checkpoints', 'note', 'size', a, b),
  'the last checkpoint is gone': () =>
    change('delete from log_checkpoints where size = (select max(size) from log_checkpoints)'),
  'a checkpoint says it is of another size': ({ a }) =>
    change('update log_checkpoints set size = size + 1 where size = 7 * (1 + $1::int)', [a % 40]),
  'an older checkpoint is gone': ({ a }) =>
    change('delete from log_checkpoints where size = 7 * (1 + $1::int)', [a % 40]),
  'a checkpoint says that it follows another': ({ a, b }) =>
    change('update log_checkpoints set previous = previous - $2 where size = 7 * (2 + $1::int)', [a % 40, 1 + (b % 6)]),
  'a key of the log': () => change(`update log_keys set vkey = left(vkey, -6) || 'AAAAAA'`),
  'a key of the log is gone': () => change('delete from log_keys'),
  'a key counts from elsewhere': ({ a }) =>
    change(`insert into log_key_starts values ($1, 1, $2)`, [COUNTY, 2 + (a % 300)]),
  'the number of the last entry': ({ a }) => change('update streams set revision = revision + 1 + $1', [a % 5]),
  'a column of an event': async ({ a, b }) => {
    const columns = [
      'id = gen_random_uuid()',
      `type = type || 'x'`,
      `command = command || 'x'`,
      `recorded_at = recorded_at + interval '1 microsecond'`,
      `effective_date = effective_date - 1`,
    ];
    return change(`update events set ${pick(columns, b)} where seq = $1`, [a % events.length]);
  },
  'two checkpoints change places': async ({ a, b }) => {
    const [one, other] = two(40, a, b);
    return change(
      `update log_checkpoints as c set note = o.note from log_checkpoints as o
        where (c.size, o.size) in ((7 + 7 * $1::int, 7 + 7 * $2::int), (7 + 7 * $2::int, 7 + 7 * $1::int))`,
      [one, other],
    );
  },
  'another key signs a checkpoint': async ({ a }) => resign((index) => index === a % 40),
  'another key signs all, and is published': async () => resign(() => true),
};

test('of random changes of every kind to the database none is missed', async () => {
  const kinds = Object.keys(CHANGES);
  const chances = fc.sample(fc.record({ a: fc.nat(), b: fc.nat() }), { seed: SEED, numRuns: kinds.length * 5 });
  let made = 0;
  for (const [index, chance] of chances.entries()) {
    const kind = pick(kinds, index);
    const rows = await CHANGES[kind]?.(chance);
    const where = `${kind}, ${JSON.stringify(chance)}, seed ${SEED}`;
    if (rows === 0) throw new Error(`nothing was changed: ${where}`);
    const difference = (await judge(await book.bundle('tampered')))?.difference;
    expect([where, difference]).toEqual([where, expect.objectContaining({ book: COUNTY, field: expect.any(String) })]);
    made += 1;
    await restore();
  }
  expect(made).toBeGreaterThanOrEqual(100);
  await expect(judge(await book.bundle('restored'))).resolves.toBeUndefined();
});

test('no byte of a bundle can be changed', async () => {
  const bytes = readFileSync(file);
  // The header names the file's kind: a change there may make it no bundle at all.
  const first = bytes.indexOf(0x0a) + 1;
  const places = fc.tuple(fc.integer({ min: first, max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }));
  for (const [at, by] of fc.sample(places, { seed: SEED, numRuns: 200 })) {
    const changed = Buffer.from(bytes);
    changed[at] = ((changed[at] ?? 0) + by) % 256;
    writeFileSync(`${book.folder}/byte`, changed);
    const where = `byte ${at} by ${by}, seed ${SEED}`;
    expect([where, (await judge(`${book.folder}/byte`))?.difference.book]).toEqual([where, COUNTY]);
  }
});

test('an older dump passes by itself, but not beside a later checkpoint', async () => {
  const visits: { file: string; checkpoint: Checkpoint }[] = [];
  const other = await sealedBook([]);
  try {
    const append = await sealer(other);
    for (let from = 0; from < 200; from += 25) {
      await append(events.slice(from, from + 25), 4);
      await keepOutside(other.pool, events.slice(from, from + 25));
      await catchUp(other, COUNTY);
      const visit = await other.bundle(`visit-${from}`);
      visits.push({ file: visit, checkpoint: parseCheckpoint(lastCheckpoint(visit)) });
    }
    for (const [at, { file: visit }] of visits.entries()) {
      for (const [earlier, { checkpoint }] of visits.entries()) {
        const field = (await judge(visit, { since: checkpoint }))?.difference.field;
        expect([at, earlier, field]).toEqual([at, earlier, earlier > at ? 'since' : undefined]);
      }
    }
  } finally {
    await other.close();
  }
});

test('a history that was written anew with the right key passes by itself, but not beside an earlier checkpoint', async () => {
  const since = parseCheckpoint(lastCheckpoint(file));
  for (const [at] of fc.sample(fc.tuple(fc.nat(events.length - 1)), { seed: SEED, numRuns: 3 })) {
    const rewritten = events.map((event, index) => (index === at ? { ...event, note: '另一笔' } : event));
    const other = await sealedBook(rewritten);
    try {
      const forged = await other.bundle('forged');
      await expect(judge(forged)).resolves.toBeUndefined();
      expect((await judge(forged, { since }))?.difference).toMatchObject({ field: 'since', seq: events.length - 1 });
    } finally {
      await other.close();
    }
  }
});

async function change(statement: string, values: unknown[] = []): Promise<number> {
  return (await book.tamper(statement, values)).rowCount ?? 0;
}

async function changeText(table: string, column: string, key: string, a: number, b: number): Promise<number> {
  const { rows } = await book.pool.query<Record<string, string>>(`select * from ${table} order by ${key}`);
  const row = pick(rows, a);
  const text = row[column] ?? '';
  const at = b % text.length;
  const other = pick(
    ['x', '7', '"', ' ', '账', '\n'].filter((one) => one !== text[at]),
    a + b,
  );
  return setText(table, column, key, row[key], text.slice(0, at) + other + text.slice(at + 1));
}

function setText(table: string, column: string, key: string, at: unknown, text: string): Promise<number> {
  return change(`update ${table} set ${column} = $2 where ${key} = $1`, [at, text]);
}

async function resign(isChosen: (index: number) => boolean): Promise<number> {
  const forger = parseSigner(generateKey(LOG_KEY.name));
  const { rows } = await book.pool.query<{ size: string; note: string }>('select * from log_checkpoints order by size');
  await change('insert into log_keys (number, vkey) values (2, $1)', [forger.vkey]);
  const chosen = rows.filter((_, index) => isChosen(index));
  for (const { size, note } of chosen)
    await setText('log_checkpoints', 'note', 'size', size, forger.sign(parseNote(note).text));
  return chosen.length;
}

function pick<T>(things: readonly T[], chance: number): T {
  return things[chance % things.length] as T;
}

function two(count: number, a: number, b: number): [number, number] {
  const one = a % count;
  return [one, (one + 1 + (b % (count - 1))) % count];
}
