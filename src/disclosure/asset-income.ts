import { Injectable } from '@nestjs/common';
import { account } from '../domain/account.js';
import { formatYuan, sumFen, type Yuan } from '../domain/money.js';
import { disclosureView } from '../views/disclosure/disclosure.js';
import { spoken } from '../views/disclosure/terms.js';
import type { Moment } from '../views/engine/moment.js';
import { ViewReader } from '../views/engine/view-reader.js';
import { fundFlowTotals } from '../views/funds/fund-tables.js';
import { fundsView } from '../views/funds/funds.js';
import { lineOf } from './disclosure-reader.js';
import { linesSpeakingOf } from './line-search.js';
import type { Line } from './lines.js';

export interface AssetIncome {
  /** All that came in, all that was shared of it, and what is left; without what was taken back. */
  received: Yuan;
  shared: Yuan;
  left: Yuan;
  /** The newest first, so many at most; those that were taken back too. */
  lines: Line<'income'>[];
  hasMoreLines: boolean;
}

const MOST_LINES = 200;

/** What an asset earned, and what was shared of it. */
@Injectable()
export class AssetIncomes {
  constructor(private readonly reader: ViewReader) {}

  async of(book: string, asset: string, moment: Moment): Promise<AssetIncome> {
    const [sums, lines] = await Promise.all([this.sums(book, asset, moment), this.lines(book, asset, moment)]);
    return { ...sums, lines: lines.slice(0, MOST_LINES), hasMoreLines: lines.length > MOST_LINES };
  }

  /** However many lines they are made of. */
  private async sums(
    book: string,
    asset: string,
    moment: Moment,
  ): Promise<Pick<AssetIncome, 'received' | 'shared' | 'left'>> {
    const own = account.income(asset);
    const [came, went] = await this.reader.read(fundsView, book, moment, (rows) =>
      Promise.all([
        rows.list(fundFlowTotals, { where: { toAccount: own }, orderBy: [] }),
        rows.list(fundFlowTotals, { where: { fromAccount: own }, orderBy: [] }),
      ]),
    );
    const [receivedFen = 0n, sharedFen = 0n] = [came, went].map((flows) =>
      sumFen(flows.map(({ amountFen }) => amountFen)),
    );
    return {
      received: formatYuan(receivedFen),
      shared: formatYuan(sharedFen),
      left: formatYuan(receivedFen - sharedFen),
    };
  }

  private async lines(book: string, asset: string, moment: Moment): Promise<Line<'income'>[]> {
    const newest = { orderBy: ['effectiveDate', 'id'], isDescending: true, limit: MOST_LINES + 1 } as const;
    const found = await this.reader.read(disclosureView, book, moment, (rows) =>
      linesSpeakingOf(rows, 'income', spoken(book, 'asset', asset), newest),
    );
    return found.map((row) => lineOf<'income'>(row));
  }
}
