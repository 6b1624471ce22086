import { followFund, goOn, type Move, type Parcel, placeOf, reversals } from '../../audit/trace/parcels.js';
import { account, accountId, accountKind } from '../../domain/account.js';
import { settlementKey } from '../../domain/funds/settlement.js';
import { Refusal } from '../../domain/refusal.js';
import { type EventStore, parseEvent } from '../../event-store/event-store.js';
import type { RowSource } from '../engine/row-source.js';
import type { View } from '../engine/view.js';
import type { ViewReader } from '../engine/view-reader.js';
import { entriesOf, eventsAt, flowsOfFund } from '../funds/fund-entries.js';
import { type FundRow, funds } from '../funds/fund-tables.js';
import { fundsView } from '../funds/funds.js';

export interface TracedFund {
  book: string;
  row: FundRow;
  moves: Move[];
}

/** Where an arrival stands in a book that the asker may open (`fund`) or not. */
interface Arrival {
  seq: number;
  fund: string | undefined;
}

/**
 * One trace under way: reads the moves of funds, book by book, each book as it stood at one entry, and goes from one book
 * to the next where money was dispatched and arrived.
 */
export class Tracing {
  private readonly seqs = new Map<string, number>();
  private readonly funds = new Map<string, Promise<TracedFund>>();
  private readonly whole = new Map<string, Promise<Parcel[]>>();
  private readonly fundLists = new Map<string, Promise<FundRow[]>>();

  /**
   * @param instant as all other books knew it then; undefined for now
   * @param mayOpen whether the asker's token covers a book; of others it is told only what crossed into or out of them
   */
  constructor(
    private readonly reader: ViewReader,
    private readonly store: EventStore,
    first: { book: string; seq: number },
    private readonly instant: Date | undefined,
    private readonly mayOpen: (book: string) => boolean,
  ) {
    this.seqs.set(first.book, first.seq);
  }

  /** The entry at which a book is looked at: entries after it count as not yet there. */
  async seqOf(book: string): Promise<number> {
    const known = this.seqs.get(book);
    if (known !== undefined) return known;
    const { store, instant } = this;
    const seq = await (instant === undefined ? store.revision(book) : store.revisionAsOf(book, instant));
    this.seqs.set(book, seq);
    return seq;
  }

  /** What a view holds of a book, at that entry or later: what came later is for the caller to leave out. */
  async rows<T>(view: View, book: string, answer: (rows: RowSource, seq: number) => Promise<T>): Promise<T> {
    const seq = await this.seqOf(book);
    return this.reader.read(view, book, { minSeq: seq }, (rows) => answer(rows, seq));
  }

  /** All funds that were followed, for whoever wants to tell what was reversed in them. */
  tracedFunds(): Promise<TracedFund[]> {
    return Promise.all(this.funds.values());
  }

  openedBooks(): { book: string; seq: number }[] {
    return [...this.seqs].map(([book, seq]) => ({ book, seq })).sort((a, b) => (a.book < b.book ? -1 : 1));
  }

  /** Refusal: fund_unknown. */
  fund(book: string, id: string): Promise<TracedFund> {
    return kept(this.funds, `${book}/${id}`, () => this.readFund(book, id));
  }

  /** Forward: where the money of a fund stands, in whatever book. */
  async forward(book: string, id: string, arrived?: readonly Parcel[]): Promise<Parcel[]> {
    const { moves } = await this.fund(book, id);
    const stood = followFund(book, id, moves, arrived);
    const ends = stood.filter((parcel) => dispatchedTo(parcel) === undefined);
    const dispatched = Map.groupBy(
      stood.filter((parcel) => dispatchedTo(parcel) !== undefined),
      (parcel) => parcel.hop.seq,
    );
    for (const [seq, parcels] of dispatched) ends.push(...(await this.beyond(book, id, seq, parcels)));
    return ends;
  }

  /** Back: where the money of a fund stands in its book, each parcel with its way from the first source on. */
  withOrigins(book: string, id: string): Promise<Parcel[]> {
    return kept(this.whole, `${book}/${id}`, async () => {
      const fund = await this.fund(book, id);
      return followFund(book, id, fund.moves, await this.arrived(fund));
    });
  }

  private async readFund(book: string, id: string): Promise<TracedFund> {
    const { row, seqs } = await this.rows(fundsView, book, async (rows, lastSeq) => {
      const row = await rows.one(funds, [id]);
      if (row === undefined || row.seq > lastSeq) {
        throw new Refusal('fund_unknown', `There is no fund ${id}.`, { field: 'fund', fund: id });
      }
      return { row, seqs: (await entriesOf(rows, id)).filter((seq) => seq <= lastSeq) };
    });
    const moves: Move[] = [];
    for await (const event of eventsAt(this.store, book, seqs)) {
      for (const { seq, type, fromAccount: from, toAccount: to, amountFen, reverses } of flowsOfFund(event, id))
        moves.push({ seq, type, from, to, amountFen, reverses });
    }
    return { book, row, moves };
  }

  /** Money that one dispatch took along: where it stands after its arrival, or in transit. */
  private async beyond(book: string, id: string, seq: number, parcels: Parcel[]): Promise<Parcel[]> {
    const toBook = dispatchedTo(parcels[0]) ?? '';
    const arrival = await this.arrivalOf(book, id, seq, toBook);
    if (arrival === undefined) return parcels;
    const step = {
      book: toBook,
      seq: arrival.seq,
      type: 'funds.received',
      from: placeOf(book, account.transit(toBook)),
    };
    const { fund } = arrival;
    if (fund === undefined) return parcels.map((parcel) => goOn(parcel, { ...step, to: toBook, fund: id }));
    const to = placeOf(toBook, account.source(fund));
    const arrived = parcels.map((parcel) => goOn(parcel, { ...step, to, fund: id, becomes: fund }));
    return this.forward(toBook, fund, arrived);
  }

  private async arrivalOf(book: string, id: string, seq: number, toBook: string): Promise<Arrival | undefined> {
    if (!this.mayOpen(toBook)) return this.closedArrival(book, seq, toBook);
    const lastSeq = await this.seqOf(toBook);
    if (lastSeq < 0) return undefined;
    const list = await kept(this.fundLists, toBook, () =>
      this.rows(fundsView, toBook, (rows) => rows.list(funds, { orderBy: ['id'] })),
    );
    const row = list.find(
      ({ origin, seq: since, reversedBy }) =>
        origin?.book === book &&
        origin.fund === id &&
        origin.seq === seq &&
        since <= lastSeq &&
        (reversedBy ?? Number.POSITIVE_INFINITY) > lastSeq,
    );
    return row === undefined ? undefined : { seq: row.seq, fund: row.id };
  }

  /** That it arrived is known to the sender too; what became of it is not. */
  private async closedArrival(book: string, seq: number, toBook: string): Promise<Arrival | undefined> {
    const [stored] = await this.store.read(book, seq, 1);
    const dispatch = stored === undefined ? undefined : parseEvent(stored);
    if (dispatch?.type !== 'funds.dispatched') throw new Error(`entry ${seq} of book ${book} is no dispatch`);
    const [claim] = await this.store.findClaims([settlementKey(book, dispatch.data.id)]);
    const isArrival = claim !== undefined && claim.book === toBook;
    return isArrival && claim.seq <= (await this.seqOf(toBook)) ? { seq: claim.seq, fund: undefined } : undefined;
  }

  /** An arrival follows its dispatch, whatever the clocks of the two books said. */
  private async include(book: string, seq: number): Promise<void> {
    if (seq <= (await this.seqOf(book))) return;
    this.seqs.set(book, seq);
    for (const cache of [this.funds, this.whole]) {
      for (const key of cache.keys()) if (key.startsWith(`${book}/`)) cache.delete(key);
    }
  }

  /** What the sender dispatched, at the source of the fund that it became here. */
  private async arrived({ book, row, moves }: TracedFund): Promise<Parcel[] | undefined> {
    const { origin } = row;
    if (origin === null || origin === undefined) return undefined;
    const to = placeOf(book, account.source(row.id));
    const step = { book, seq: row.seq, type: 'funds.received', to, fund: origin.fund, becomes: row.id };
    if (!this.mayOpen(origin.book)) {
      const reversedBy = reversals(moves);
      return moves
        .filter(({ type, seq, reverses }) => type === 'funds.received' && reverses === null && !reversedBy.has(seq))
        .map(({ amountFen }) => goOn({ amountFen }, { ...step, from: origin.book }));
    }
    await this.include(origin.book, origin.seq);
    const sent = await this.withOrigins(origin.book, origin.fund);
    return sent
      .filter(({ hop }) => hop.seq === origin.seq)
      .map((parcel) => goOn(parcel, { ...step, from: parcel.hop.to }));
  }
}

/** The book to which a parcel was dispatched, where it stands in transit. */
function dispatchedTo(parcel: Parcel | undefined): string | undefined {
  const name = parcel?.hop.to.slice(parcel.hop.to.indexOf('/') + 1) ?? '';
  return accountKind(name) === 'transit' ? accountId(name) : undefined;
}

function kept<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}
