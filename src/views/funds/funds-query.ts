import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { FundLevel, FundNature, FundOrigin, FundRestriction } from '../../domain/funds/register-fund.js';
import { formatYuan, type Yuan } from '../../domain/money.js';
import { type MadeItem, madeOf } from '../engine/answers.js';
import type { Moment } from '../engine/moment.js';
import { type Page, type PageRequest, pageOf, parseCursor } from '../engine/page.js';
import { ViewReader } from '../engine/view-reader.js';
import { type FundRow, funds } from './fund-tables.js';
import { fundsView } from './funds.js';

export interface FundItem extends MadeItem {
  id: string;
  name: string;
  level: FundLevel;
  nature: FundNature;
  channel: string | null;
  fiscalYear: number;
  subject: string | null;
  restrictions: FundRestriction[];
  /** The fund it was in the book that dispatched it. */
  origin: FundOrigin | null;
  registeredAmount: Yuan;
  /** 追加 less 调减. */
  adjustedAmount: Yuan;
}

export class FundsQuery extends Query<Page<FundItem>> {
  constructor(
    readonly book: string,
    readonly moment: Moment,
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(FundsQuery)
export class FundsHandler implements IQueryHandler<FundsQuery> {
  constructor(private readonly reader: ViewReader) {}

  execute({ book, moment, page }: FundsQuery): Promise<Page<FundItem>> {
    const after = parseCursor(page.after, ['string']);
    return this.reader.read(fundsView, book, moment, async (rows, seq) => {
      const found = await rows.list(funds, { orderBy: ['id'], after, limit: page.limit + 1 });
      return pageOf(found, page, seq, ({ id }) => [id], fundItem);
    });
  }
}

export function fundItem(row: FundRow): FundItem {
  const { id, name, level, nature, fiscalYear, restrictions } = row;
  return {
    id,
    name,
    level,
    nature,
    channel: row.channel ?? null,
    fiscalYear,
    subject: row.subject ?? null,
    restrictions,
    origin: row.origin ?? null,
    registeredAmount: formatYuan(row.registeredFen),
    adjustedAmount: formatYuan(row.adjustedFen),
    ...madeOf(row),
  };
}
