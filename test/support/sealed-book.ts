import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { writeBundle } from '../../src/audit/bundle/write-bundle.js';
import type { BookEvent } from '../../src/domain/event.js';
import { settlement } from '../../src/domain/funds/settlement.js';
import type { NewEvent } from '../../src/event-store/event-store.js';
import { BookLog } from '../../src/log/book-log.js';
import { leafHash } from '../../src/log/hash.js';
import { LogStore } from '../../src/log/log-store.js';
import type { Signer } from '../../src/log/note.js';
import { TreeEdge } from '../../src/log/tree-edge.js';
import { PICTURES } from './notices.js';
import { asNew, randomHistory } from './recorded-history.js';
import { catchUp, type ViewFixture, viewFixture } from './view-fixture.js';
import { LOG_KEY } from './writers.js';

export const COUNTY = '640121';

/** Events of one book of a random world, as many as are asked for at most. */
export function countyHistory(seed: number, most: number): BookEvent[] {
  return randomHistory(seed, 6)
    .filter(({ book }) => book === COUNTY)
    .slice(0, most);
}

type Stores = Pick<ViewFixture, 'store' | 'pool'>;

/** Of so many events at most; like the service's, none of them settles the same dispatch twice. */
function* inBatches(events: readonly BookEvent[], most: number): Generator<BookEvent[]> {
  let batch: BookEvent[] = [];
  let settled = new Set<string>();
  for (const event of events) {
    const { take, release } = settlement(event);
    const key = take ?? release;
    if (batch.length === most || (key !== undefined && settled.has(key))) {
      yield batch;
      batch = [];
      settled = new Set();
    }
    batch.push(event);
    if (key !== undefined) settled.add(key);
  }
  if (batch.length > 0) yield batch;
}

/** Appends to a new book as the service does: in batches, each sealed by a signed checkpoint. */
export async function sealer({ store, pool }: Stores, signer: Signer = LOG_KEY) {
  const log = new BookLog(signer, store, new LogStore(pool));
  const edge = new TreeEdge();
  await pool.query('insert into log_keys (number, vkey) select coalesce(max(number), 0) + 1, $1 from log_keys', [
    signer.vkey,
  ]);
  return async (history: readonly BookEvent[], batch: number) => {
    for (const events of inBatches(history, batch)) {
      const news: NewEvent[] = events.map(asNew);
      const before = edge.size;
      const tileHashes = news.flatMap(({ canonical }) => edge.append(leafHash(canonical)));
      await store.append(COUNTY, before - 1, news, await log.seal(COUNTY, edge, tileHashes));
    }
  };
}

export interface SealedBook extends ViewFixture {
  readonly folder: string;
  /** Writes a bundle and gives its file. */
  bundle(name: string): Promise<string>;
  /** As whoever has the database in his hands does it: no trigger and no foreign key stands in the way. */
  tamper(statement: string, values?: unknown[]): Promise<pg.QueryResult>;
}

export async function sealedBook(events: BookEvent[], batch = 7): Promise<SealedBook> {
  const fixture = await viewFixture();
  await (await sealer(fixture))(events, batch);
  await catchUp(fixture, COUNTY);
  await keepOutside(fixture.pool, events);
  const folder = mkdtempSync(join(tmpdir(), 'mingzhang-bundle-'));
  return {
    ...fixture,
    folder,
    bundle: async (name) => {
      const file = join(folder, name);
      await writeBundle(fixture.pool, { book: COUNTY, file });
      return file;
    },
    tamper: async (statement, values) => {
      const client = await fixture.pool.connect();
      try {
        // Nor has a test to wait for the disk.
        await client.query('set session_replication_role = replica; set synchronous_commit = off');
        return await client.query(statement, values);
      } finally {
        await client.query('reset session_replication_role; reset synchronous_commit');
        client.release();
      }
    },
    close: async () => {
      await fixture.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Keeps copies of tables as they are; what it gives brings a table, or all of them, back to that, touching only rows that differ. */
export async function keepCopies(
  book: SealedBook,
  tables: readonly string[],
): Promise<(table?: string) => Promise<void>> {
  const backup = (table: string) => `public.backup_${table.replace('.', '_')}`;
  for (const table of tables) await book.pool.query(`create table ${backup(table)} as table ${table}`);
  return async (only) => {
    const statements = (only === undefined ? tables : [only]).map(
      (table) =>
        `delete from ${table} as row where row::text not in (select kept::text from ${backup(table)} as kept);
        insert into ${table} select kept.* from ${backup(table)} as kept
          where kept::text not in (select row::text from ${table} as row)`,
    );
    await book.tamper(statements.join(';'));
  };
}

/** What is kept outside the log for these events: photos, and what the vault holds of people and of objections, though here it is nobody's. */
export async function keepOutside(pool: pg.Pool, events: readonly BookEvent[]): Promise<void> {
  for (const { type, book, command, data } of events) {
    if (type === 'notice.evidenced')
      await pool.query(
        `insert into notice_photos (book, command, sha256, media_type, bytes, recorded_at) values ($1, $2, $3, $4, $5, now())`,
        [book, command, data.sha256, data.mediaType, PICTURES.get(data.sha256)],
      );
    if (type === 'objection.filed')
      await pool.query(
        `insert into vault_objections (book, command, objection, commitment, code_hash, ciphertext, wrapped_key, filed_at)
          values ($1, $2, $3, $4, sha256($5), $6, $7, now())`,
        [book, command, data.id, data.commitment, Buffer.from(data.id), Buffer.alloc(29), Buffer.alloc(60)],
      );
    if (type !== 'beneficiary.enrolled') continue;
    await pool.query(
      `insert into vault_people (book, beneficiary, id_number_index, wrapped_key)
        values ($1, $2, sha256($3), $4) on conflict do nothing`,
      [book, data.id, Buffer.from(data.id), Buffer.alloc(60)],
    );
    await pool.query(
      `insert into vault_seals (book, command, beneficiary, commitment, ciphertext, enrolled_at)
        values ($1, $2, $3, $4, $5, now())`,
      [book, command, data.id, data.commitment, Buffer.alloc(29)],
    );
  }
}

/** The checkpoint that a bundle ends with. */
export function lastCheckpoint(file: string): string {
  const line = readFileSync(file, 'utf8')
    .split('\n')
    .findLast((text) => text.startsWith('{"checkpoint":'));
  return (JSON.parse(line ?? '{}') as { checkpoint: { note: string } }).checkpoint.note;
}
