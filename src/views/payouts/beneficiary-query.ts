import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { formatYuan, type Yuan } from '../../domain/money.js';
import { Refusal } from '../../domain/refusal.js';
import { type MadeItem, madeOf } from '../engine/answers.js';
import type { Moment } from '../engine/moment.js';
import { ViewReader } from '../engine/view-reader.js';
import { beneficiaries } from './payout-tables.js';
import { payoutsView } from './payouts.js';

/** What the ledger knows of a beneficiary without the vault: nothing that names a person. */
export interface BeneficiaryDetail extends MadeItem {
  id: string;
  division: string;
  categories: string[];
  /** Payouts that stand. */
  payouts: { count: number; amount: Yuan };
  seq: number;
}

export class BeneficiaryQuery extends Query<BeneficiaryDetail> {
  constructor(
    readonly book: string,
    readonly beneficiary: string,
    readonly moment: Moment,
  ) {
    super();
  }
}

@QueryHandler(BeneficiaryQuery)
export class BeneficiaryHandler implements IQueryHandler<BeneficiaryQuery> {
  constructor(private readonly reader: ViewReader) {}

  /** Refusal: beneficiary_unknown. */
  execute({ book, beneficiary, moment }: BeneficiaryQuery): Promise<BeneficiaryDetail> {
    return this.reader.read(payoutsView, book, moment, async (rows, seq) => {
      const row = await rows.one(beneficiaries, [beneficiary]);
      if (row === undefined) {
        throw new Refusal('beneficiary_unknown', `There is no beneficiary ${beneficiary}.`, { beneficiary });
      }
      const { id, division, categories } = row;
      const payouts = { count: row.payouts, amount: formatYuan(row.paidFen) };
      return { id, division, categories, payouts, ...madeOf(row), seq };
    });
  }
}
