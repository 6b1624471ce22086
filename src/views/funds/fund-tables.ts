import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { FundFacts, FundOrigin } from '../../domain/funds/register-fund.js';
import type { Status } from '../engine/cause.js';
import { bookColumn, tableOf } from '../engine/table.js';

/** An entry by which a project paid, and the one that took it back. */
export interface FirstPayment {
  seq: number;
  reversedBy?: number;
}

const key = () => p.text().collation('C').primary();

/** The facts of each fund, and what was registered and adjusted of it. */
export const Fund = defineEntity({
  name: 'Fund',
  schema: 'views',
  tableName: 'funds',
  properties: {
    book: bookColumn(),
    id: key(),
    name: p.text(),
    level: p.text().$type<FundFacts['level']>(),
    nature: p.text().$type<FundFacts['nature']>(),
    channel: p.text().nullable(),
    fiscalYear: p.integer(),
    subject: p.text().nullable(),
    restrictions: p.json<FundFacts['restrictions']>(),
    origin: p.json<FundOrigin>().nullable(),
    registeredFen: p.bigint('bigint'),
    adjustedFen: p.bigint('bigint'),
    seq: p.integer(),
    effectiveDate: p.date(),
    recordedAt: p.datetime(3),
    status: p.text().$type<Status>(),
    reversedBy: p.integer().nullable(),
  },
  checks: [
    { name: 'funds_not_below_zero', expression: 'registered_fen + adjusted_fen >= 0' },
    { name: 'funds_reversed_by_an_entry', expression: "(status = 'reversed') = (reversed_by is not null)" },
    { name: 'funds_status_known', expression: "status in ('standing', 'reversed')" },
  ],
});

/** Where each fund stands now, account by account. */
export const FundPlace = defineEntity({
  name: 'FundPlace',
  schema: 'views',
  tableName: 'fund_places',
  properties: { book: bookColumn(), fund: key(), account: key(), amountFen: p.bigint('bigint') },
  checks: [{ name: 'fund_places_only_sources_negative', expression: "amount_fen >= 0 or account ~~ 'source:%'" }],
});

/** Which entries moved a fund, chunk by chunk of the book (`chunks.ts`); what they moved they say themselves. */
export const FundEntries = defineEntity({
  name: 'FundEntries',
  schema: 'views',
  tableName: 'fund_entries',
  properties: {
    book: bookColumn(),
    fund: key(),
    chunk: p.integer().primary(),
    /** In their order, a comma between two: it grows with each entry. */
    seqs: p.text(),
  },
});

/** The first payments of each project. */
export const ProjectPayments = defineEntity({
  name: 'ProjectPayments',
  schema: 'views',
  tableName: 'project_payments',
  properties: { book: bookColumn(), project: key(), payments: p.json<FirstPayment[]>() },
});

/** What went from one account to another in all, without what was reversed. */
export const FundFlowTotal = defineEntity({
  name: 'FundFlowTotal',
  schema: 'views',
  tableName: 'fund_flow_totals',
  properties: { book: bookColumn(), fund: key(), fromAccount: key(), toAccount: key(), amountFen: p.bigint('bigint') },
  checks: [{ name: 'fund_flow_totals_not_negative', expression: 'amount_fen >= 0' }],
});

/** What left for a lower bureau. Whether it arrived is known to the other book, not to this view. */
export const FundDispatch = defineEntity({
  name: 'FundDispatch',
  schema: 'views',
  tableName: 'fund_dispatches',
  properties: {
    book: bookColumn(),
    fund: key(),
    dispatch: key(),
    toBook: p.text(),
    amountFen: p.bigint('bigint'),
    seq: p.integer(),
    effectiveDate: p.date(),
    recordedAt: p.datetime(3),
    status: p.text().$type<Status>(),
    reversedBy: p.integer().nullable(),
  },
  checks: [
    { name: 'fund_dispatches_positive', expression: 'amount_fen > 0' },
    { name: 'fund_dispatches_reversed_by_an_entry', expression: "(status = 'reversed') = (reversed_by is not null)" },
    { name: 'fund_dispatches_status_known', expression: "status in ('standing', 'reversed')" },
  ],
});

export type FundRow = InferEntity<typeof Fund>;
export type FundDispatchRow = InferEntity<typeof FundDispatch>;

export const funds = tableOf<FundRow>(Fund);
export const fundPlaces = tableOf<InferEntity<typeof FundPlace>>(FundPlace);
export const fundEntries = tableOf<InferEntity<typeof FundEntries>>(FundEntries);
export const projectPayments = tableOf<InferEntity<typeof ProjectPayments>>(ProjectPayments);
export const fundFlowTotals = tableOf<InferEntity<typeof FundFlowTotal>>(FundFlowTotal);
export const fundDispatches = tableOf<FundDispatchRow>(FundDispatch, () => true);
