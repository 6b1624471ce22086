import { openPool } from '../../src/database/pool.js';
import { EventStoreDBEventStore } from '../../src/event-store/eventstoredb/eventstoredb.js';
import { PostgresEventStore } from '../../src/event-store/postgres.js';
import { cloneDatabase } from '../support/database.js';
import { EventStoreDBDouble } from '../support/eventstoredb/double.js';
import { MemoryEventStore } from '../support/memory-event-store.js';
import { LOG_KEY } from '../support/writers.js';
import { type ContractFixture, eventStoreContract } from './contract.js';

eventStoreContract('memory', async () => {
  const store = new MemoryEventStore();
  return { store, other: store, close: async () => undefined };
});

eventStoreContract('PostgreSQL', async () => {
  const database = await cloneDatabase();
  const pools = [1, 2].map(() => openPool(database.url, 4, () => undefined));
  const [store, other] = pools.map((pool) => new PostgresEventStore(pool));
  if (store === undefined || other === undefined) throw new Error('two stores');
  return {
    store,
    other,
    close: async () => {
      await Promise.all(pools.map((pool) => pool.end()));
      await database.drop();
    },
  };
});

async function onEventStoreDB(url: string, end: () => void): Promise<ContractFixture> {
  const database = await cloneDatabase();
  const pools = Array.from({ length: 4 }, () => openPool(database.url, 4, () => undefined));
  const [store, other] = [0, 2].map((n) => {
    const [pool, locks] = pools.slice(n, n + 2);
    if (pool === undefined || locks === undefined) throw new Error('two pools each');
    return new EventStoreDBEventStore({ url, maxAppendBytes: 1024 * 1024, pool, locks, trusted: [LOG_KEY.vkey] });
  });
  if (store === undefined || other === undefined) throw new Error('two stores');
  return {
    store,
    other,
    close: async () => {
      await Promise.all([store.close(), other.close()]);
      await Promise.all(pools.map((pool) => pool.end()));
      await database.drop();
      end();
    },
  };
}

eventStoreContract('EventStoreDB (a double that speaks its protocol)', async () => {
  const double = new EventStoreDBDouble();
  await double.start();
  return onEventStoreDB(double.url, () => double.stop());
});

// Against a real server wherever one is named; its streams stay behind, under codes that are never used twice.
const real = process.env.EVENTSTORE_URL;
if (real !== undefined && real !== '') eventStoreContract('EventStoreDB', () => onEventStoreDB(real, () => undefined));
