import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import type { BookEvent } from '../../src/domain/event.js';
import { VIEWS } from '../../src/views/all-views.js';
import { VIEW_NAMES } from '../../src/views/view-names.js';
import { append, randomHistory } from '../support/recorded-history.js';
import { catchUp, everyRow, type ViewFixture, viewFixture } from '../support/view-fixture.js';

const CLI = join(import.meta.dirname, '../../dist/cli.js');
const BOOK = '640100';
const history = randomHistory(20210621, 3);
const books = [...new Set(history.map(({ book }) => book))];

let fixture: ViewFixture;
let dataDir: string;
beforeEach(async () => {
  fixture = await viewFixture();
  dataDir = mkdtempSync(join(tmpdir(), 'mingzhang-rebuild-'));
  await append(fixture.store, history);
  for (const book of books) await catchUp(fixture, book);
});
afterEach(async () => {
  await fixture.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** `mingzhang views rebuild all`, a process of its own that makes the views in two threads. */
function startRebuild(
  view = 'all',
  settings = {},
): { child: ChildProcess; ended: Promise<{ status: number | null; said: string }> } {
  const env = { ...process.env, NODE_OPTIONS: '', DATA_DIR: dataDir, DATABASE_URL: fixture.url, ...settings };
  const child = spawn(process.execPath, [CLI, 'views', 'rebuild', view], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = new Promise<{ status: number | null; said: string }>((done) =>
    child.once('close', (status) => done({ status, said })),
  );
  return { child, ended };
}

async function damage(): Promise<void> {
  await fixture.pool.query('update views.balances set amount_fen = amount_fen + 1');
  await fixture.pool.query(`update views.disclosure_lines set title = title || '?'`);
}

/** After the last one of the book, and not to be taken in by whoever reads it. */
async function appendImpossible(change: Pick<BookEvent, 'type' | 'data'>): Promise<number> {
  const seq = (await fixture.store.revision(BOOK)) + 1;
  const last = history.findLast(({ book }) => book === BOOK);
  await append(fixture.store, [{ ...last, ...change, seq, postings: [], command: `impossible-${seq}` } as BookEvent]);
  return seq;
}

it('makes every row and its history as following made them', async () => {
  const followed = await everyRow(fixture.pool);
  await damage();
  expect(await startRebuild().ended).toMatchObject({ status: 0 });
  expect(await everyRow(fixture.pool)).toEqual(followed);
});

it.each([
  {
    stopped: 'disclosure',
    by: 'notice.withdrawn',
    data: { notice: 'no-such-notice', reason: '撤回' },
  },
  {
    stopped: 'payouts',
    by: 'entry.reversed',
    data: { seq: 0, type: 'beneficiary.enrolled', of: { id: 'nobody' }, reason: '重复录入' },
  },
])(
  'names the $by that stops $stopped, leaves that view as it was and makes the others',
  async ({ stopped, by, data }) => {
    const followed = await everyRow(fixture.pool);
    await damage();
    const damaged = await everyRow(fixture.pool);
    const seq = await appendImpossible({ type: by, data } as Pick<BookEvent, 'type' | 'data'>);
    const { status, said } = await startRebuild().ended;
    expect(status).toBe(1);
    expect(said).toContain(`The view ${stopped} could not take in entry ${seq} (${by}) of book ${BOOK}`);
    expect(said.match(/could not/g)).toHaveLength(1);
    const now = await everyRow(fixture.pool);
    const tablesOf = (name: string) =>
      VIEWS.find((view) => view.name === name)?.tables.map((table) => table.name) ?? [];
    for (const name of tablesOf(stopped)) expect(now[name]).toEqual(damaged[name]);
    for (const name of ['balances', 'fund_entries', 'projects']) expect(now[name]).toEqual(followed[name]);
    if (stopped !== 'disclosure') expect(now.disclosure_lines).toEqual(followed.disclosure_lines);
  },
);

/** A rebuild whose halves have both made their rows, and wait for `reader` to switch in the first of their views. */
async function untilItSwitches(): Promise<ReturnType<typeof startRebuild> & { reader: PoolClient }> {
  const reader = await fixture.pool.connect();
  await reader.query('begin; lock table views.balances, views.disclosure_lines in access share mode');
  const started = startRebuild();
  const waiting = `
    select count(distinct relation)::integer as tables from pg_locks
    where not granted and relation in ('views.balances'::regclass, 'views.disclosure_lines'::regclass)
      and database = (select oid from pg_database where datname = current_database())`;
  while ((await fixture.pool.query<{ tables: number }>(waiting)).rows[0]?.tables !== 2) {
    expect(started.child.exitCode).toBeNull();
    await sleep(10);
  }
  return { ...started, reader };
}

it('leaves every view as it was where it is killed in the middle, and can be begun again', async () => {
  const followed = await everyRow(fixture.pool);
  await damage();
  const damaged = await everyRow(fixture.pool);
  const { reader, child, ended } = await untilItSwitches();
  child.kill('SIGKILL');
  await ended;
  expect(await everyRow(fixture.pool)).toEqual(damaged);
  await reader.query('commit');
  reader.release();
  // The server notices that its client is gone when it next has to say something.
  const held = `
    select count(*)::integer as locks from pg_locks
    where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`;
  while ((await fixture.pool.query<{ locks: number }>(held)).rows[0]?.locks !== 0) await sleep(10);
  expect(await everyRow(fixture.pool)).toEqual(damaged);
  expect(await startRebuild().ended).toMatchObject({ status: 0 });
  expect(await everyRow(fixture.pool)).toEqual(followed);
});

it('says in plain words that the database went away, and leaves every view as it was', async () => {
  await damage();
  const damaged = await everyRow(fixture.pool);
  const { reader, ended } = await untilItSwitches();
  await reader.query(`
    select pg_terminate_backend(pid) from pg_locks
    where not granted and relation in ('views.balances'::regclass, 'views.disclosure_lines'::regclass)
      and database = (select oid from pg_database where datname = current_database())`);
  const { status, said } = await ended;
  expect(status).toBe(1);
  expect(said.match(/数据库中断/g)).toHaveLength(1);
  expect(said).toContain('The database went away before all views were made again');
  expect(said).not.toMatch(/^ {4}at /m);
  await reader.query('commit');
  reader.release();
  expect(await everyRow(fixture.pool)).toEqual(damaged);
});

it('names the views that there are to whoever asks for another, before it looks for a database', async () => {
  expect(VIEWS.map(({ name }) => name)).toEqual(VIEW_NAMES);
  const nowhere = { DATABASE_URL: 'postgres://127.0.0.1:1/nothing' };
  const { status, said } = await startRebuild('ballances', nowhere).ended;
  expect(status).toBe(1);
  expect(said).toContain('There is no view ballances; allowed: balances, ');
  expect(said).toContain(', all\n');
});
