import type { BookEvent, EventOf } from '../domain/event.js';
import { formatYuan } from '../domain/money.js';
import { builtUpon } from './built-upon.js';
import { type Parts, utf8 } from './byte-text.js';
import { dayOf } from './days.js';
import { Different, shown } from './difference.js';
import { MadeLines } from './disclosure/made-lines.js';
import { PASSING } from './event-reader.js';
import { Ledger } from './ledger.js';
import { type Line, linesOf, moveMisfit } from './moves.js';
import { DIGITS } from './notices/notice-words.js';
import { ArrivalRegister } from './registers/arrivals.js';
import { AssetRegister } from './registers/assets.js';
import { ClaimRegister } from './registers/claims.js';
import { DivisionSums } from './registers/divisions.js';
import { fundFactsMisfit } from './registers/fund-facts.js';
import { FundRegister } from './registers/funds.js';
import { NoticeRegister } from './registers/notices.js';
import { PeopleRegister } from './registers/people.js';
import { ProjectRegister } from './registers/projects.js';
import { reversedKeys, type Subject, subjectOf } from './registers/reversed-keys.js';
import type { Misfit } from './shape.js';
import { splitMisfit } from './split.js';
import { TextTable } from './text-table.js';

/** What an entry has an id of its own for, that no other of its type may bear. */
const NAMED: ReadonlySet<BookEvent['type']> = new Set([
  'fund.adjusted',
  'funds.allocated',
  'funds.integrated',
  'funds.dispatched',
  'funds.received',
  'payment.made',
  'subsidy.paid',
  'asset.ownership_changed',
  'income.received',
]);

/** Checks the events of a book, one after the other from the first, and makes what follows from them. */
export class EventAudit {
  readonly ledger: Ledger;
  readonly divisions: DivisionSums;
  readonly funds = new FundRegister();
  readonly projects: ProjectRegister;
  readonly people: PeopleRegister;
  readonly assets: AssetRegister;
  readonly claims: ClaimRegister;
  readonly arrivals = new ArrivalRegister(this.funds);
  readonly notices: NoticeRegister;
  readonly madeLines: MadeLines;
  /** The last entry that was taken in. */
  last: { event: BookEvent; lines: readonly Line[] } | undefined;
  /** The idempotency key of each entry, under its seq. */
  private readonly keys: TextTable;
  private readonly ids = new Map<BookEvent['type'], TextTable>();
  /** What each entry is and speaks of, since a reversal names it: of a passing one the number of its id. */
  private readonly types: BookEvent['type'][] = [];
  private readonly subjects: (Subject | number)[] = [];
  private readonly reversed = new Map<number, number>();
  private readonly closed = new Set<string>();
  private readonly ownersOf = (asset: string) => this.assets.ownersOf(asset);
  private readonly stands = (seq: number) => !this.reversed.has(seq);
  private lastRecordedAt = '';
  private lastId = 0;

  /** @param entries how many there may well be */
  constructor(
    private readonly book: string,
    entries = 0,
  ) {
    this.ledger = new Ledger(entries);
    this.keys = new TextTable(entries);
    this.divisions = new DivisionSums(book);
    this.projects = new ProjectRegister(this.divisions);
    this.people = new PeopleRegister(this.divisions, this.idsOf('subsidy.paid'));
    this.assets = new AssetRegister(this.divisions);
    this.notices = new NoticeRegister(this.divisions);
    this.claims = new ClaimRegister(book);
    this.madeLines = new MadeLines(book, this);
  }

  get count(): number {
    return this.types.length;
  }

  /** Takes in the next event, which is one of its type to the last field. Error: Different. */
  take(event: BookEvent): void {
    const lines = linesOf(event.postings);
    const found =
      this.placeMisfit(event) ??
      (Array.isArray(lines) ? (moveMisfit(event, lines) ?? this.ruleMisfit(event, lines)) : lines);
    if (found !== undefined) this.differ(found);
    this.types.push(event.type);
    this.subjects.push(PASSING.has(event.type) ? this.lastId : subjectOf(event));
    this.lastRecordedAt = event.recordedAt;
    this.last = { event, lines: lines as Line[] };
  }

  /** Undefined where there is no such entry. */
  typeOf(seq: number): BookEvent['type'] | undefined {
    return this.types[seq];
  }

  /** The entry that reversed another; undefined while that one stands. */
  reversedBy(seq: number): number | undefined {
    return this.reversed.get(seq);
  }

  /** The disclosure lines that the last entry made and that no other changes, as a bundle has them after it. */
  linesMade(): readonly Parts[] {
    return this.last === undefined ? [] : this.madeLines.of(this.last.event, this.last.lines);
  }

  private placeMisfit(event: BookEvent): Misfit | undefined {
    const { book, seq, command, documents, recordedAt, effectiveDate, type } = event;
    if (seq !== this.count) return { path: 'seq', expected: `${this.count}`, found: `${seq}` };
    if (book !== this.book) return { path: 'book', expected: shown(this.book), found: shown(book) };
    if ((type === 'book.opened') !== (seq === 0))
      return {
        path: 'type',
        expected: seq === 0 ? shown('book.opened') : 'anything but book.opened',
        found: shown(type),
      };
    const earlier = this.keys.numberOf(command);
    if (earlier !== seq)
      return { path: 'command', expected: 'a key of its own', found: `${command}, the key of entry ${earlier}` };
    if (recordedAt < this.lastRecordedAt)
      return { path: 'recordedAt', expected: `${shown(this.lastRecordedAt)} or later`, found: shown(recordedAt) };
    // As texts a day comes before every instant in it; what is left is a day that began in China while it was the one before in UTC.
    if (effectiveDate > recordedAt && effectiveDate > dayOf(recordedAt))
      return { path: 'effectiveDate', expected: `${shown(dayOf(recordedAt))} or earlier`, found: shown(effectiveDate) };
    if (documents.length > 1 && new Set(documents).size < documents.length)
      return { path: 'documents', expected: 'each document once', found: shown(documents) };
    if (this.closed.size > 0 && this.closed.has(effectiveDate.slice(0, 7)))
      return { path: 'effectiveDate', expected: 'a day of a month that is not closed', found: shown(effectiveDate) };
    return undefined;
  }

  private ruleMisfit(event: BookEvent, lines: readonly Line[]): Misfit | undefined {
    const found =
      event.type === 'entry.reversed'
        ? this.reverse(event, lines)
        : (this.idMisfit(event) ??
          this.holdersMisfit(event) ??
          fundFactsMisfit(event, this.ownersOf) ??
          this.funds.take(event, lines) ??
          this.projects.take(event) ??
          this.people.take(event) ??
          this.assets.take(event) ??
          this.notices.take(event) ??
          splitMisfit(event, lines, this.ledger));
    const wrong = found ?? this.claims.take(event);
    if (wrong !== undefined) return wrong;
    this.arrivals.take(event, lines);
    this.ledger.beginEntry();
    if (event.type === 'entry.reversed') this.ledger.reverse(event.data.seq);
    else for (const { fund, from, to, amountFen } of lines) this.ledger.move(fund, from, to, amountFen);
    if (event.type !== 'entry.reversed') return this.overdraftMisfit(event.seq);
    return this.overdraftMisfit(event.data.seq) ?? this.builtUponMisfit(event);
  }

  private idMisfit(event: BookEvent): Misfit | undefined {
    if (event.type === 'book.opened') {
      const { id, level } = event.data;
      if (id !== this.book) return { path: 'data.id', expected: shown(this.book), found: shown(id) };
      return id.length === DIGITS[level]
        ? undefined
        : { path: 'data.level', expected: `that of ${id}`, found: shown(level) };
    }
    if (event.type === 'funds.dispatched' && event.data.toBook === this.book)
      return { path: 'data.toBook', expected: 'another book', found: shown(this.book) };
    if (event.type === 'period.closed') {
      const { period } = event.data;
      const now = dayOf(event.recordedAt).slice(0, period.length);
      if (period >= now) return { path: 'data.period', expected: `a month before ${now}`, found: shown(period) };
      if (this.closed.has(period))
        return { path: 'data.period', expected: 'a month that is not closed', found: shown(period) };
      this.closed.add(period);
      return undefined;
    }
    if (!NAMED.has(event.type)) return undefined;
    const { id } = event.data as { id: string };
    const ids = this.idsOf(event.type);
    const before = ids.count;
    this.lastId = ids.numberOf(id);
    return this.lastId === before
      ? undefined
      : { path: 'data.id', expected: `an id that no ${event.type} bears`, found: shown(id) };
  }

  private idsOf(type: BookEvent['type']): TextTable {
    let ids = this.ids.get(type);
    if (ids === undefined) {
      ids = new TextTable();
      this.ids.set(type, ids);
    }
    return ids;
  }

  private holdersMisfit(event: BookEvent): Misfit | undefined {
    if (event.type !== 'funds.allocated') {
      const from = event.type === 'funds.dispatched' || event.type === 'subsidy.paid' ? event.data.from : 'bureau';
      return this.holderMisfit('data.from', from, event.type === 'subsidy.paid');
    }
    const { from, to } = event.data;
    if (to.startsWith('pool:') || to.startsWith('income:'))
      return { path: 'data.to', expected: 'a holder that takes allocations', found: shown(to) };
    return this.holderMisfit('data.from', from, false) ?? this.holderMisfit('data.to', to, true);
  }

  /** A bureau, a department and a pool are known by what they hold. */
  private holderMisfit(path: string, holder: string, mustBeOpen: boolean): Misfit | undefined {
    const colon = holder.indexOf(':');
    if (colon < 0) return undefined;
    const id = holder.slice(colon + 1);
    switch (holder.slice(0, colon)) {
      case 'project':
        return mustBeOpen ? this.projects.openMisfit(path, id) : this.projects.standingMisfit(path, id);
      case 'income':
        return this.assets.standingMisfit(path, id);
      case 'collective':
        return this.divisions.inside(path, id);
      default:
        return undefined;
    }
  }

  /** A reversal names an entry that stands, says what that one made, and moves exactly what it moved, back. */
  private reverse(event: EventOf<'entry.reversed'>, lines: readonly Line[]): Misfit | undefined {
    const { seq, type, of } = event.data;
    const standing = this.types[seq];
    if (standing === undefined) return { path: 'data.seq', expected: 'an earlier entry', found: `${seq}` };
    if (standing !== type) return { path: 'data.type', expected: shown(standing), found: shown(type) };
    const by = this.reversed.get(seq);
    if (by !== undefined)
      return { path: 'data.seq', expected: 'an entry that stands', found: `${seq}, reversed by entry ${by}` };
    this.reversed.set(seq, event.seq);
    const moved = this.ledger.linesOf(seq);
    const subject = this.subjects[seq] ?? '';
    const isPayout = type === 'subsidy.paid' && typeof subject === 'number';
    const keys = isPayout
      ? this.people.payouts.named(subject)
      : reversedKeys(
          type,
          typeof subject === 'number' ? this.idsOf(type).text(subject) : subject,
          moved.map(({ way }) => way),
        );
    if (JSON.stringify(of) !== JSON.stringify(keys))
      return { path: 'data.of', expected: shown(keys), found: shown(of) };
    for (let at = 0; at < Math.max(moved.length, lines.length); at += 1) {
      const [line, back] = [moved[at], lines[at]];
      const isBack =
        back?.fund === line?.way.fund &&
        back?.from === line?.way.to &&
        back?.to === line?.way.from &&
        back?.amountFen === line?.amountFen;
      if (isBack) continue;
      const expected = line === undefined ? 'no more' : lineText({ ...line.way, amountFen: -line.amountFen });
      const found =
        back === undefined
          ? 'nothing'
          : lineText({ ...back, from: back.to, to: back.from, amountFen: -back.amountFen });
      return { path: `postings[${2 * at}]`, expected: `${expected}, the negative of entry ${seq}`, found };
    }
    this.funds.reverse(event, lines);
    this.madeLines.strike(event, lines);
    return this.projects.reverse(event) ?? this.people.reverse(event, this.stands) ?? this.assets.reverse(event);
  }

  private builtUponMisfit(event: EventOf<'entry.reversed'>): Misfit | undefined {
    const later = builtUpon(event, this.ledger, this.stands);
    if (later === undefined) return undefined;
    const found = `${event.data.seq}, on which entry ${later} is built`;
    return { path: 'data.seq', expected: 'an entry on which none that stands is built', found };
  }

  private overdraftMisfit(seq: number): Misfit | undefined {
    const place = this.ledger.overdrawn(seq);
    if (place === undefined) return undefined;
    const { account, fund } = place;
    return {
      path: 'postings',
      expected: `${utf8(account)} of fund ${fund} not below 0.00`,
      found: this.ledger.balance(place),
    };
  }

  private differ({ path, expected, found }: Misfit): never {
    throw new Different({ book: this.book, seq: this.count, field: path, expected, found });
  }
}

function lineText({ fund, from, to, amountFen }: Line): string {
  return `${formatYuan(BigInt(amountFen))} of fund ${fund} from ${utf8(from)} to ${utf8(to)}`;
}
