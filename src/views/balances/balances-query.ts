import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { formatYuan, type Yuan } from '../../domain/money.js';
import type { Moment } from '../engine/moment.js';
import { type Page, type PageRequest, pageOf, parseCursor } from '../engine/page.js';
import { ViewReader } from '../engine/view-reader.js';
import { balances, balancesView } from './balances.js';

export interface BalanceItem {
  account: string;
  fund: string;
  amount: Yuan;
}

/** What stands where; accounts that hold nothing of a fund are left out. */
export class BalancesQuery extends Query<Page<BalanceItem>> {
  constructor(
    readonly book: string,
    readonly filter: { account?: string; fund?: string },
    readonly moment: Moment,
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(BalancesQuery)
export class BalancesHandler implements IQueryHandler<BalancesQuery> {
  constructor(private readonly reader: ViewReader) {}

  execute({ book, filter, moment, page }: BalancesQuery): Promise<Page<BalanceItem>> {
    const after = parseCursor(page.after, ['string', 'string']);
    return this.reader.read(balancesView, book, moment, async (rows, seq) => {
      const found = await rows.list(balances, {
        where: { account: filter.account, fund: filter.fund, amountFen: { not: 0n } },
        orderBy: ['account', 'fund'],
        after,
        limit: page.limit + 1,
      });
      return pageOf(
        found,
        page,
        seq,
        ({ account, fund }) => [account, fund],
        ({ account, fund, amountFen }) => ({ account, fund, amount: formatYuan(amountFen) }),
      );
    });
  }
}
