import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { formatYuan, type Yuan } from '../../domain/money.js';
import { type MadeItem, madeOf } from '../engine/answers.js';
import type { Status } from '../engine/cause.js';
import type { Moment } from '../engine/moment.js';
import { type Page, type PageRequest, pageOf, parseCursor } from '../engine/page.js';
import { ViewReader } from '../engine/view-reader.js';
import { type PayoutRow, payouts, payoutTotals } from './payout-tables.js';
import { payoutsView } from './payouts.js';

export interface PayoutItem extends MadeItem {
  id: string;
  policy: string;
  period: string;
  beneficiary: string;
  from: string;
  amount: Yuan;
}

/** Payouts in the order in which they were recorded, the reversed ones among them unless `status` says otherwise. */
export class PayoutsQuery extends Query<Page<PayoutItem>> {
  constructor(
    readonly book: string,
    readonly filter: { policy?: string; period?: string; beneficiary?: string; status?: Status },
    readonly moment: Moment,
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(PayoutsQuery)
export class PayoutsHandler implements IQueryHandler<PayoutsQuery> {
  constructor(private readonly reader: ViewReader) {}

  execute({ book, filter, moment, page }: PayoutsQuery): Promise<Page<PayoutItem>> {
    const after = parseCursor(page.after, ['number']);
    const { policy, period, beneficiary, status } = filter;
    return this.reader.read(payoutsView, book, moment, async (rows, seq) => {
      const where = { policy, period, beneficiary, status };
      const found = await rows.list(payouts, { where, orderBy: ['seq'], after, limit: page.limit + 1 });
      return pageOf(found, page, seq, (row) => [row.seq], payoutItem);
    });
  }
}

function payoutItem(row: PayoutRow): PayoutItem {
  const { id, policy, period, beneficiary, fromAccount, amountFen } = row;
  return { id, policy, period, beneficiary, from: fromAccount, amount: formatYuan(amountFen), ...madeOf(row) };
}

export interface PayoutTotalItem {
  policy: string;
  period: string;
  /** Payouts that stand. */
  count: number;
  amount: Yuan;
}

export class PayoutTotalsQuery extends Query<Page<PayoutTotalItem>> {
  constructor(
    readonly book: string,
    readonly filter: { policy?: string; period?: string },
    readonly moment: Moment,
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(PayoutTotalsQuery)
export class PayoutTotalsHandler implements IQueryHandler<PayoutTotalsQuery> {
  constructor(private readonly reader: ViewReader) {}

  execute({ book, filter, moment, page }: PayoutTotalsQuery): Promise<Page<PayoutTotalItem>> {
    const after = parseCursor(page.after, ['string', 'string']);
    const where = { policy: filter.policy, period: filter.period, payouts: { not: 0 } };
    return this.reader.read(payoutsView, book, moment, async (rows, seq) => {
      const found = await rows.list(payoutTotals, {
        where,
        orderBy: ['policy', 'period'],
        after,
        limit: page.limit + 1,
      });
      return pageOf(
        found,
        page,
        seq,
        ({ policy, period }) => [policy, period],
        ({ policy, period, payouts: count, amountFen }) => ({ policy, period, count, amount: formatYuan(amountFen) }),
      );
    });
  }
}
