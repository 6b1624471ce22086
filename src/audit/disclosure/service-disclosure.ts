import type { BookEvent } from '../../domain/event.js';
import { Different, shown } from '../difference.js';
import type { EventAudit } from '../event-audit.js';
import { canonicalText } from '../notice-rows.js';
import { PublishedRows } from '../published.js';
import { type Fields, firstDifference } from '../row-misfit.js';
import type { Misfit } from '../shape.js';
import { NoticeAudit } from './notice-audit.js';
import { ServiceLines } from './service-lines.js';

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

/** Holds what a service answers to everybody about one book against what its entries say. */
export class ServiceDisclosure {
  private readonly lines: ServiceLines;
  private readonly notices: NoticeAudit;
  private sums = 0;
  private lastRecordedAt = '';

  constructor(
    private readonly book: string,
    private readonly events: EventAudit,
    private readonly service: DisclosingService,
  ) {
    this.lines = new ServiceLines(book, events, service.entry);
    this.notices = new NoticeAudit((seq) => events.reversedBy(seq));
  }

  /** After each entry. */
  note(): void {
    this.lastRecordedAt = this.events.last?.event.recordedAt ?? '';
    this.lines.note();
  }

  /** How much was compared, by what it is; undefined where the service discloses nothing of the division. Error: Different. */
  async compare(): Promise<Record<string, number> | undefined> {
    const published = new PublishedRows(this.book, this.events);
    if ((await this.service.json(`/divisions/${this.book}`)) === undefined) return undefined;
    this.lines.end(published);
    for (const kind of Object.keys(LISTS) as (keyof typeof LISTS)[]) await this.compareLines(kind);
    const missing = await this.lines.missing();
    if (missing !== undefined) this.differ(missing, missing.seq);
    await this.compareSums(published);
    for (const { facts, seq, recordedAt } of this.events.notices.all())
      await this.compareNotice(facts, seq, recordedAt);
    return { disclosure_lines: this.lines.count, disclosure_sums: this.sums, notice_rows: this.notices.rows };
  }

  private async compareLines(kind: keyof typeof LISTS): Promise<void> {
    const asked = `book=${this.book}&atSeq=${this.last}&limit=${LINES_A_PAGE}&sort=date&order=asc`;
    for (let after = ''; ; ) {
      const path = `/divisions/${this.book}/${LISTS[kind]}?${asked}${after}`;
      const { items, next } = (await this.service.json(path)) ?? {};
      const shownNow = Array.isArray(items) ? (items as Fields[]) : [];
      if (shownNow.length === 0 && typeof next === 'string')
        this.differ({ path: LISTS[kind], expected: 'lines where a page has another after it', found: 'none' });
      for (const item of shownNow) {
        const misfit = await this.lines.take(kind, item);
        if (misfit !== undefined) this.differ(misfit, misfit.seq);
      }
      if (typeof next !== 'string') return;
      after = `&after=${encodeURIComponent(next)}`;
    }
  }

  /** Of each division about which this book alone knows. */
  private async compareSums(published: PublishedRows): Promise<void> {
    const fieldsOf = (kind: 'disclosureMoney' | 'disclosureCount') =>
      [...published.rows(kind)].map((row) => row.fields() as Fields);
    const money = Map.groupBy(fieldsOf('disclosureMoney'), ({ division }) => String(division));
    const counts = Map.groupBy(fieldsOf('disclosureCount'), ({ division }) => String(division));
    for (const division of new Set([...money.keys(), ...counts.keys()])) {
      const found = await this.sumsOf(division);
      if (found === undefined) continue;
      this.compareRows(`disclosure_money[${division}]`, money.get(division), found.money, 'amount');
      this.compareRows(`disclosure_counts[${division}]`, counts.get(division), found.counts, 'count');
      this.sums += 1;
    }
  }

  /** As of the last entry that was judged; undefined where other books have a part in them, or entries came meanwhile. */
  private async sumsOf(division: string): Promise<Fields | undefined> {
    const isOfBook = (found: Fields | undefined) =>
      canonicalText(found?.books) === canonicalText([{ book: this.book, seq: this.last }]);
    const now = await this.service.json(`/divisions/${division}`);
    if (isOfBook(now)) return now;
    const then = await this.service.json(`/divisions/${division}?asOf=${this.lastRecordedAt}`);
    return isOfBook(then) ? then : undefined;
  }

  private compareRows(path: string, expected: readonly Fields[] = [], found: unknown, value: string): void {
    const shownRows = Array.isArray(found) ? (found as Fields[]) : [];
    const nameOf = ({ kind, category, level, use, outcome, year }: Fields) =>
      kind === undefined ? `${level} ${use} ${outcome} ${year}` : `${kind} ${category}`;
    const left = new Map(expected.map((row) => [nameOf(row), row[value]]));
    for (const row of shownRows) {
      const name = nameOf(row);
      const sum = left.get(name);
      if (sum !== row[value]) this.differ({ path: `${path}[${name}]`, expected: shown(sum), found: shown(row[value]) });
      left.delete(name);
    }
    for (const [name, sum] of left) this.differ({ path: `${path}[${name}]`, expected: shown(sum), found: 'nothing' });
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
    const rows = Array.isArray(found.rows) ? found.rows : [];
    const entries = new Map<number, BookEvent>();
    for (const cited of this.notices.standing({ data }, rows)) {
      const entry = await this.service.entry(cited);
      if (entry !== undefined) entries.set(cited, entry);
    }
    const misfit = this.notices.judge({ data }, found.rows, () => entries);
    if (misfit !== undefined) this.differ(misfit, seq);
  }

  private get last(): number {
    return this.events.count - 1;
  }

  private differ({ path: field, expected, found }: Misfit, seq = this.last): never {
    throw new Different({ book: this.book, seq, field, expected, found });
  }
}
