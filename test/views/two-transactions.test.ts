import type { PoolClient } from 'pg';
import { openLoadersPool, openPool } from '../../src/database/pool.js';
import { VIEWS } from '../../src/views/all-views.js';
import { type Advance, advance, BEGIN } from '../../src/views/engine/advance.js';
import { beginBeside, moveFrom } from '../../src/views/engine/beside.js';
import { readSeqs } from '../../src/views/engine/checkpoint.js';
import { EventPages } from '../../src/views/engine/event-pages.js';
import { KeptRows } from '../../src/views/engine/kept-rows.js';
import { lockCheckpoints, shareCheckpoints } from '../../src/views/engine/locked-checkpoints.js';
import { fold } from '../support/fold.js';
import { append, randomHistory } from '../support/recorded-history.js';
import { foldedRows, storedRows, type ViewFixture, viewFixture } from '../support/view-fixture.js';

const history = randomHistory(20250101, 2);
const book = '640100';
const CHUNK = 7;
const LARGE = VIEWS.filter(({ isLarge }) => isLarge === true).map(({ name }) => name);
const works = [{ book, views: VIEWS, limit: 5 }];

let fixture: ViewFixture;
let clients: PoolClient[];
beforeEach(async () => {
  clients = [];
  fixture = await viewFixture();
  await append(fixture.store, history);
});
afterEach(async () => {
  for (const client of clients) client.release(true);
  await fixture.close();
});

async function connect(): Promise<PoolClient> {
  const client = await fixture.pool.connect();
  clients.push(client);
  return client;
}

/** One that is far behind, and has taken in a little. */
async function follower(): Promise<() => Promise<Advance[]>> {
  const [pages, kept] = [new EventPages(fixture.store), new KeptRows()];
  const spare = { loaders: fixture.readers, writers: fixture.pool };
  const go = () => advance(fixture.pool, pages, works, { kept, chunk: CHUNK, rounds: 4, isFar: true, spare });
  await go();
  return go;
}

/** As far as its checkpoint says. */
async function expectEachViewToBeWhole(): Promise<void> {
  const seqs = await readSeqs(fixture.pool, book);
  for (const view of VIEWS) {
    const folded = await fold(fixture.store, view, book, seqs[view.name] ?? -1);
    expect(await storedRows(fixture.pool, view, book)).toEqual(foldedRows(folded, view));
  }
}

it('leaves every view whole where the second of its commits does not come, and goes on from there', async () => {
  const go = await follower();
  const before = await readSeqs(fixture.pool, book);
  await fixture.pool.query(`
    create function views.refuse() returns trigger language plpgsql as $$ begin raise 'refused on purpose'; end $$;
    create trigger refuse before update on views.checkpoints for each row
      when (new.seqs -> 'balances' <> old.seqs -> 'balances') execute function views.refuse()`);
  await expect(go()).rejects.toThrow('refused on purpose');
  const after = await readSeqs(fixture.pool, book);
  for (const { name } of VIEWS) {
    if (LARGE.includes(name)) expect(after[name]).toBeGreaterThan(before[name] ?? Number.NaN);
    else expect(after[name]).toBe(before[name]);
  }
  await expectEachViewToBeWhole();
  await fixture.pool.query('drop function views.refuse() cascade');
  while ((await go()).some(({ events }) => events > 0));
  expect(new Set(Object.values(await readSeqs(fixture.pool, book)))).toEqual(
    new Set([await fixture.store.revision(book)]),
  );
  await expectEachViewToBeWhole();
});

describe.each([{ isFar: true }, { isFar: false }])('with isFar $isFar', ({ isFar }) => {
  it('gives back every connection where that of its first transaction breaks', async () => {
    const [main, writers] = [openPool(fixture.url, 1, () => undefined), openPool(fixture.url, 1, () => undefined)];
    const loaders = openLoadersPool(fixture.url, () => undefined);
    const [pages, kept] = [new EventPages(fixture.store), new KeptRows()];
    const go = () => advance(main, pages, works, { kept, chunk: CHUNK, rounds: 4, isFar, spare: { loaders, writers } });
    await go();
    await fixture.pool.query(`
      create function views.die() returns trigger language plpgsql as
        $$ begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$;
      create trigger die before update on views.checkpoints for each row
        when (new.seqs -> 'balances' <> old.seqs -> 'balances') execute function views.die()`);
    await expect(go()).rejects.toThrow(/terminat/);
    await fixture.pool.query('drop function views.die() cascade');
    expect((await go()).some(({ events }) => events > 0)).toBe(true);
    await expectEachViewToBeWhole();
    for (const pool of [main, writers, loaders]) await pool.end();
  });
});

it('goes on over one connection where the server has no other, and where a rebuild waits to switch its tables', async () => {
  const [pages, kept] = [new EventPages(fixture.store), new KeptRows()];
  const none = openPool('postgresql://nobody@127.0.0.1:1/none', 1, () => undefined);
  const options = { kept, chunk: CHUNK, rounds: 4, isFar: true, spare: { loaders: none, writers: none } };
  for (let times = 0; times < 2; times += 1)
    expect((await advance(fixture.pool, pages, works, options)).some(({ events }) => events > 0)).toBe(true);
  await none.end();
  const [one, rebuild] = await Promise.all([connect(), connect()]);
  await rebuild.query('begin; lock table views.checkpoints in exclusive mode');
  expect(await beginBeside(one, BEGIN, VIEWS)).toBe(false);
  await rebuild.query('rollback');
  expect(await beginBeside(one, BEGIN, VIEWS)).toBe(true);
  await expectEachViewToBeWhole();
});

it('is left alone by other followers, whether near or far, while its second transaction moves the book', async () => {
  await follower();
  const [one, second, other] = await Promise.all([connect(), connect(), connect()]);
  await one.query('begin');
  await other.query('begin');
  const [standing] = await shareCheckpoints(one, works);
  expect(standing?.views).toHaveLength(VIEWS.length);
  expect(await lockCheckpoints(other, works)).toEqual([]);
  expect(await shareCheckpoints(other, works)).toEqual([]);
  const seq = standing?.seq ?? Number.NaN;
  const moves = new Map([[book, { from: { disclosure: seq }, to: { disclosure: seq + 1 } }]]);
  await moveFrom(second, moves);
  expect(await readSeqs(fixture.pool, book)).toMatchObject({ balances: seq, disclosure: seq + 1 });
  // Rows that were made from where it stood before must not stay.
  await expect(moveFrom(second, moves)).rejects.toThrow('another follower has moved a book');
  await one.query('commit');
  expect(await lockCheckpoints(other, works)).toHaveLength(2);
});
