import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { POOL } from '../database/pool.js';
import { PhotoStore } from '../disclosure/photos/photo-store.js';
import { Appended } from '../event-store/appended.js';
import { EventStore } from '../event-store/event-store.js';
import { OPEN_EVENT_STORE, type OpenEventStore, openEventStore } from '../event-store/open-event-store.js';
import { BookLog, LOG_SIGNER } from '../log/book-log.js';
import { CosignatureCollector, WITNESSES } from '../log/cosignature-collector.js';
import { CosignatureStore } from '../log/cosignature-store.js';
import { LatestCheckpoints } from '../log/latest-checkpoints.js';
import { readOrMakeLogKey } from '../log/log-key.js';
import { LogKeys } from '../log/log-keys.js';
import { LogStore } from '../log/log-store.js';
import type { Signer } from '../log/note.js';
import { PublishedLog } from '../log/published-log.js';
import { RoundSigner } from '../log/signing/round-signer.js';
import { WitnessClient } from '../log/witness-client.js';
import { BookWriters } from '../posting/book-writers.js';
import { PostEntryHandler } from '../posting/post-entry-handler.js';
import { SnapshotKeeper } from '../posting/snapshots/snapshot-keeper.js';
import { SnapshotStore } from '../posting/snapshots/snapshot-store.js';
import { Snapshots } from '../posting/snapshots/snapshots.js';
import { MEMORY_LIMITS, type MemoryLimits } from '../posting/unloading.js';
import { eventStoreChoice, SETTINGS } from '../settings.js';
import { BulkVault } from '../vault/bulk-vault.js';
import { EnrollPersonHandler } from '../vault/enroll-person.js';
import { ErasePersonalDataHandler } from '../vault/erase-personal-data.js';
import { GetPersonalDataHandler } from '../vault/get-personal-data.js';
import { loadVaultKeys, VAULT_KEYS } from '../vault/master-key.js';
import { VaultNames } from '../vault/names.js';
import { ObjectionDesk } from '../vault/objections/file-objection.js';
import { ObjectionVault } from '../vault/objections/objection-vault.js';
import { Vault } from '../vault/vault.js';
import { FORGETFUL, type Forgetful, VaultSweep } from '../vault/vault-sweep.js';
import { type AppSettings, LOGGER } from './app-settings.js';

/** Who writes books: the event store, the writers, their snapshots; the log that is signed with each batch; personal data. */
export const posting = [
  {
    provide: OPEN_EVENT_STORE,
    useFactory: (settings: AppSettings, pool: Pool, signer: Signer, logger: Logger) =>
      openEventStore({
        choice: eventStoreChoice(settings),
        databaseUrl: settings.databaseUrl,
        pool,
        log: (message) => logger.warn(message),
        trusted: [signer.vkey],
      }),
    inject: [SETTINGS, POOL, LOG_SIGNER, LOGGER],
  },
  { provide: EventStore, useFactory: ({ store }: OpenEventStore) => store, inject: [OPEN_EVENT_STORE] },
  Appended,
  {
    provide: Snapshots,
    useFactory: (pool: Pool, log: BookLog, signer: Signer, logger: Logger) =>
      new Snapshots(new SnapshotStore(pool), log, signer, (message, facts) => logger.warn(facts, message)),
    inject: [POOL, BookLog, LOG_SIGNER, LOGGER],
  },
  {
    provide: SnapshotKeeper,
    useFactory: (settings: AppSettings, { vkey }: Signer, logger: Logger) => {
      const { databaseUrl, logKeyFile } = settings;
      const order = { databaseUrl, choice: eventStoreChoice(settings), logKeyFile, vkey };
      return new SnapshotKeeper(order, (message, facts) => logger.warn(facts, message));
    },
    inject: [SETTINGS, LOG_SIGNER, LOGGER],
  },
  {
    provide: MEMORY_LIMITS,
    useFactory: ({ bookIdleSeconds, bookMemoryMib }: AppSettings): MemoryLimits => ({
      idleMs: bookIdleSeconds * 1000,
      bytes: bookMemoryMib * 1024 * 1024,
    }),
    inject: [SETTINGS],
  },
  BookWriters,
  PostEntryHandler,
];

export const transparency = [
  LogStore,
  LogKeys,
  PublishedLog,
  {
    provide: LOG_SIGNER,
    useFactory: ({ logKeyFile, publicUrl }: AppSettings) => readOrMakeLogKey(logKeyFile, publicUrl),
    inject: [SETTINGS],
  },
  { provide: RoundSigner, useFactory: (signer: Signer) => new RoundSigner(signer), inject: [LOG_SIGNER] },
  {
    provide: BookLog,
    useFactory: (...known: ConstructorParameters<typeof BookLog>) => new BookLog(...known),
    inject: [LOG_SIGNER, EventStore, LogStore, RoundSigner],
  },
  CosignatureStore,
  LatestCheckpoints,
  {
    provide: WITNESSES,
    useFactory: ({ witnesses }: AppSettings) => witnesses.map((address) => new WitnessClient(address)),
    inject: [SETTINGS],
  },
  CosignatureCollector,
];

export const vault = [
  { provide: VAULT_KEYS, useFactory: loadVaultKeys, inject: [SETTINGS] },
  Vault,
  BulkVault,
  VaultNames,
  VaultSweep,
  EnrollPersonHandler,
  ErasePersonalDataHandler,
  GetPersonalDataHandler,
  ObjectionVault,
  ObjectionDesk,
  {
    provide: FORGETFUL,
    useFactory: (...others: Forgetful[]) => others,
    inject: [ObjectionVault, PhotoStore],
  },
];
