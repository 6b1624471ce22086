import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { Status } from '../engine/cause.js';
import { bookColumn, tableOf } from '../engine/table.js';

const key = () => p.text().collation('C').primary();

/** Every payout; a reversed one stays, marked. */
export const Payout = defineEntity({
  name: 'Payout',
  schema: 'views',
  tableName: 'payouts',
  properties: {
    book: bookColumn(),
    id: key(),
    seq: p.integer(),
    policy: p.text().collation('C'),
    period: p.text().collation('C'),
    beneficiary: p.text().collation('C'),
    fromAccount: p.text(),
    amountFen: p.bigint('bigint'),
    effectiveDate: p.date(),
    recordedAt: p.datetime(3),
    status: p.text().$type<Status>(),
    reversedBy: p.integer().nullable(),
  },
  checks: [
    { name: 'payouts_positive', expression: 'amount_fen > 0' },
    { name: 'payouts_reversed_by_an_entry', expression: "(status = 'reversed') = (reversed_by is not null)" },
    { name: 'payouts_status_known', expression: "status in ('standing', 'reversed')" },
  ],
  uniques: [{ name: 'payouts_book_seq_key', properties: ['book', 'seq'] }],
  indexes: [
    { name: 'payouts_book_policy_period_seq_idx', properties: ['book', 'policy', 'period', 'seq'] },
    { name: 'payouts_book_beneficiary_seq_idx', properties: ['book', 'beneficiary', 'seq'] },
  ],
});

/** What was paid under each policy for each period, without what was reversed. */
export const PayoutTotal = defineEntity({
  name: 'PayoutTotal',
  schema: 'views',
  tableName: 'payout_totals',
  properties: { book: bookColumn(), policy: key(), period: key(), payouts: p.integer(), amountFen: p.bigint('bigint') },
  checks: [{ name: 'payout_totals_not_negative', expression: 'payouts >= 0 and amount_fen >= 0' }],
});

/** What the ledger itself knows of a person or household: no name, no number. */
export const Beneficiary = defineEntity({
  name: 'Beneficiary',
  schema: 'views',
  tableName: 'beneficiaries',
  properties: {
    book: bookColumn(),
    id: key(),
    division: p.text().collation('C'),
    categories: p.json<string[]>(),
    payouts: p.integer(),
    paidFen: p.bigint('bigint'),
    seq: p.integer(),
    effectiveDate: p.date(),
    recordedAt: p.datetime(3),
    status: p.text().$type<Status>(),
    reversedBy: p.integer().nullable(),
  },
  checks: [
    { name: 'beneficiaries_not_negative', expression: 'payouts >= 0 and paid_fen >= 0' },
    { name: 'beneficiaries_reversed_by_an_entry', expression: "(status = 'reversed') = (reversed_by is not null)" },
    { name: 'beneficiaries_status_known', expression: "status in ('standing', 'reversed')" },
  ],
});

export type PayoutRow = InferEntity<typeof Payout>;
export type BeneficiaryRow = InferEntity<typeof Beneficiary>;

export const payouts = tableOf<PayoutRow>(Payout, () => true);
export const payoutTotals = tableOf<InferEntity<typeof PayoutTotal>>(PayoutTotal);
export const beneficiaries = tableOf<BeneficiaryRow>(Beneficiary);
