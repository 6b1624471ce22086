import type { BookEvent } from '../../domain/event.js';
import { canonicalText } from '../canonical-text.js';
import { Different, shown } from '../difference.js';
import type { EventAudit } from '../event-audit.js';
import type { Whole } from '../log-audit.js';
import { NoticeAudit } from '../notices/notice-audit.js';
import { PublishedRows } from '../published.js';
import { type Fields, fieldsIn, firstDifference } from '../row-misfit.js';
import type { Misfit } from '../shape.js';
import { ServiceLines } from './service-lines.js';
import { isRegistered, ServiceSums } from './service-sums.js';

const LISTS = {
  fund: 'funds',
  allocation: 'allocations',
  integration: 'integrations',
  project: 'projects',
  payout: 'payouts',
  asset: 'assets',
  income: 'income',
  notice: 'notices',
} as const;
const LINES_A_PAGE = 200;

export interface DisclosingService {
  /** JSON at an address below `/v1/disclosure`, its texts byte for byte; undefined where there is none (404). */
  json: (path: string) => Promise<Fields | undefined>;
  /** An entry that was judged. */
  entry: (seq: number) => Promise<BookEvent | undefined>;
}

type OnLines = (count: number, all: number) => void;

/** How much was compared, by what it is, null where the service discloses nothing of the division; and what could not be. */
export type Compared = Pick<Whole, 'published' | 'notCompared'>;

/** Holds what a service answers to everybody about one book against what its entries say. */
export class ServiceDisclosure {
  private readonly lines: ServiceLines;
  private readonly notices: NoticeAudit;
  private lastRecordedAt = '';

  constructor(
    private readonly book: string,
    private readonly events: EventAudit,
    private readonly service: DisclosingService,
  ) {
    this.lines = new ServiceLines(book, events, service.entry);
    this.notices = new NoticeAudit(events);
  }

  /** After each entry. */
  note(): void {
    this.lastRecordedAt = this.events.last?.event.recordedAt ?? '';
    this.lines.note();
  }

  /** Error: Different. */
  async compare(onLines: OnLines = () => undefined): Promise<Compared> {
    const published = new PublishedRows(this.book, this.events);
    // Only of a division of the register has a service anything to show.
    const isShown = isRegistered(this.book) || (await this.service.json(`/divisions/${this.book}`)) !== undefined;
    if (!isShown) return { published: null, notCompared: [] };
    this.lines.end(published);
    for (const kind of Object.keys(LISTS) as (keyof typeof LISTS)[]) await this.compareLines(kind, onLines);
    const missing = await this.lines.missing();
    if (missing !== undefined) this.differ(missing, missing.seq);
    const sums = await this.compareSums(published);
    for (const { facts, seq, recordedAt } of this.events.notices.all())
      await this.compareNotice(facts, seq, recordedAt);
    const counts = {
      disclosure_lines: this.lines.count,
      disclosure_sums: sums.compared,
      notice_rows: this.notices.rows,
    };
    return { published: counts, notCompared: sums.notCompared };
  }

  private async compareLines(kind: keyof typeof LISTS, onLines: OnLines): Promise<void> {
    const asked = `book=${this.book}&atSeq=${this.last}&limit=${LINES_A_PAGE}&sort=date&order=asc`;
    for (let after = ''; ; ) {
      const path = `/divisions/${this.book}/${LISTS[kind]}?${asked}${after}`;
      const { items, next } = (await this.service.json(path)) ?? {};
      const shownNow = fieldsIn(items);
      if (shownNow.length === 0 && typeof next === 'string')
        this.differ({ path: LISTS[kind], expected: 'lines where a page has another after it', found: 'none' });
      for (const item of shownNow) {
        const misfit = await this.lines.take(kind, item);
        if (misfit !== undefined) this.differ(misfit, misfit.seq);
      }
      onLines(shownNow.length, this.lines.expected);
      if (typeof next !== 'string') return;
      after = `&${new URLSearchParams({ after: next })}`;
    }
  }

  private async compareSums(published: PublishedRows): Promise<ServiceSums> {
    const { book, last: seq, lastRecordedAt: recordedAt } = this;
    const sums = new ServiceSums(published, { book, seq, recordedAt, json: this.service.json });
    const misfit = await sums.compare();
    if (misfit !== undefined) this.differ(misfit);
    return sums;
  }

  private async compareNotice(
    data: Extract<BookEvent, { type: 'notice.published' }>['data'],
    seq: number,
    recordedAt: string,
  ): Promise<void> {
    const found = (await this.service.json(`/books/${this.book}/notices/${data.id}`)) ?? {};
    const expected = { book: this.book, notice: data, recordedAt, seq };
    const theirs = { book: found.book, notice: found.notice, recordedAt: found.recordedAt, seq: found.seq };
    if (canonicalText(expected) !== canonicalText(theirs)) {
      const first = firstDifference(expected, JSON.parse(canonicalText(theirs)), `notices[${data.id}]`);
      this.differ({ path: first.field, expected: shown(first.expected), found: shown(first.found) }, seq);
    }
    const planned = this.notices.plan({ data });
    const entries = new Map<number, BookEvent | undefined>();
    for (const read of planned.reads) entries.set(read, await this.service.entry(read));
    const misfit = this.notices.judge(planned, found.rows, (cited) => entries.get(cited));
    if (misfit !== undefined) this.differ(misfit, seq);
  }

  private get last(): number {
    return this.events.count - 1;
  }

  private differ({ path: field, expected, found }: Misfit, seq = this.last): never {
    throw new Different({ book: this.book, seq, field, expected, found });
  }
}
