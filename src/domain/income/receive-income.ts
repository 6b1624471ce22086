import { account } from '../account.js';
import type { Owner, OwnerKind } from '../assets/owners.js';
import type { Circumstances, Decision } from '../command.js';
import type { DispatchedFund } from '../funds/dispatch-funds.js';
import type { FundLevel } from '../funds/register-fund.js';
import { claimId } from '../ids.js';
import type { PAYER_KINDS } from '../kinds.js';
import { parseYuan, type Yuan } from '../money.js';
import { move } from '../posting.js';
import { Refusal } from '../refusal.js';
import { type BookState, knownAsset } from '../state.js';

export type PayerKind = (typeof PAYER_KINDS)[number];

/** 资产收益: rent, dividends or earnings that an asset brought for a period. It is shared by allocations and payouts. */
export interface ReceiveIncome {
  id?: string;
  asset: string;
  /** What it was earned for, e.g. `2019`, `2019-H1`, `2019-07`. */
  period: string;
  amount: Yuan;
  payerKind: PayerKind;
  /** Name of an organisation; never of a household. */
  payer?: string;
}

export interface IncomeReceived {
  id: string;
  asset: string;
  period: string;
  amount: Yuan;
  payerKind: PayerKind;
  payer?: string;
  /** The fund that the income is: `<income>.1`, of nature `collective`. */
  fund: DispatchedFund;
}

const LEVEL_OF: Record<OwnerKind, FundLevel> = {
  village: 'village',
  township: 'town',
  county: 'county',
  enterprise: 'social',
  cooperative: 'social',
  household: 'social',
};

/** Refusals: id_exists, asset_unknown, payer_name_not_allowed, fund_exists. */
export function receiveIncome(
  state: BookState,
  body: ReceiveIncome,
  { newId }: Circumstances,
  effectiveDate: string,
): Decision {
  const { asset: assetId, period, amount, payerKind, payer } = body;
  const id = claimId(state, 'income.received', body.id, newId);
  const asset = knownAsset(state, assetId, 'asset');
  if (payerKind === 'household' && payer !== undefined)
    throw new Refusal('payer_name_not_allowed', undefined, { field: 'payer' });
  const fund: DispatchedFund = {
    id: `${id}.1`,
    name: `资产收益 ${assetId} ${period}`,
    level: levelOf(asset.owners.at(-1) ?? []),
    nature: 'collective',
    fiscalYear: Number(effectiveDate.slice(0, 4)),
    restrictions: [],
    amount,
  };
  if (state.funds.has(fund.id)) throw new Refusal('fund_exists', `Fund ${fund.id} already exists.`, { field: 'id' });
  return {
    type: 'income.received',
    data: { id, asset: assetId, period, amount, payerKind, ...(payer !== undefined && { payer }), fund },
    postings: move(account.source(fund.id), account.income(assetId), [{ fund: fund.id, amountFen: parseYuan(amount) }]),
  };
}

/** Whose money it is by those who own the asset now. */
function levelOf(owners: readonly Owner[]): FundLevel {
  const levels = new Set(owners.map(({ kind }) => LEVEL_OF[kind]));
  const [only = 'mixed'] = levels;
  return levels.size === 1 ? only : 'mixed';
}
