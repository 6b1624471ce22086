import type { BookEvent } from '../../domain/event.js';
import type { Kind } from '../published-kinds.js';

/** How a column is written: amounts are fen in the database and yuan in a bundle. */
export type Form = 'text' | 'number' | 'yuan' | 'day' | 'instant' | 'json';

export interface StoredTable {
  from: string;
  /** Fields in the order of RFC 8785, each with its column (its own name in lower case with underscores where absent). */
  fields: Readonly<Record<string, Form | readonly [Form, string]>>;
  order: string;
  /** Which rows say something. */
  where?: string;
  /** Columns that are empty are left out of its rows: of every kind of line other columns say something. */
  leavesOutEmpty?: true;
}

const TIME = { effectiveDate: 'day', recordedAt: 'instant', reversedBy: 'number', seq: 'number' } as const;
const TEXT = 'text';
const YUAN = 'yuan';
const AMOUNT = { amount: YUAN } as const;
const NOT_NOTHING = 'amount_fen <> 0';

/** Lines that one entry makes and no other changes; others strike them out at most. */
const MADE_ONCE = `kind in ('allocation', 'income', 'integration', 'payout')`;
const LINE = {
  ...AMOUNT,
  category: TEXT,
  date: ['day', 'effective_date'],
  division: TEXT,
  documents: 'json',
  facts: 'json',
  id: TEXT,
  kind: TEXT,
  levels: TEXT,
  owners: TEXT,
  publicFrom: 'day',
  publicTo: 'day',
  recordedAt: 'instant',
  seq: 'number',
  stage: TEXT,
  title: TEXT,
  year: 'number',
} as const;

/** Those lines, which stand after their entries in a bundle. */
export const MADE_LINES: StoredTable = {
  from: 'views.disclosure_lines',
  fields: LINE,
  order: 'seq, kind, id',
  where: MADE_ONCE,
  leavesOutEmpty: true,
};

/** Whether the entry stands for which something was kept outside the log before it was recorded, in either event store. */
export function isRecorded(table: string, type: BookEvent['type']): string {
  const own = (store: string) =>
    `exists (select from ${store} where (${store}.book, ${store}.command) = (${table}.book, ${table}.command) and type = '${type}')`;
  return `(${own('events')} or ${own('stream_index')})`;
}

/** The rows of each kind as the service has them, column by column. */
export const STORED: Readonly<Record<Kind, StoredTable>> = {
  balance: {
    from: 'views.balances',
    fields: { account: TEXT, ...AMOUNT, fund: TEXT },
    order: 'account, fund',
    where: NOT_NOTHING,
  },
  fund: {
    from: 'views.funds',
    fields: {
      adjusted: YUAN,
      channel: TEXT,
      ...TIME,
      fiscalYear: 'number',
      id: TEXT,
      level: TEXT,
      name: TEXT,
      nature: TEXT,
      origin: 'json',
      registered: YUAN,
      restrictions: 'json',
      status: TEXT,
      subject: TEXT,
    },
    order: 'id',
  },
  fundPlace: {
    from: 'views.fund_places',
    fields: { account: TEXT, ...AMOUNT, fund: TEXT },
    order: 'fund, account',
    where: NOT_NOTHING,
  },
  fundFlowTotal: {
    from: 'views.fund_flow_totals',
    fields: { ...AMOUNT, from: [TEXT, 'from_account'], fund: TEXT, to: [TEXT, 'to_account'] },
    order: 'fund, from_account, to_account',
    where: NOT_NOTHING,
  },
  fundDispatch: {
    from: 'views.fund_dispatches',
    fields: { ...AMOUNT, dispatch: TEXT, ...TIME, fund: TEXT, status: TEXT, toBook: TEXT },
    order: 'fund, dispatch',
  },
  project: {
    from: 'views.projects',
    fields: {
      allocated: YUAN,
      capitalised: YUAN,
      category: TEXT,
      division: TEXT,
      ...TIME,
      id: TEXT,
      name: TEXT,
      paidCapital: YUAN,
      paidExpense: YUAN,
      paidOut: YUAN,
      planned: YUAN,
      responsibleUnit: TEXT,
      stages: 'json',
      status: TEXT,
    },
    order: 'id',
  },
  payout: {
    from: 'views.payouts',
    fields: {
      ...AMOUNT,
      beneficiary: TEXT,
      ...TIME,
      from: [TEXT, 'from_account'],
      id: TEXT,
      period: TEXT,
      policy: TEXT,
      status: TEXT,
    },
    order: 'id',
  },
  payoutTotal: {
    from: 'views.payout_totals',
    fields: { ...AMOUNT, payouts: 'number', period: TEXT, policy: TEXT },
    order: 'policy, period',
    where: '(payouts <> 0 or amount_fen <> 0)',
  },
  beneficiary: {
    from: 'views.beneficiaries',
    fields: { categories: 'json', division: TEXT, ...TIME, id: TEXT, paid: YUAN, payouts: 'number', status: TEXT },
    order: 'id',
  },
  asset: {
    from: 'views.assets',
    fields: {
      acquiredOn: 'day',
      category: TEXT,
      class: TEXT,
      custodian: TEXT,
      division: TEXT,
      ...TIME,
      id: TEXT,
      name: TEXT,
      operator: TEXT,
      ownerships: 'json',
      project: TEXT,
      status: TEXT,
      value: YUAN,
    },
    order: 'id',
  },
  assetSource: {
    from: 'views.asset_sources',
    fields: { ...AMOUNT, asset: TEXT, fund: TEXT },
    order: 'asset, fund',
    where: NOT_NOTHING,
  },
  division: {
    from: 'views.divisions',
    fields: {
      allocated: YUAN,
      code: TEXT,
      householdAssets: 'number',
      householdAssetsValue: [YUAN, 'household_assets_fen'],
      operatingAssets: 'number',
      operatingAssetsValue: [YUAN, 'operating_assets_fen'],
      paidCapital: YUAN,
      paidExpense: YUAN,
      parent: TEXT,
      payouts: 'number',
      payoutsAmount: [YUAN, 'payouts_fen'],
      planned: YUAN,
      projects: 'number',
      publicAssets: 'number',
      publicAssetsValue: [YUAN, 'public_assets_fen'],
    },
    order: 'code',
  },
  divisionMember: {
    from: 'views.division_members',
    fields: { class: TEXT, division: TEXT, id: TEXT, kind: TEXT, planned: YUAN },
    order: 'kind, id',
  },
  claim: { from: 'claims', fields: { key: TEXT, seq: 'number' }, order: 'key' },
  enrolment: {
    // What was sealed for an enrolment that was refused, or is not decided yet, is none; nothing personal is read.
    from: `(
      select book, command, beneficiary, commitment, erased_at is not null as erased,
        case when erased_at is null then ciphertext is not null and wrapped_key is not null
          else ciphertext is not null or wrapped_key is not null end as sealed
      from vault_seals left join vault_people using (book, beneficiary)
      where enrolled_at is not null or ${isRecorded('vault_seals', 'beneficiary.enrolled')}
    ) as enrolments`,
    fields: { beneficiary: TEXT, command: TEXT, commitment: TEXT, erased: TEXT, sealed: TEXT },
    order: 'command',
  },
  disclosureLine: {
    from: 'views.disclosure_lines',
    fields: { ...LINE, reversedBy: 'number', status: TEXT },
    order: 'kind, id',
    where: `not ${MADE_ONCE}`,
    leavesOutEmpty: true,
  },
  struckLine: {
    from: 'views.disclosure_lines',
    fields: { id: TEXT, kind: TEXT, reversedBy: 'number', status: TEXT },
    order: 'kind, id',
    where: `${MADE_ONCE} and (status <> 'standing' or reversed_by is not null)`,
  },
  disclosureMember: {
    from: 'views.disclosure_members',
    fields: {
      category: TEXT,
      class: TEXT,
      division: TEXT,
      id: TEXT,
      kind: TEXT,
      name: TEXT,
      payouts: 'number',
      year: 'number',
    },
    order: 'kind, id',
  },
  disclosureMoney: {
    from: 'views.disclosure_money',
    fields: { ...AMOUNT, division: TEXT, level: TEXT, outcome: TEXT, parent: TEXT, use: TEXT, year: 'number' },
    order: 'division, level, use, outcome, year',
    where: NOT_NOTHING,
  },
  disclosureCount: {
    from: 'views.disclosure_counts',
    fields: { category: TEXT, count: 'number', division: TEXT, kind: TEXT, parent: TEXT },
    order: 'division, kind, category',
    where: 'count <> 0',
  },
  disclosureReceived: {
    from: 'views.disclosure_received',
    fields: { ...AMOUNT, fromBook: TEXT, level: TEXT, year: 'number' },
    order: 'from_book, level, year',
    where: NOT_NOTHING,
  },
  objection: {
    from: 'views.disclosure_objections',
    fields: {
      answer: TEXT,
      answeredBy: 'number',
      answeredOn: 'day',
      division: TEXT,
      dueOn: 'day',
      entry: 'number',
      filedOn: 'day',
      id: TEXT,
      kind: TEXT,
      notice: TEXT,
      noticeRow: 'number',
      outcome: TEXT,
      seq: 'number',
    },
    order: 'id',
  },
};
