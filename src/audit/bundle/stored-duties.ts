import canonicalize from 'canonicalize';
import type { PoolClient } from 'pg';
import type { DutyRegister } from '../registers/duties.js';
import type { Row } from '../registers/standing.js';
import { pagesOf } from './cursor.js';
import type { DutyKind } from './lines.js';
import type { StoredTable } from './stored-tables.js';
import { rowWriter, selectOf } from './table-rows.js';

export const DUTY_TABLES: Readonly<Record<DutyKind, StoredTable & { key: readonly string[] }>> = {
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
};

/**
 * What tables say of duties to disclose, each a JSON value: only where that is not what the entries say, since of some kinds there are as
 * many as entries, and nothing in them but what these say.
 *
 * @param register has taken all entries
 */
export async function* wrongDuties(
  client: PoolClient,
  book: string,
  register: DutyRegister,
): AsyncGenerator<Record<string, { key: readonly string[]; row: object | null }>> {
  yield* wrongRows(client, book, 'duty', register.rows());
  yield* wrongRows(client, book, 'dutyTold', register.toldRows());
}

async function* wrongRows(client: PoolClient, book: string, kind: keyof typeof DUTY_TABLES, rows: Iterable<Row>) {
  const table = DUTY_TABLES[kind];
  const write = rowWriter(table);
  const left = new Map<string, Row>();
  for (const row of rows) left.set(JSON.stringify(row.key), row);
  const query = { name: 'duties', query: selectOf(table), values: [book] };
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
