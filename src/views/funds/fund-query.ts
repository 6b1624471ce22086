import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { settlementKey } from '../../domain/funds/settlement.js';
import { formatYuan, type Yuan } from '../../domain/money.js';
import { Refusal } from '../../domain/refusal.js';
import { EventStore, parseEvent } from '../../event-store/event-store.js';
import { type EntryItem, entryOf } from '../engine/answers.js';
import { timeOf } from '../engine/cause.js';
import type { Moment } from '../engine/moment.js';
import { type Page, type PageRequest, pageOf, parseCursor } from '../engine/page.js';
import type { RowSource } from '../engine/row-source.js';
import { bind, type Standing } from '../engine/standing.js';
import { ViewReader } from '../engine/view-reader.js';
import { entriesFrom, eventsAt, type FlowOfEntry, flowsOfFund } from './fund-entries.js';
import { type FundDispatchRow, fundDispatches, fundFlowTotals, fundPlaces, funds } from './fund-tables.js';
import { fundsView } from './funds.js';
import { type FundItem, fundItem } from './funds-query.js';

export interface FlowTotalItem {
  from: string;
  to: string;
  amount: Yuan;
}

export interface FlowItem extends FlowTotalItem {
  type: string;
  entry: EntryItem;
  /** Seq of the entry that this move takes back. */
  reverses: number | null;
}

export interface DispatchItem {
  dispatch: string;
  toBook: string;
  amount: Yuan;
  entry: EntryItem;
  state: 'in_transit' | 'arrived' | 'reversed';
  /** The entry of the other book that took it in. */
  arrival: (EntryItem & { book: string }) | null;
  reversedBy: number | null;
}

export interface FundDetail extends FundItem {
  /** Where it stands; the amounts sum to zero with that of its source. */
  places: { account: string; amount: Yuan }[];
  /** What went from where to where, in all and entry by entry (a page of them). */
  flow: { totals: FlowTotalItem[]; entries: FlowItem[]; next: string | null };
  dispatches: DispatchItem[];
  seq: number;
}

/** One fund: its facts, where it stands, and its flow; the page is that of the flow's entries. */
export class FundQuery extends Query<FundDetail> {
  constructor(
    readonly book: string,
    readonly fund: string,
    readonly moment: Moment,
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(FundQuery)
export class FundHandler implements IQueryHandler<FundQuery> {
  constructor(
    private readonly reader: ViewReader,
    private readonly store: EventStore,
  ) {}

  /** Refusal: fund_unknown. */
  async execute({ book, fund, moment, page }: FundQuery): Promise<FundDetail> {
    const [afterSeq = -1, afterPart = -1] = (parseCursor(page.after, ['number', 'number']) ?? []) as number[];
    const answer = async (rows: RowSource, seq: number, standing?: Standing) => {
      const [row, places, entries, dispatched, totals] = await Promise.all([
        rows.one(funds, [fund]),
        rows.list(fundPlaces, { where: { fund, amountFen: { not: 0n } }, orderBy: ['account'] }),
        // Each has one flow at least, but that of the cursor may have none after it.
        entriesFrom(rows, fund, afterSeq, page.limit + 2),
        rows.list(fundDispatches, { where: { fund }, orderBy: ['dispatch'] }),
        this.totals(rows, fund),
      ]);
      if (row === undefined) throw new Refusal('fund_unknown', `There is no fund ${fund}.`, { fund });
      return { row, places, totals, entries, dispatched, seq, standing };
    };
    const found = await this.reader.read(fundsView, book, moment, answer, fund);
    const flows = await this.flows(book, fund, found.entries.slice(0, page.limit + 2));
    const later = flows.filter(({ seq, part }) => seq > afterSeq || part > afterPart);
    const { items, next } = flowPage(later, page, found.seq);
    const detail = {
      ...fundItem(found.row),
      places: found.places.map(({ account, amountFen }) => ({ account, amount: formatYuan(amountFen) })),
      flow: { totals: found.totals, entries: items, next },
      dispatches: await this.dispatches(book, found.dispatched, found.seq, moment.effectiveOn),
      seq: found.seq,
    };
    // Whether a dispatch has arrived stands in another book.
    return found.dispatched.length === 0 ? bind(detail, found.standing) : detail;
  }

  private async flows(book: string, fund: string, seqs: readonly number[]): Promise<FlowOfEntry[]> {
    const flows: FlowOfEntry[] = [];
    for await (const event of eventsAt(this.store, book, seqs)) flows.push(...flowsOfFund(event, fund));
    return flows;
  }

  private async totals(rows: RowSource, fund: string): Promise<FlowTotalItem[]> {
    const where = { fund, amountFen: { not: 0n } };
    const totals = await rows.list(fundFlowTotals, { where, orderBy: ['fromAccount', 'toAccount'] });
    return totals.map(({ fromAccount, toAccount, amountFen }) => ({
      from: fromAccount,
      to: toAccount,
      amount: formatYuan(amountFen),
    }));
  }

  /**
   * Only the other book knows of an arrival. It counts if that book had recorded it when this book recorded the entry at
   * which the answer stands; for the latest entry, which is now, any arrival counts.
   */
  private async dispatches(
    book: string,
    rows: FundDispatchRow[],
    seq: number,
    effectiveOn: string | undefined,
  ): Promise<DispatchItem[]> {
    if (rows.length === 0) return [];
    const claims = await this.store.findClaims(rows.map(({ dispatch }) => settlementKey(book, dispatch)));
    const settled = new Map(claims.map((claim) => [claim.key, claim]));
    const knownAt = await this.knownAt(book, seq);
    return Promise.all(
      rows.map(async (row) => {
        const claim = settled.get(settlementKey(book, row.dispatch));
        const arrival =
          claim === undefined || claim.book === book ? undefined : await this.entry(claim.book, claim.seq);
        const isKnown = arrival !== undefined && (knownAt === undefined || arrival.recordedAt <= knownAt);
        const counts = isKnown && (effectiveOn === undefined || arrival.effectiveDate <= effectiveOn);
        return dispatchItem(row, counts && claim !== undefined ? { book: claim.book, ...arrival } : null);
      }),
    );
  }

  /** Undefined where no later entry exists. */
  private async knownAt(book: string, seq: number): Promise<string | undefined> {
    const isLatest = (await this.store.revision(book)) === seq;
    return isLatest ? undefined : (await this.entry(book, seq)).recordedAt;
  }

  private async entry(book: string, seq: number): Promise<EntryItem> {
    const [stored] = await this.store.read(book, seq, 1);
    if (stored === undefined) throw new Error(`entry ${seq} of book ${book} is missing`);
    return entryOf(timeOf(parseEvent(stored)));
  }
}

function flowPage(rows: FlowOfEntry[], page: PageRequest, seq: number): Page<FlowItem> {
  return pageOf(
    rows,
    page,
    seq,
    (row) => [row.seq, row.part],
    (row) => ({
      type: row.type,
      from: row.fromAccount,
      to: row.toAccount,
      amount: formatYuan(row.amountFen),
      entry: entryOf(row),
      reverses: row.reverses,
    }),
  );
}

function dispatchItem(row: FundDispatchRow, arrival: DispatchItem['arrival']): DispatchItem {
  const { dispatch, toBook, amountFen, status } = row;
  const state = status === 'reversed' ? 'reversed' : arrival === null ? 'in_transit' : 'arrived';
  const reversedBy = row.reversedBy ?? null;
  return { dispatch, toBook, amount: formatYuan(amountFen), entry: entryOf(row), state, arrival, reversedBy };
}
