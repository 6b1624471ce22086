import { hash } from 'node:crypto';
import type { BookEvent } from '../domain/event.js';
import { Different, shown } from './difference.js';
import { LinesAudit } from './disclosure/lines-audit.js';
import { type FoundNotice, NoticeAudit } from './disclosure/notice-audit.js';
import { EventAudit } from './event-audit.js';
import { copiedColumns, flowRows } from './flow-rows.js';
import { LogAudit, type LogRules, type PublishedKey, type TileHash } from './log-audit.js';
import { type Kind, PublishedRows } from './published.js';
import { PublishedAudit } from './published-audit.js';
import { firstDifference } from './row-misfit.js';
import type { ByteLine } from './scanner.js';
import type { Misfit } from './shape.js';

/** What an audit found of a book that is whole. */
export interface Whole {
  book: string;
  size: number;
  /** Base64. */
  root: string;
  /** Keys that signed its checkpoints. */
  signers: string[];
  /** The last signed checkpoint: what an auditor keeps for the next visit. */
  checkpoint: string;
  checkpoints: number;
  /** How many rows were compared, by what they are; null where the service discloses nothing of the book. */
  published: Record<string, number> | null;
}

/** Half of an audit: the entries with what is published of them, or the log. Neither needs the other. */
export type Part = 'entries' | 'log';

/** One book, from its first event to what is published of it. All of it may throw Different. */
export class BookAudit {
  readonly events: EventAudit;
  private readonly log: LogAudit;
  private readonly lines = new LinesAudit();
  private readonly notices: NoticeAudit;
  private published: PublishedAudit | undefined;
  private checkpoints = 0;

  /** @param only the half that is to be judged; both where absent */
  constructor(
    readonly book: string,
    rules: LogRules,
    private readonly only?: Part,
  ) {
    this.events = new EventAudit(book);
    this.log = new LogAudit(book, rules);
    this.notices = new NoticeAudit((seq) => this.events.reversedBy(seq));
  }

  get size(): number {
    return this.only === 'log' ? this.log.count : this.events.count;
  }

  /** The rules of the ledger, which say more of what is wrong than a hash does. */
  entry(line: ByteLine): void {
    this.events.take(line);
  }

  /** What is disclosed of the last entry comes next: its lines, each as a text, and the rows of a notice. */
  linesFollow(): void {
    const { last } = this.events;
    if (last === undefined) return;
    this.lines.follow(last.event, this.events.linesMade());
    this.notices.follow(last.event);
  }

  /** The next of them, which stands there in the text. */
  line(text: string, from: number, to: number): void {
    this.found(this.lines.take(text, from, to));
  }

  /** The rows of the notice that the last entry is. @param read gives an earlier entry */
  notice(found: FoundNotice, read: (seq: number) => BookEvent | undefined): void {
    this.found(this.notices.take(found, read));
  }

  noLineFollows(): void {
    this.found(this.lines.missing() ?? this.notices.missing());
  }

  /** The leaf of the same entry: a byte 0x00 and its own. */
  leaf(bytes: Uint8Array): void {
    this.log.append(hash('sha256', bytes, 'binary'));
  }

  tileHash(tile: TileHash): void {
    this.log.tileHash(tile);
  }

  checkpoint(note: string, previous?: number): void {
    this.log.checkpointNow(note, previous);
    this.checkpoints += 1;
  }

  /** The columns of the last entry's row, which are shown where they are not what the entry says. */
  columns(found: unknown): void {
    const { last } = this.events;
    if (last !== undefined) this.shownSinceWrong('events', copiedColumns(last.event), found);
  }

  /** The rows of flows of the last entry, which are shown where they are not what its postings say. */
  flows(found: unknown): void {
    const { last } = this.events;
    if (last !== undefined) this.shownSinceWrong('fund_flows', flowRows(last.event, last.lines), found);
  }

  /** The next row of what is published, in the order of a bundle. */
  row(kind: Kind, text: string): void {
    this.published ??= new PublishedAudit(new PublishedRows(this.book, this.events));
    this.found(this.published.take(kind, text));
  }

  /** @param keys as they are published; what is published is judged where they are given */
  end(keys?: readonly PublishedKey[]): Whole {
    if (this.only !== 'entries') {
      this.log.end();
      if (keys !== undefined) this.log.publishedKeys(keys);
    }
    if (keys !== undefined && this.only !== 'log') {
      this.published ??= new PublishedAudit(new PublishedRows(this.book, this.events));
      this.found(this.published.missing());
    }
    return {
      book: this.book,
      size: this.size,
      root: this.log.root().toString('base64'),
      signers: this.log.signers,
      checkpoint: this.log.checkpoint,
      checkpoints: this.checkpoints,
      published: this.published === undefined ? null : this.counts(this.published),
    };
  }

  private counts({ counts }: PublishedAudit): Record<string, number> {
    const lines = (counts.disclosure_lines ?? 0) + this.lines.count;
    return { ...counts, disclosure_lines: lines, notice_rows: this.notices.rows };
  }

  private shownSinceWrong(table: string, own: object, found: unknown): void {
    const { field, expected, found: theirs } = firstDifference(own, found, table);
    const isRight = JSON.stringify(own) === JSON.stringify(found);
    this.found({
      path: field,
      expected: isRight ? 'nothing, since it is what the entry says' : shown(expected),
      found: shown(theirs),
    });
  }

  private found(misfit: Misfit | undefined): void {
    if (misfit === undefined) return;
    const { path: field, expected, found } = misfit;
    throw new Different({ book: this.book, seq: this.size === 0 ? null : this.size - 1, field, expected, found });
  }
}
