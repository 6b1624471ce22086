export type Kind =
  | 'balance'
  | 'fund'
  | 'fundPlace'
  | 'fundFlowTotal'
  | 'fundDispatch'
  | 'project'
  | 'payout'
  | 'payoutTotal'
  | 'beneficiary'
  | 'asset'
  | 'assetSource'
  | 'division'
  | 'divisionMember'
  | 'claim'
  | 'enrolment'
  | 'disclosureLine'
  | 'struckLine'
  | 'disclosureMember'
  | 'disclosureMoney'
  | 'disclosureCount'
  | 'disclosureReceived'
  | 'objection';

interface Published {
  /** The table that the service has it in. */
  table: string;
  /** The fields of its key. */
  key: readonly string[];
  /** It says more of a row that stands elsewhere. */
  isPart?: true;
}

/** Each kind of row that a bundle publishes after the entries, in its order. */
export const PUBLISHED: Readonly<Record<Kind, Published>> = {
  balance: { table: 'balances', key: ['account', 'fund'] },
  fund: { table: 'funds', key: ['id'] },
  fundPlace: { table: 'fund_places', key: ['fund', 'account'] },
  fundFlowTotal: { table: 'fund_flow_totals', key: ['fund', 'from', 'to'] },
  fundDispatch: { table: 'fund_dispatches', key: ['fund', 'dispatch'] },
  project: { table: 'projects', key: ['id'] },
  payout: { table: 'payouts', key: ['id'] },
  payoutTotal: { table: 'payout_totals', key: ['policy', 'period'] },
  beneficiary: { table: 'beneficiaries', key: ['id'] },
  asset: { table: 'assets', key: ['id'] },
  assetSource: { table: 'asset_sources', key: ['asset', 'fund'] },
  division: { table: 'divisions', key: ['code'] },
  divisionMember: { table: 'division_members', key: ['kind', 'id'] },
  claim: { table: 'claims', key: ['key'] },
  enrolment: { table: 'vault_seals', key: ['command'] },
  disclosureLine: { table: 'disclosure_lines', key: ['kind', 'id'] },
  struckLine: { table: 'disclosure_lines', key: ['kind', 'id'], isPart: true },
  disclosureMember: { table: 'disclosure_members', key: ['kind', 'id'] },
  disclosureMoney: { table: 'disclosure_money', key: ['division', 'level', 'use', 'outcome', 'year'] },
  disclosureCount: { table: 'disclosure_counts', key: ['division', 'kind', 'category'] },
  disclosureReceived: { table: 'disclosure_received', key: ['fromBook', 'level', 'year'] },
  objection: { table: 'disclosure_objections', key: ['id'] },
};

export const KINDS = Object.keys(PUBLISHED) as Kind[];
