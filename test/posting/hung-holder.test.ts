import { openPool } from '../../src/database/pool.js';
import { PostgresEventStore } from '../../src/event-store/postgres.js';
import { cloneDatabase } from '../support/database.js';

it('takes the turn at a book from a process that hangs, which then can append nothing by it', async () => {
  const database = await cloneDatabase();
  const [hung, well] = [openPool(database.url, 2, () => undefined, 300), openPool(database.url, 2, () => undefined)];
  const { promise: asleep, resolve: wake } = Promise.withResolvers<void>();
  const hold = () => {
    const { promise: hasTurn, resolve: takeTurn } = Promise.withResolvers<'has it'>();
    const holding = new PostgresEventStore(hung).exclusively('640121', async (store) => {
      takeTurn('has it');
      await asleep;
      return store.revision('640121');
    });
    const outcome = holding.then(
      () => 'went on',
      () => 'is refused',
    );
    return { hasTurn, outcome };
  };
  let held = hold();
  // On a busy machine the time can be over before it has asked for its turn.
  while ((await Promise.race([held.hasTurn, held.outcome])) !== 'has it') held = hold();
  expect(await new PostgresEventStore(well).exclusively('640121', async () => 'mine')).toBe('mine');
  wake();
  expect(await held.outcome).toBe('is refused');
  await Promise.all([hung.end(), well.end()]);
  await database.drop();
});
