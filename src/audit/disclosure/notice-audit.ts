import type { BookEvent, EventOf } from '../../domain/event.js';
import { textOf } from '../difference.js';
import { citedBy, type FoundRows, rowsMisfit } from '../notice-rows.js';
import type { Misfit } from '../shape.js';

type Notice = Pick<EventOf<'notice.published'>, 'data'>;

/** What is said of a notice: its id and its rows, texts byte for byte. */
export interface FoundNotice {
  id: unknown;
  rows: unknown;
}

/** Holds the rows of notices, as they are published, against the entries that they rest on. */
export class NoticeAudit {
  /** Rows that are as they must be. */
  rows = 0;
  private due: Notice | undefined;

  /** @param reversedBy the entry that reversed one, if one did */
  constructor(private readonly reversedBy: (seq: number) => number | undefined) {}

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
    return this.judge(due, rows, (seqs) => new Map(seqs.flatMap((seq) => pair(seq, read(seq)))));
  }

  /** @param entries reads those entries */
  judge(
    notice: Notice,
    rows: unknown,
    entries: (seqs: readonly number[]) => ReadonlyMap<number, BookEvent>,
  ): Misfit | undefined {
    if (!Array.isArray(rows)) return { path: pathOf(notice), expected: `${notice.data.rows} rows`, found: 'none' };
    const read = entries(this.standing(notice, rows));
    const misfit = rowsMisfit(rows, notice, (seq) => read.get(seq));
    if (misfit !== undefined) return { ...misfit, path: `${pathOf(notice)}.${misfit.path}` };
    this.rows += rows.length;
    return undefined;
  }

  /** The entries that its rows rest on, as far as they counted when it was published. */
  standing({ data }: Notice, rows: FoundRows): number[] {
    return citedBy(rows).filter(
      (seq) => seq <= data.asOfSeq && (this.reversedBy(seq) ?? Number.POSITIVE_INFINITY) > data.asOfSeq,
    );
  }
}

function pair(seq: number, event: BookEvent | undefined): [number, BookEvent][] {
  return event === undefined ? [] : [[seq, event]];
}

function pathOf({ data }: Notice): string {
  return `notices[${data.id}]`;
}
