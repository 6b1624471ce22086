import canonicalize from 'canonicalize';
import type { PoolClient } from 'pg';
import type { Repeats } from '../registers/repeats.js';
import type { Row } from '../registers/standing.js';
import { pagesOf } from './cursor.js';
import type { RepeatKind } from './lines.js';
import { isRecorded, type StoredTable } from './stored-tables.js';
import { rowWriter, selectOf } from './table-rows.js';

export const REPEATS: Readonly<Record<RepeatKind, StoredTable & { key: readonly string[] }>> = {
  duty: {
    from: 'views.disclosure_duties',
    fields: {
      division: 'text',
      duty: 'text',
      longestWait: 'number',
      subject: 'text',
      title: 'text',
      told: 'json',
      unit: 'text',
      waiting: 'json',
      waitingSince: 'day',
    },
    order: 'duty, subject',
    key: ['duty', 'subject'],
  },
  dutyTold: {
    from: 'views.disclosure_told',
    fields: { duties: 'json', notice: 'text' },
    order: 'notice',
    key: ['notice'],
  },
  fundEntries: {
    from: 'views.fund_entries',
    fields: { chunk: 'number', fund: 'text', seqs: 'text' },
    order: 'fund, chunk',
    key: ['fund', 'chunk'],
  },
  projectPayments: {
    from: 'views.project_payments',
    fields: { payments: 'json', project: 'text' },
    order: 'project',
    key: ['project'],
  },
  // What was kept for an entry that was refused, or is not decided yet, is left out of both.
  photo: {
    from: `(
      select book, command, sha256, media_type, length(bytes) as bytes, encode(sha256(bytes), 'hex') as contents
      from notice_photos where recorded_at is not null or ${isRecorded('notice_photos', 'notice.evidenced')}
    ) as photos`,
    fields: { bytes: 'number', command: 'text', contents: 'text', mediaType: 'text', sha256: 'text' },
    order: 'command',
    key: ['command'],
  },
  objectionSeal: {
    from: `(
      select book, command, objection, commitment,
        case when erased_at is null then ciphertext is null or wrapped_key is null
          else ciphertext is not null or wrapped_key is not null end as half_erased
      from vault_objections where filed_at is not null or ${isRecorded('vault_objections', 'objection.filed')}
    ) as objection_seals`,
    fields: { command: 'text', commitment: 'text', halfErased: 'text', objection: 'text' },
    order: 'command',
    key: ['command'],
  },
};

/**
 * What tables that only repeat the entries say, each a JSON value: only where that is not what the entries say, since of some kinds there
 * are as many as entries, and nothing in them but what these say.
 *
 * @param repeats has taken all entries
 */
export async function* wrongRepeats(
  client: PoolClient,
  book: string,
  repeats: Repeats,
): AsyncGenerator<Record<string, { key: readonly string[]; row: object | null }>> {
  for (const kind of Object.keys(REPEATS) as RepeatKind[]) yield* wrongRows(client, book, kind, repeats.rows(kind));
}

async function* wrongRows(client: PoolClient, book: string, kind: RepeatKind, rows: Iterable<Row>) {
  const table = REPEATS[kind];
  const write = rowWriter(table);
  const left = new Map<string, Row>();
  for (const row of rows) left.set(JSON.stringify(row.key), row);
  const query = { name: 'repeats', query: selectOf(table), values: [book] };
  for await (const stored of pagesOf<Record<string, unknown>>(client, query)) {
    for (const found of stored) {
      const row = write(found);
      const key = table.key.map((name) => String(found[name]));
      const name = JSON.stringify(key);
      if (canonicalize(left.get(name)?.fields()) !== canonicalize(row)) yield { [kind]: { key, row } };
      left.delete(name);
    }
  }
  for (const { key } of left.values()) yield { [kind]: { key, row: null } };
}
