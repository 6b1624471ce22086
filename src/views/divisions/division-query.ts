import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { isWithin } from '../../domain/division.js';
import { formatYuan, type Yuan } from '../../domain/money.js';
import { Refusal } from '../../domain/refusal.js';
import type { Moment } from '../engine/moment.js';
import { ViewReader } from '../engine/view-reader.js';
import { type DivisionRow, divisions } from './division-tables.js';
import { codesOf, divisionsView, emptyRow } from './divisions.js';

interface CountAndAmount {
  count: number;
  amount: Yuan;
}

/** What lies in a division with all divisions below it; only what stands is counted. */
export interface DivisionItem {
  code: string;
  /** The division above, null for that of the book. */
  parent: string | null;
  projects: {
    count: number;
    plannedAmount: Yuan;
    allocatedAmount: Yuan;
    paidCapitalAmount: Yuan;
    paidExpenseAmount: Yuan;
  };
  /** By the division of the beneficiary. */
  payouts: CountAndAmount;
  assets: { operating: CountAndAmount; public: CountAndAmount; household: CountAndAmount };
}

export interface DivisionDetail extends DivisionItem {
  /** The divisions just below in which something lies. */
  children: DivisionItem[];
  seq: number;
}

export class DivisionQuery extends Query<DivisionDetail> {
  constructor(
    readonly book: string,
    readonly code: string,
    readonly moment: Moment,
  ) {
    super();
  }
}

@QueryHandler(DivisionQuery)
export class DivisionHandler implements IQueryHandler<DivisionQuery> {
  constructor(private readonly reader: ViewReader) {}

  /** Refusal: division_outside_book. A division in which nothing lies has figures of zero. */
  execute({ book, code, moment }: DivisionQuery): Promise<DivisionDetail> {
    return this.reader.read(divisionsView, book, moment, async (rows, seq) => {
      if (!isWithin(code, book)) {
        throw new Refusal('division_outside_book', `Division ${code} does not lie inside ${book}.`, { field: 'code' });
      }
      const [row, children] = await Promise.all([
        rows.one(divisions, [code]),
        rows.list(divisions, { where: { parent: code }, orderBy: ['code'] }),
      ]);
      const shown = row ?? emptyRow(book, code, codesOf(book, code)[1] ?? null);
      return { ...divisionItem(shown), children: children.map(divisionItem), seq };
    });
  }
}

function divisionItem(row: DivisionRow): DivisionItem {
  return {
    code: row.code,
    parent: row.parent ?? null,
    projects: {
      count: row.projects,
      plannedAmount: formatYuan(row.plannedFen),
      allocatedAmount: formatYuan(row.allocatedFen),
      paidCapitalAmount: formatYuan(row.paidCapitalFen),
      paidExpenseAmount: formatYuan(row.paidExpenseFen),
    },
    payouts: { count: row.payouts, amount: formatYuan(row.payoutsFen) },
    assets: {
      operating: { count: row.operatingAssets, amount: formatYuan(row.operatingAssetsFen) },
      public: { count: row.publicAssets, amount: formatYuan(row.publicAssetsFen) },
      household: { count: row.householdAssets, amount: formatYuan(row.householdAssetsFen) },
    },
  };
}
