import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { graphOf } from '../../audit/trace/graph.js';
import { type Parcel, placeOf } from '../../audit/trace/parcels.js';
import { account } from '../../domain/account.js';
import { Refusal } from '../../domain/refusal.js';
import { EventStore, parseEvent } from '../../event-store/event-store.js';
import { assets, assetsView } from '../assets/assets.js';
import { InvalidQuery } from '../engine/invalid-query.js';
import type { Moment } from '../engine/moment.js';
import { ViewReader } from '../engine/view-reader.js';
import { fundPlaces, funds } from '../funds/fund-tables.js';
import { fundsView } from '../funds/funds.js';
import { payouts } from '../payouts/payout-tables.js';
import { payoutsView } from '../payouts/payouts.js';
import { reach } from './reached.js';
import { type Trace, traceOf } from './trace.js';
import { Tracing } from './tracing.js';

/** What to trace: a fund forward, an asset or a payout back. */
export interface TraceTarget {
  kind: 'fund' | 'asset' | 'payout';
  id: string;
}

export class TraceQuery extends Query<Trace> {
  constructor(
    readonly book: string,
    readonly target: TraceTarget,
    readonly moment: Pick<Moment, 'atSeq' | 'asOf'>,
    /** Whether the asker's token covers a book. */
    readonly mayOpen: (book: string) => boolean,
  ) {
    super();
  }
}

@QueryHandler(TraceQuery)
export class TraceHandler implements IQueryHandler<TraceQuery> {
  constructor(
    private readonly reader: ViewReader,
    private readonly store: EventStore,
  ) {}

  /** Errors: Refusal book_unknown, fund_unknown, asset_unknown, entry_unknown (a payout); InvalidQuery; ViewBehind. */
  async execute({ book, target, moment, mayOpen }: TraceQuery): Promise<Trace> {
    const seq = await this.seqAt(book, moment);
    const tracing = new Tracing(this.reader, this.store, { book, seq }, await this.instant(book, seq), mayOpen);
    const stood = await this.parcels(tracing, book, target);
    const reached = await reach(tracing, this.store, stood);
    return traceOf(tracing, this.store, { book, seq, target }, graphOf(reached.parcels), reached.assets);
  }

  private async seqAt(book: string, { atSeq, asOf }: Pick<Moment, 'atSeq' | 'asOf'>): Promise<number> {
    const last = await this.store.revision(book);
    if (last < 0) throw new Refusal('book_unknown', `There is no book ${book}.`);
    if (atSeq !== undefined && atSeq > last) {
      throw new InvalidQuery('atSeq', `超出最后一笔 ${last} is beyond entry ${last}, the last of the book`);
    }
    const seq = asOf === undefined ? (atSeq ?? last) : await this.store.revisionAsOf(book, asOf);
    if (seq < 0) throw new Refusal('book_unknown', `There was no book ${book} at that time.`);
    return seq;
  }

  /** When the book recorded that entry; undefined where it is the latest, which is now. */
  private async instant(book: string, seq: number): Promise<Date | undefined> {
    const [at, later] = await this.store.read(book, seq, 2);
    return at === undefined || later === undefined ? undefined : new Date(parseEvent(at).recordedAt);
  }

  private async parcels(tracing: Tracing, book: string, { kind, id }: TraceTarget): Promise<Parcel[]> {
    if (kind === 'fund') return tracing.forward(book, id);
    const seq = kind === 'asset' ? await assetEntry(tracing, book, id) : await payoutEntry(tracing, book, id);
    const [stored] = await this.store.read(book, seq, 1);
    if (stored === undefined) throw new Error(`entry ${seq} of book ${book} is missing`);
    const { postings } = parseEvent(stored);
    const funds = [...new Set(postings.map(({ fund }) => fund))].sort();
    const parcels: Parcel[] = [];
    for (const fund of funds) {
      const ofFund = await tracing.withOrigins(book, fund);
      parcels.push(
        ...ofFund.filter(({ hop }) =>
          kind === 'asset' ? hop.to === placeOf(book, account.asset(id)) : hop.seq === seq,
        ),
      );
    }
    return kind === 'asset' ? [...parcels, ...(await incomeOf(tracing, book, id))] : parcels;
  }
}

/** What the asset earned, and how it was shared. */
async function incomeOf(tracing: Tracing, book: string, asset: string): Promise<Parcel[]> {
  const earned = await tracing.rows(fundsView, book, async (rows, lastSeq) => {
    const places = await rows.list(fundPlaces, { where: { account: account.income(asset) }, orderBy: ['fund'] });
    const ids = places.map(({ fund }) => fund);
    const known = await rows.list(funds, { where: { id: { in: ids } }, orderBy: ['id'] });
    return known.filter(({ seq }) => seq <= lastSeq);
  });
  const parcels: Parcel[] = [];
  for (const { id } of earned) parcels.push(...(await tracing.forward(book, id)));
  return parcels;
}

async function assetEntry(tracing: Tracing, book: string, id: string): Promise<number> {
  return tracing.rows(assetsView, book, async (rows, lastSeq) => {
    const row = await rows.one(assets, [id]);
    if (row !== undefined && row.seq <= lastSeq) return row.seq;
    throw new Refusal('asset_unknown', `There is no asset ${id}.`, { field: 'asset', asset: id });
  });
}

async function payoutEntry(tracing: Tracing, book: string, id: string): Promise<number> {
  return tracing.rows(payoutsView, book, async (rows, lastSeq) => {
    const row = await rows.one(payouts, [id]);
    if (row !== undefined && row.seq <= lastSeq) return row.seq;
    throw new Refusal('entry_unknown', `There is no payout ${id}.`, { field: 'payout', payout: id });
  });
}
