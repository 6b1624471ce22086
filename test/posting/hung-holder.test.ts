import { setTimeout as sleep } from 'node:timers/promises';
import { openPool } from '../../src/database/pool.js';
import { PostgresEventStore } from '../../src/event-store/postgres.js';
import { cloneDatabase } from '../support/database.js';

it('takes the turn at a book from a process that hangs, which then can append nothing by it', async () => {
  const database = await cloneDatabase();
  const [hung, well] = [openPool(database.url, 2, () => undefined, 300), openPool(database.url, 2, () => undefined)];
  let wake: () => void = () => undefined;
  const asleep = new Promise<void>((resolve) => {
    wake = resolve;
  });
  let hasTurn = false;
  const holding = new PostgresEventStore(hung).exclusively('640121', async (store) => {
    hasTurn = true;
    await asleep;
    return store.revision('640121');
  });
  const outcome = expect(holding).rejects.toThrow();
  while (!hasTurn) await sleep(10);
  expect(await new PostgresEventStore(well).exclusively('640121', async () => 'mine')).toBe('mine');
  wake();
  await outcome;
  await Promise.all([hung.end(), well.end()]);
  await database.drop();
});
