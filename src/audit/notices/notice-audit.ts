import type { BookEvent, EventOf } from '../../domain/event.js';
import { canonicalText } from '../canonical-text.js';
import { shown, textOf } from '../difference.js';
import type { EventAudit } from '../event-audit.js';
import { firstDifference } from '../row-misfit.js';
import type { Misfit } from '../shape.js';
import { BookAt } from './book-at.js';
import { type PlannedRow, readFor, writtenRows } from './planned-row.js';
import { plannedRows } from './row-rules.js';

type Notice = Pick<EventOf<'notice.published'>, 'data'>;

/** What is said of a notice: its id and its rows, texts byte for byte. */
export interface FoundNotice {
  id: unknown;
  rows: unknown;
}

/** The rows that a notice must have, but for the words of these entries. */
export interface PlannedNotice {
  notice: Notice;
  rows: PlannedRow[] | Misfit;
  reads: number[];
}

/**
 * Derives the rows of each notice from the entries up to the one that it pins, by rules of the audit's own, and holds against them
 * the rows that are published of it, and how many there are and which hash they have by its entry.
 */
export class NoticeAudit {
  /** Rows that are as they must be. */
  rows = 0;
  private due: Notice | undefined;

  constructor(private readonly events: EventAudit) {}

  /** Another entry came: where it is a notice its rows are to be told next. */
  follow(event: BookEvent): void {
    this.due = event.type === 'notice.published' ? event : undefined;
  }

  missing(): Misfit | undefined {
    if (this.due === undefined) return undefined;
    return { path: pathOf(this.due), expected: `${this.due.data.rows} rows`, found: 'nothing' };
  }

  /** The rows of the notice that the last entry is. */
  take({ id, rows }: FoundNotice, read: (seq: number) => BookEvent | undefined): Misfit | undefined {
    const { due } = this;
    if (due === undefined || id !== due.data.id)
      return {
        path: 'notices',
        expected: due === undefined ? 'nothing' : `notice ${due.data.id}`,
        found: `notice ${textOf(id)}`,
      };
    this.due = undefined;
    const planned = this.plan(due);
    const entries = new Map(planned.reads.map((seq) => [seq, read(seq)]));
    const misfit = this.judge(planned, rows, (seq) => entries.get(seq));
    // Of a bundle not only what they say is told, but how: a file is the same for the same book.
    if (misfit !== undefined || JSON.stringify(rows) === canonicalText(rows)) return misfit;
    return { path: `${pathOf(due)}.rows`, expected: 'canonical form (RFC 8785)', found: shown(rows) };
  }

  /** After the entries up to the one that it pins, and any later ones. */
  plan(notice: Notice): PlannedNotice {
    const rows = plannedRows(notice.data, new BookAt(this.events, notice.data.asOfSeq));
    return { notice, rows, reads: Array.isArray(rows) ? readFor(rows) : [] };
  }

  /** @param entry gives those that it reads */
  judge(
    { notice, rows: planned }: PlannedNotice,
    found: unknown,
    entry: (seq: number) => BookEvent | undefined,
  ): Misfit | undefined {
    const path = pathOf(notice);
    if (!Array.isArray(planned)) return { ...planned, path: `${path}.${planned.path}` };
    const { data } = notice;
    if (!Array.isArray(found)) return { path, expected: `${data.rows} rows`, found: 'none' };
    const rows = writtenRows(planned, entry);
    const [own, theirs] = [canonicalText(rows), canonicalText(found)];
    if (own !== theirs) {
      const { field, ...first } = firstDifference(JSON.parse(own), JSON.parse(theirs), `${path}.rows`);
      return { path: field, expected: shown(first.expected), found: shown(first.found) };
    }
    if (rows.length !== data.rows) return { path: 'data.rows', expected: `${rows.length}`, found: `${data.rows}` };
    // Few books have notices: whoever judges the others has not to wait for all of Node's cryptography to be compiled.
    const { hash } = process.getBuiltinModule('node:crypto');
    const hashed = hash('sha256', Buffer.from(own, 'latin1'), 'hex');
    if (hashed !== data.rowsHash)
      return { path: 'data.rowsHash', expected: shown(hashed), found: shown(data.rowsHash) };
    this.rows += rows.length;
    return undefined;
  }
}

function pathOf({ data }: Notice): string {
  return `notices[${data.id}]`;
}
