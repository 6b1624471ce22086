import { account } from '../account.js';
import type { Circumstances, Decision } from '../command.js';
import type { DivisionCode } from '../division.js';
import type { DispatchedFund } from '../funds/dispatch-funds.js';
import type { FundLevel, FundNature } from '../funds/register-fund.js';
import { type LinesOrAmount, take } from '../funds/take.js';
import { claimId } from '../ids.js';
import type { ASSET_CLASSES } from '../kinds.js';
import { formatYuan, parseYuan, sumFen, type Yuan } from '../money.js';
import { move, type Posting, refuseAboveLimit } from '../posting.js';
import { knownProject, refuseDivisionOutside } from '../projects/projects.js';
import { Refusal } from '../refusal.js';
import { type BookState, knownAsset } from '../state.js';
import { decideOwners, type Owner, sameOwners } from './owners.js';

/** 经营性, 公益性, 到户. */
export type AssetClass = (typeof ASSET_CLASSES)[number];

/** Where the money of an asset older than the book came from, 期初. */
export interface OpeningLine {
  level: FundLevel;
  nature: FundNature;
  amount: Yuan;
}

/** 转固: capital spending of a project becomes an asset; or, with `opening`, an asset older than the book enters it. */
export interface RegisterAsset extends LinesOrAmount {
  id?: string;
  name: string;
  class: AssetClass;
  category: string;
  division: DivisionCode;
  project?: string;
  opening?: OpeningLine[];
  owners: Owner[];
  operator?: string;
  custodian?: string;
  /** `YYYY-MM-DD`; the effective date where absent. */
  acquiredOn?: string;
}

export interface AssetRegistered {
  id: string;
  name: string;
  class: AssetClass;
  category: string;
  division: DivisionCode;
  project?: string;
  amount: Yuan;
  split?: string;
  owners: Owner[];
  operator?: string;
  custodian?: string;
  acquiredOn?: string;
  /** For an opening asset: one fund for each line, `id` is `<asset>.<n>`. */
  opening?: DispatchedFund[];
}

export interface ChangeOwnership {
  id?: string;
  asset: string;
  owners: Owner[];
  reason: string;
}

export interface AssetOwnershipChanged {
  id: string;
  asset: string;
  owners: Owner[];
  reason: string;
}

export interface AssetState {
  class: AssetClass;
  /** The last stands now; the earlier ones come back by reversal. */
  owners: Owner[][];
  reversed: boolean;
}

/**
 * Refusals: asset_exists, division_outside_book, those of the owners, then project_unknown and those of `take`, or
 * amount_above_limit and fund_exists for an opening.
 */
export function registerAsset(state: BookState, body: RegisterAsset, { book, newId, today }: Circumstances): Decision {
  const id = body.id ?? newId;
  if (state.assets.has(id)) throw new Refusal('asset_exists', `Asset ${id} already exists.`, { field: 'id' });
  refuseDivisionOutside(book, body.division);
  const owners = decideOwners(state, body.class, body.owners);
  const { name, class: assetClass, category, division, operator, custodian, acquiredOn } = body;
  const money = body.opening === undefined ? fromProject(state, id, body) : fromOpening(state, id, body, today);
  return {
    type: 'asset.registered',
    data: {
      id,
      name,
      class: assetClass,
      category,
      division,
      ...money.record,
      owners,
      ...(operator !== undefined && { operator }),
      ...(custodian !== undefined && { custodian }),
      ...(acquiredOn !== undefined && { acquiredOn }),
    },
    postings: money.postings,
  };
}

interface AssetMoney {
  record: Pick<AssetRegistered, 'amount' | 'split' | 'project' | 'opening'>;
  postings: Posting[];
}

function fromProject(state: BookState, id: string, body: RegisterAsset): AssetMoney {
  const project = body.project ?? '';
  knownProject(state, project, 'project');
  const { lines, record } = take(state, account.wip(project), body);
  return { record: { project, ...record }, postings: move(account.wip(project), account.asset(id), lines) };
}

function fromOpening(state: BookState, id: string, body: RegisterAsset, today: string): AssetMoney {
  refuseAboveLimit(body.opening ?? [], 'opening');
  const fiscalYear = Number((body.acquiredOn ?? today).slice(0, 4));
  const opening = (body.opening ?? []).map(
    ({ level, nature, amount }, index): DispatchedFund => ({
      id: `${id}.${index + 1}`,
      name: `期初 ${body.name}`,
      level,
      nature,
      fiscalYear,
      restrictions: [],
      amount,
    }),
  );
  for (const fund of opening) {
    if (state.funds.has(fund.id)) throw new Refusal('fund_exists', `Fund ${fund.id} already exists.`, { field: 'id' });
  }
  return {
    record: { amount: formatYuan(sumFen(opening.map((fund) => parseYuan(fund.amount)))), opening },
    postings: opening.flatMap((fund) =>
      move(account.source(fund.id), account.asset(id), [{ fund: fund.id, amountFen: parseYuan(fund.amount) }]),
    ),
  };
}

/** Refusals: id_exists, asset_unknown, those of the owners, ownership_unchanged. */
export function changeOwnership(state: BookState, body: ChangeOwnership, { newId }: Circumstances): Decision {
  const id = claimId(state, 'asset.ownership_changed', body.id, newId);
  const asset = knownAsset(state, body.asset, 'asset');
  const owners = decideOwners(state, asset.class, body.owners);
  if (sameOwners(owners, asset.owners.at(-1) ?? []))
    throw new Refusal('ownership_unchanged', undefined, { field: 'owners' });
  return {
    type: 'asset.ownership_changed',
    data: { id, asset: body.asset, owners, reason: body.reason },
    postings: [],
  };
}
