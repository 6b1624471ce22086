import type { Pool } from 'pg';
import { openOrm } from '../../src/database/orm.js';
import { VIEW_ENTITIES, VIEWS } from '../../src/views/all-views.js';
import { ViewFailure } from '../../src/views/engine/advance.js';
import { rebuild } from '../../src/views/engine/rebuild/rebuild.js';
import type { View } from '../../src/views/engine/view.js';
import { ViewFollower } from '../../src/views/engine/view-follower.js';
import { fold } from '../support/fold.js';
import { PATIENT_MS } from '../support/patient.js';
import { append, randomHistory } from '../support/recorded-history.js';
import {
  catchUp,
  everyRow,
  foldedRows,
  readerOf,
  storedRows,
  type ViewFixture,
  viewFixture,
} from '../support/view-fixture.js';

const history = randomHistory(20210621, 3);
const books = [...new Set(history.map(({ book }) => book))];

let fixture: ViewFixture;
beforeEach(async () => {
  fixture = await viewFixture();
});
afterEach(() => fixture.close());

function followerOf({ pool, store }: ViewFixture): ViewFollower {
  const log = (message: string, facts: object) => {
    throw new Error(`${message} ${JSON.stringify(facts)}`);
  };
  return new ViewFollower(pool, store, { views: VIEWS, log, pollMs: 20 });
}

/** With the constraints that they keep. */
async function indexesOf(pool: Pool): Promise<object[]> {
  const { rows } = await pool.query<{ definition: string }>(
    `select pg_get_indexdef(i.indexrelid) as definition, pg_get_constraintdef(c.oid) as key
      from pg_index i join pg_class t on t.oid = i.indrelid left join pg_constraint c on c.conindid = i.indexrelid
      where t.relnamespace = 'views'::regnamespace order by 1`,
  );
  return rows;
}

async function expectTablesToEqualFolds(): Promise<void> {
  for (const book of books) {
    for (const view of VIEWS) {
      const folded = await fold(fixture.store, view, book, await fixture.store.revision(book));
      expect(await storedRows(fixture.pool, view, book)).toEqual(foldedRows(folded, view));
    }
  }
}

it('makes every view again from nothing, tables and indexes the same as before', async () => {
  await append(fixture.store, history);
  for (const book of books) await catchUp(fixture, book);
  await fixture.pool.query('update views.balances set amount_fen = amount_fen + 1');
  await fixture.pool.query('delete from views.projects');
  const settings = `select relname, reloptions from pg_class where relnamespace = 'views'::regnamespace order by 1`;
  const { rows: before } = await fixture.pool.query(settings);
  const steps: { done: number; total: number }[] = [];
  await rebuild(fixture.pool, fixture.store, VIEWS, (step) => steps.push(step));
  await expectTablesToEqualFolds();
  expect(steps.at(-1)).toEqual({ done: history.length, total: history.length });
  expect((await fixture.pool.query(settings)).rows).toEqual(before);
  expect(before).toContainEqual({ relname: 'balances', reloptions: ['fillfactor=60'] });
  const { rows } = await fixture.pool.query(`select indexname from pg_indexes where schemaname = 'views' order by 1`);
  expect(rows.map(({ indexname }) => indexname)).toContain('payouts_book_policy_period_seq_idx');
  const orm = await openOrm(fixture.url, VIEW_ENTITIES);
  orm.config.set('schemaGenerator', {
    ignoreSchema: ['public', 'views_next'],
    ignoreRoutines: true,
    ignoreTriggers: true,
  });
  const changes = await orm.schema.getUpdateSchemaSQL({ wrap: false });
  await orm.close();
  expect(changes).toBe('');
});

it.each([
  { chunk: 7, mostRows: 200_000 },
  { chunk: 16, mostRows: 0 },
  { chunk: 5, mostRows: 40 },
])(
  'makes rows and their history as following does, with chunks of $chunk and $mostRows rows in memory',
  async (options) => {
    await append(fixture.store, history);
    for (const book of books) await catchUp(fixture, book, 37, VIEWS, options.chunk);
    const indexes = await indexesOf(fixture.pool);
    const followed = await everyRow(fixture.pool);
    expect(Object.values(followed).flat().length).toBeGreaterThan(2_000);
    expect(
      Object.entries(followed).filter(([name, rows]) => name.endsWith('_past') && rows.length > 0).length,
    ).toBeGreaterThan(10);
    await rebuild(fixture.pool, fixture.store, VIEWS, () => undefined, options);
    expect(await everyRow(fixture.pool)).toEqual(followed);
    // Also of the tables whose keys were made before all rows were there.
    expect(await indexesOf(fixture.pool)).toEqual(indexes);
  },
);

it('names the entry that does not go in, and leaves the views as they were', async () => {
  await append(fixture.store, history);
  for (const book of books) await catchUp(fixture, book);
  const [bad] = history.filter(({ type }) => type === 'payment.made');
  const [balances, ...others] = VIEWS;
  if (balances === undefined || bad === undefined) throw new Error('nothing to rebuild');
  const picky: View = {
    ...balances,
    evolve(rows, event) {
      if (event.book === bad.book && event.seq === bad.seq) throw new Error('no such thing');
      balances.evolve(rows, event);
    },
  };
  const failed = await rebuild(fixture.pool, fixture.store, [picky, ...others]).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(ViewFailure);
  expect(failed).toMatchObject({ first: { book: bad.book, seq: bad.seq }, events: 1, message: 'no such thing' });
  await expectTablesToEqualFolds();
});

it('goes on beside appends, followers of two processes and readers, none of which notices', async () => {
  const first = Math.floor(history.length / 4);
  await append(fixture.store, history.slice(0, first));
  const followers = [followerOf(fixture), followerOf(fixture)];
  for (const follower of followers) follower.start();
  const [follower] = followers;
  if (follower === undefined) throw new Error('no follower');
  const reader = readerOf(fixture, follower);

  let isAppended = false;
  const appending = append(fixture.store, history.slice(first)).then(() => {
    isAppended = true;
  });
  const reading = (async () => {
    while (!isAppended) {
      for (const view of VIEWS) {
        // Rows and seq of one snapshot: a fold to that seq makes the same rows, also while tables are switched.
        await reader.read(view, '640100', {}, async (source, seq) => {
          const folded = foldedRows(await fold(fixture.store, view, '640100', seq), view);
          for (const table of view.tables) {
            const rows = await source.list(table, { orderBy: table.key as never[] });
            expect([view.name, seq, rows.length]).toEqual([view.name, seq, folded[table.name]?.length]);
          }
        });
      }
    }
  })();
  let rebuilt = 0;
  while (!isAppended) {
    for (const view of VIEWS) {
      await rebuild(fixture.pool, fixture.store, [view]);
      rebuilt += 1;
    }
  }
  await appending;
  await reading;
  for (const book of books) {
    for (const view of VIEWS) await follower.waitFor(view, book, await fixture.store.revision(book), PATIENT_MS);
  }
  await Promise.all(followers.map((each) => each.stop()));
  expect(rebuilt).toBeGreaterThanOrEqual(VIEWS.length);
  expect(followers.flatMap((each) => each.failures())).toEqual([]);
  await expectTablesToEqualFolds();
});

it('leaves the view as it was where it is ended before the switch, and can be begun again', async () => {
  await append(fixture.store, history);
  for (const book of books) await catchUp(fixture, book);
  const [view] = VIEWS;
  if (view === undefined) throw new Error('no view');
  const ended = rebuild(fixture.pool, fixture.store, [view], ({ done }) => {
    if (done > 0) throw new Error('ended');
  });
  await expect(ended).rejects.toThrow('ended');
  await expectTablesToEqualFolds();
  await rebuild(fixture.pool, fixture.store, [view]);
  await expectTablesToEqualFolds();
});

it('is refused while the same view is being rebuilt', async () => {
  await append(fixture.store, history.slice(0, 50));
  const [view] = VIEWS;
  if (view === undefined) throw new Error('no view');
  const { promise: isRebuilding, resolve: tell } = Promise.withResolvers<void>();
  const { promise: isRefused, resolve: goOn } = Promise.withResolvers<void>();
  const reading = fixture.store.revisions.bind(fixture.store);
  fixture.store.revisions = async () => {
    tell();
    await isRefused;
    return reading();
  };
  const first = rebuild(fixture.pool, fixture.store, [view]);
  await isRebuilding;
  await expect(rebuild(fixture.pool, fixture.store, [view])).rejects.toThrow('is being rebuilt by another process');
  goOn();
  await first;
});
