// The program that takes a snapshot of one book, by a process of its own; see SnapshotKeeper.
import { constants, setPriority } from 'node:os';
import { openPool } from '../../database/pool.js';
import { openEventStore } from '../../event-store/open-event-store.js';
import { BookLog } from '../../log/book-log.js';
import { readLogKey } from '../../log/log-key.js';
import { LogStore } from '../../log/log-store.js';
import { LoadedBook } from '../loaded-book.js';
import type { SnapshotOrder, SnapshotOutcome } from './snapshot-keeper.js';
import { SnapshotStore } from './snapshot-store.js';
import { Snapshots } from './snapshots.js';

/** Postings go first. */
setPriority(constants.priority.PRIORITY_LOW);
process.once('message', (order: SnapshotOrder) => {
  take(order).then(
    (size) => end({ size }, 0),
    (error: unknown) => end({ failure: error instanceof Error ? error.message : String(error) }, 1),
  );
});
// Whoever wanted it is gone.
process.once('disconnect', () => process.exit(1));

function end(outcome: SnapshotOutcome, status: number): void {
  process.send?.(outcome, () => process.exit(status));
}

/** How many events it holds. */
async function take({ databaseUrl, choice, logKeyFile, vkey, book }: SnapshotOrder): Promise<number> {
  const signer = readLogKey(logKeyFile);
  // The service would not use a snapshot of another key, and drop one that it can use for it.
  if (signer.vkey !== vkey)
    throw new Error(
      `LOG_KEY_FILE ${logKeyFile} holds another key than the service signs with until it is started again`,
    );
  const warn = (message: string, facts: Record<string, unknown> = {}) => console.error(message, facts);
  const pool = openPool(databaseUrl, 2, warn);
  const { store } = await openEventStore({ choice, databaseUrl, pool, log: warn });
  const log = new BookLog(signer, store, new LogStore(pool));
  // The service warns of a snapshot that cannot be used when it loads the book.
  const snapshots = new Snapshots(new SnapshotStore(pool), log, signer, () => undefined);
  const loaded = new LoadedBook(book, log, snapshots);
  await loaded.catchUp(store);
  await snapshots.take(book, loaded);
  return loaded.edge.size;
}
