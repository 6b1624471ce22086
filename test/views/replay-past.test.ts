import fc from 'fast-check';
import { VIEWS } from '../../src/views/all-views.js';
import { rebuild } from '../../src/views/engine/rebuild/rebuild.js';
import type { Table } from '../../src/views/engine/table.js';
import { replay } from '../../src/views/replay/replay.js';
import { append, randomHistory } from '../support/recorded-history.js';
import { catchUp, type ViewFixture, viewFixture } from '../support/view-fixture.js';

/** New changes on each run; a failure names the seed. */
const SEED = Date.now() % 2 ** 31;
const CHUNK = 7;
const BOOK = '640121';
const history = randomHistory(20160713);
const ofBook = history.filter(({ book }) => book === BOOK).slice(0, 120);

let fixture: ViewFixture;
beforeAll(async () => {
  fixture = await viewFixture();
  await append(fixture.store, ofBook);
  await catchUp(fixture, BOOK, 5, VIEWS, CHUNK);
});
afterAll(() => fixture.close());

const compared = (until?: number) =>
  replay(fixture.pool, BOOK, { chunk: CHUNK, ...(until !== undefined && { until }) });

it('finds the earlier versions of rows as they were kept, whole and until a moment, and after a rebuild', async () => {
  const whole = await compared();
  expect(whole.difference).toBeUndefined();
  const versions = whole.compared.map(({ past }) => past);
  expect(versions.filter((past) => past > 10).length).toBeGreaterThan(5);
  const early = await compared(40);
  expect([early.difference, early.compared]).toEqual([undefined, []]);
  for (const [at, { past }] of early.later.entries()) expect(past).toBeLessThanOrEqual(versions[at] ?? 0);
  expect(early.later.some(({ past }) => past > 0)).toBe(true);
  await rebuild(fixture.pool, fixture.store, VIEWS, () => undefined, { chunk: CHUNK });
  const { rows } = await fixture.pool.query<{ count: number }>(
    'select count(*)::integer as count from views.balances_past where book = $1',
    [BOOK],
  );
  const again = await compared();
  expect([again.difference, again.compared.map(({ past }) => past)]).toEqual([undefined, versions]);
  expect(again.compared.find(({ view }) => view === 'balances')?.past).toBe(rows[0]?.count);
});

it('compares a view that lags as far as it stands', async () => {
  const other = await viewFixture();
  try {
    await append(other.store, ofBook.slice(0, 20));
    await catchUp(other, BOOK, 3, VIEWS, CHUNK);
    await append(other.store, ofBook.slice(20, 40));
    const { difference, compared: views } = await replay(other.pool, BOOK, { chunk: CHUNK });
    expect([difference, views.map(({ atSeq }) => atSeq)]).toEqual([undefined, VIEWS.map(() => 19)]);
  } finally {
    await other.close();
  }
});

/** What a column of a type is changed to. */
function changed(name: string, type: string, chance: number): string {
  if (name === 'book') return `'640122'`;
  if (type === 'text') return `coalesce(${name}, '') || 'x'`;
  if (type === 'date') return `coalesce(${name}, '2016-01-01') + ${1 + (chance % 9)}`;
  if (type === 'timestamptz') return `${name} + interval '${1 + (chance % 99)} milliseconds'`;
  if (type === 'jsonb') return `jsonb_build_array(${name})`;
  return `coalesce(${name}, 0) + ${1 + (chance % 20)}`;
}

const SEQS = [
  { name: 'changed_seq', type: 'integer' },
  { name: 'superseded_seq', type: 'integer' },
] as const;

function changesOf({ pastName, columns }: Table<object>, chance: number): Record<string, string> {
  const one = `ctid = (select ctid from views.${pastName} where book = '${BOOK}' order by ctid
    offset ${chance} % (select count(*) from views.${pastName} where book = '${BOOK}') limit 1)`;
  const names = [...columns, ...SEQS].map(({ name }) => name);
  const copy = names.map((name) => (name === 'superseded_seq' ? `${name} + ${1 + (chance % 20)}` : name));
  return {
    ...Object.fromEntries(
      [...columns, ...SEQS].map(({ name, type }) => [
        `${pastName}.${name}`,
        `update views.${pastName} set ${name} = ${changed(name, type, chance)} where ${one}`,
      ]),
    ),
    [`${pastName}: a version is gone`]: `delete from views.${pastName} where ${one}`,
    [`${pastName}: a version too much`]: `insert into views.${pastName} (${names}) select ${copy} from views.${pastName} where ${one}`,
  };
}

it('names every version of a row that was changed, taken out or put in', async () => {
  let made = 0;
  for (const view of VIEWS) {
    for (const table of view.tables) {
      const { pastName } = table;
      const { rows } = await fixture.pool.query(`select from views.${pastName} where book = '${BOOK}' limit 1`);
      // Nothing that an entry alone makes is ever changed.
      if (rows.length === 0) continue;
      await fixture.pool.query(`create table kept_${pastName} as table views.${pastName}`);
      // Whoever has the database in his hands does not stop at its checks.
      const checks = await fixture.pool.query<{ conname: string }>(
        `select conname from pg_constraint where conrelid = 'views.${pastName}'::regclass and contype in ('c', 'p')`,
      );
      for (const { conname } of checks.rows)
        await fixture.pool.query(`alter table views.${pastName} drop constraint ${conname}`);
      const [chance = 0] = fc.sample(fc.nat(), { seed: SEED + made, numRuns: 1 });
      for (const [change, statement] of Object.entries(changesOf(table, chance))) {
        const where = `${change}, ${chance}`;
        const { rowCount } = await fixture.pool.query(statement);
        const { difference } = await compared();
        expect([where, rowCount, difference?.book, difference?.where]).toEqual([
          where,
          1,
          BOOK,
          expect.stringMatching(new RegExp(`^${view.name}: ${pastName} `)),
        ]);
        expect([where, difference?.expected]).not.toEqual([where, difference?.found]);
        await fixture.pool.query(
          `truncate views.${pastName}; insert into views.${pastName} select * from kept_${pastName}`,
        );
        made += 1;
      }
    }
  }
  expect(made).toBeGreaterThan(100);
  expect((await compared()).difference).toBeUndefined();
});
