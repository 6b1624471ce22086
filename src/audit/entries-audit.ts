import type { BookEvent } from '../domain/event.js';
import type { RepeatKind, WrongRow } from './bundle/lines.js';
import { utf8 } from './byte-text.js';
import { copiedColumns } from './copied-columns.js';
import { Different, shown } from './difference.js';
import { LinesAudit } from './disclosure/lines-audit.js';
import { EventAudit } from './event-audit.js';
import { type FoundNotice, NoticeAudit } from './notices/notice-audit.js';
import { PublishedRows } from './published.js';
import { PublishedAudit } from './published-audit.js';
import type { Kind } from './published-kinds.js';
import { Repeats } from './registers/repeats.js';
import { firstDifference } from './row-misfit.js';
import type { Misfit } from './shape.js';

const TABLES: Readonly<Record<RepeatKind, string>> = {
  duty: 'disclosure_duties',
  dutyTold: 'disclosure_told',
  fundEntries: 'fund_entries',
  projectPayments: 'project_payments',
  photo: 'notice_photos',
  objectionSeal: 'vault_objections',
};

/**
 * The entries of one book, from the first to what is published of them. All of it may throw Different. Of an entry no more is
 * judged than what the others say of it: that it is one of its type was judged before.
 */
export class EntriesAudit {
  private readonly events: EventAudit;
  private readonly lines = new LinesAudit();
  private readonly notices: NoticeAudit;
  private published: PublishedAudit | undefined;

  /** @param entries how many there may well be */
  constructor(
    private readonly book: string,
    entries: number,
  ) {
    this.events = new EventAudit(book, entries);
    this.notices = new NoticeAudit(this.events);
  }

  get size(): number {
    return this.events.count;
  }

  /** The next entry; what is disclosed of it comes next: its lines, each as a text, and the rows of a notice. */
  entry(event: BookEvent): void {
    this.noLineFollows();
    this.events.take(event);
    this.lines.follow(event, this.events.linesMade());
    this.notices.follow(event);
  }

  /** The next of them, which stands there in the text. */
  line(text: string, from: number, to: number): void {
    this.found(this.lines.take(text, from, to));
  }

  /** The rows of the notice that the last entry is. @param read gives an earlier entry */
  notice(found: FoundNotice, read: (seq: number) => BookEvent | undefined): void {
    this.found(this.notices.take(found, read));
  }

  /** The columns of the last entry's row, which are shown where they are not what the entry says. */
  columns(found: unknown): void {
    const { last } = this.events;
    this.shownSinceWrong('events', last && copiedColumns(last.event), found);
  }

  /** What the book has wrong in a table that only repeats the entries. @param read gives any entry */
  repeat(kind: RepeatKind, { key, row }: WrongRow, read: (seq: number) => BookEvent | undefined): void {
    const repeats = new Repeats(this.book);
    for (let seq = 0; seq < this.size; seq += 1) {
      const event = read(seq);
      if (event !== undefined) repeats.take(event);
    }
    const own = [...repeats.rows(kind)].find((one) => JSON.stringify(one.key) === JSON.stringify(key));
    this.shownSinceWrong(`${TABLES[kind]}[${utf8(key.join(' '))}]`, own?.fields(), row ?? undefined);
  }

  /** The next row of what is published, in the order of a bundle, which stands there in the text. */
  row(kind: Kind, text: string, from: number, to: number): void {
    this.found(this.rows().take(kind, text, from, to));
  }

  /** Nothing more comes. Gives how many rows were compared, by what they are. */
  end(): Record<string, number> {
    this.noLineFollows();
    this.found(this.rows().missing());
    const { counts } = this.rows();
    const lines = (counts.disclosure_lines ?? 0) + this.lines.count;
    return { ...counts, disclosure_lines: lines, notice_rows: this.notices.rows };
  }

  private rows(): PublishedAudit {
    this.published ??= new PublishedAudit(new PublishedRows(this.book, this.events));
    return this.published;
  }

  private noLineFollows(): void {
    this.found(this.lines.missing() ?? this.notices.missing());
  }

  private shownSinceWrong(table: string, own: object | undefined, found: unknown): void {
    const { field, expected, found: theirs } = firstDifference(own, found, table);
    const isRight = JSON.stringify(own) === JSON.stringify(found);
    this.found({
      path: field,
      expected: isRight ? 'nothing, since it is what the entries say' : shown(expected),
      found: shown(theirs),
    });
  }

  private found(misfit: Misfit | undefined): void {
    if (misfit === undefined) return;
    const { path: field, expected, found } = misfit;
    throw new Different({ book: this.book, seq: this.size === 0 ? null : this.size - 1, field, expected, found });
  }
}
