import { hash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { RowDerivation } from '../domain/notices/rows/derivation.js';
import type { Row } from '../domain/notices/rows/row.js';
import type { NoticeSubject } from '../domain/notices/rows/row-rule.js';
import { canonical } from '../event-store/canonical.js';
import { type EventStore, parseEvent } from '../event-store/event-store.js';
import { readPages } from '../event-store/read-book.js';

export interface NoticeRows {
  rows: Row[];
  /** SHA-256, in lower-case hex, of the RFC 8785 JSON of the rows: what the event of the notice carries. */
  hash: string;
}

/**
 * The rows of a notice out of the events 0 to `asOfSeq` of its book. Page, CSV, XLSX and PDF all show what this answers.
 *
 * Refusals: notice_entry_unfit, project_unknown, fund_unknown, asset_unknown, holder_unknown. Error: MissingEvent.
 */
export async function noticeRows(
  store: EventStore,
  book: string,
  subject: NoticeSubject,
  asOfSeq: number,
): Promise<NoticeRows> {
  const derivation = new RowDerivation(subject);
  for await (const page of readPages(store, book, 0, asOfSeq)) {
    for (const stored of page) derivation.take(parseEvent(stored));
    // A large book takes seconds; whoever posts meanwhile must not wait for it.
    await nextTurn();
  }
  const rows = derivation.rows();
  return { rows, hash: hashOfRows(rows) };
}

export function hashOfRows(rows: readonly Row[]): string {
  return hash('sha256', canonical(rows), 'hex');
}
