import type { Account } from './account.js';
import type { AssetState } from './assets/assets.js';
import type { BookOpened } from './books/open-book.js';
import { Movements, Uses } from './compact/chains.js';
import type { KeySet } from './compact/key-set.js';
import type { EventType } from './event.js';
import type { FundState } from './funds/register-fund.js';
import type { Fen } from './money.js';
import type { NoticeState } from './notices/publish-notice.js';
import type { ObjectionState } from './objections/objections.js';
import type { ProjectState } from './projects/projects.js';
import { Refusal } from './refusal.js';

export interface Balance {
  amountFen: Fen;
  /** Its last link in `BookState.movements`. */
  lastMovement: number;
}

export interface BeneficiaryState {
  /** How many were enrolled before; the same for ever. */
  number: number;
  /** A reversed enrolment can be made again. */
  reversed: boolean;
}

/** What stands in a book after its events so far. `evolve` mutates it in place: a book can hold a million events. */
export interface BookState {
  opened: BookOpened | undefined;
  /** Seq of the next event. */
  nextSeq: number;
  lastRecordedAt: string;
  balances: Map<Account, Map<string, Balance>>;
  movements: Movements;
  funds: Map<string, FundState>;
  projects: Map<string, ProjectState>;
  assets: Map<string, AssetState>;
  beneficiaries: Map<string, BeneficiaryState>;
  /** `policy` and `period` to the numbers of the beneficiaries paid. */
  payouts: Map<string, Set<number>>;
  notices: Map<string, NoticeState>;
  objections: Map<string, ObjectionState>;
  closedPeriods: Set<string>;
  /** Id of a dispatch → its seq, for the book it arrives in. */
  dispatches: Map<string, number>;
  /** Type of an event → ids of what such events made. An id names one thing for ever, also after its reversal. */
  ids: Map<EventType, KeySet>;
  /** Entries that use something an earlier entry made, by what it is, as `fund:F-1`. */
  uses: Uses;
  /** Reversed entries → the entry that reversed them. */
  reversedBy: Map<number, number>;
}

export function initialState(): BookState {
  return {
    opened: undefined,
    nextSeq: 0,
    lastRecordedAt: '',
    balances: new Map(),
    movements: new Movements(),
    funds: new Map(),
    projects: new Map(),
    assets: new Map(),
    beneficiaries: new Map(),
    payouts: new Map(),
    notices: new Map(),
    objections: new Map(),
    closedPeriods: new Set(),
    dispatches: new Map(),
    ids: new Map(),
    uses: new Uses(),
    reversedBy: new Map(),
  };
}

export function balanceFen(state: BookState, account: Account, fund: string): Fen {
  return state.balances.get(account)?.get(fund)?.amountFen ?? 0n;
}

export function isEnrolled(state: BookState, beneficiary: string): boolean {
  return state.beneficiaries.get(beneficiary)?.reversed === false;
}

/** @param payout `policy` and `period` */
export function isPaid(state: BookState, payout: string, beneficiary: string): boolean {
  const number = state.beneficiaries.get(beneficiary)?.number;
  return number !== undefined && state.payouts.get(payout)?.has(number) === true;
}

/** Refusal: asset_unknown. */
export function knownAsset(state: BookState, id: string, field: string): AssetState {
  const asset = state.assets.get(id);
  if (asset === undefined || asset.reversed) {
    throw new Refusal('asset_unknown', `There is no asset ${id}.`, { field, asset: id });
  }
  return asset;
}
