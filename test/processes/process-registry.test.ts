import type pg from 'pg';
import { openPool } from '../../src/database/pool.js';
import { type Doing, ProcessRegistry, standingStill } from '../../src/processes/process-registry.js';
import { RecentWork } from '../../src/processes/recent-work.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let pool: pg.Pool;
let registries: ProcessRegistry[];
beforeEach(async () => {
  database = await cloneDatabase();
  pool = openPool(database.url, 4, () => undefined);
  registries = [];
});
afterEach(async () => {
  await Promise.all(registries.map((registry) => registry.stop()));
  await pool.end();
  await database.drop();
});

function registryOf(logKey?: string, standing: object[] = []): ProcessRegistry {
  const wrote = new RecentWork();
  for (const [book, events] of [
    ['640121', 3],
    ['640100', 40],
    ['640121', 4],
  ] as const)
    wrote.add(book, events);
  const observe = () => ({ wrote: wrote.busiest(), followed: [], standingStill: standing as never[] });
  const role = logKey === undefined ? 'view worker' : 'service';
  const registry = new ProcessRegistry(pool, role, logKey, observe, () => undefined);
  registries.push(registry);
  return registry;
}

/** As it stands on the list when its process was killed: it says nothing more. */
async function killed(registry: ProcessRegistry): Promise<void> {
  await pool.query('create table if not exists kept as table processes with no data');
  await pool.query('insert into kept select * from processes where id = $1', [registry.id]);
  await registry.stop();
  await pool.query('insert into processes select * from kept where id = $1', [registry.id]);
  await pool.query(
    `update processes set started_at = now() - interval '1 hour', seen_at = now() - interval '1 minute' where id = $1`,
    [registry.id],
  );
}

it('says who is there and what each does, until he ends', async () => {
  const [service, worker] = [registryOf('key-a'), registryOf()];
  await service.start();
  await worker.start();
  const [first, second] = await service.list();
  expect([first?.role, first?.id, first?.pid, second?.role, second?.logKey]).toEqual([
    'service',
    service.id,
    process.pid,
    'view worker',
    null,
  ]);
  expect(first?.doing.wrote).toEqual([
    { book: '640100', events: 40 },
    { book: '640121', events: 7 },
  ]);
  const { rows } = await pool.query<{ seconds: number }>(
    'select extract(epoch from clock_timestamp() - $1::timestamptz)::float8 as seconds',
    [first?.seenAt],
  );
  expect(first?.silentSeconds).toBeLessThan(rows[0]?.seconds ?? 0);
  await worker.stop();
  expect((await service.list()).map(({ id }) => id)).toEqual([service.id]);
});

it('tells one failure once, and not of those who fell silent', async () => {
  const failure = { view: 'funds', book: '640121', seq: 7, type: 'payment.made', message: 'no', retryAt: new Date() };
  const other = { ...failure, view: 'assets' };
  await registryOf(undefined, [failure]).start();
  await registryOf(undefined, [failure]).start();
  const silent = registryOf(undefined, [other]);
  await silent.start();
  await killed(silent);
  expect(await registryOf().list()).toHaveLength(3);
  const told: Doing['standingStill'] = standingStill(await registryOf().list());
  expect(told).toEqual([{ ...failure, retryAt: failure.retryAt.toISOString() }]);
});

it('lets no service sign with another key beside one that signs', async () => {
  const signing = [registryOf('key-a'), registryOf('key-a')];
  for (const one of signing) await one.start();
  await expect(registryOf('key-b').start()).rejects.toThrow(/signs with key-a; 可用 allowed: the same key for all/);
  await registryOf().start();
  for (const one of signing) await killed(one);
  await registryOf('key-b').start();
});

it('lets one of two keys win where services start together', async () => {
  const outcomes = await Promise.allSettled(['a', 'b', 'c', 'd'].map((key) => registryOf(key).start()));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});
