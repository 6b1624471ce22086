import type { Account } from './account.js';
import type { AssetState } from './assets/assets.js';
import type { BookOpened } from './books/open-book.js';
import type { FundState } from './funds/register-fund.js';
import type { Fen } from './money.js';
import type { ProjectState } from './projects/projects.js';

export interface Balance {
  amountFen: Fen;
  /**
   * What each entry that is no reversal brought or took: entry `seqs[i]` moved `movesFen[i]`. Two plain arrays, since a
   * book can hold a million of them.
   */
  seqs: number[];
  movesFen: Fen[];
}

/** What stands in a book after its events so far. `evolve` mutates it in place: a book can hold a million events. */
export interface BookState {
  opened: BookOpened | undefined;
  /** Seq of the next event. */
  nextSeq: number;
  lastRecordedAt: string;
  balances: Map<Account, Map<string, Balance>>;
  funds: Map<string, FundState>;
  projects: Map<string, ProjectState>;
  assets: Map<string, AssetState>;
  beneficiaries: Set<string>;
  /** `policy` and `period` to the beneficiaries paid. */
  payouts: Map<string, Set<string>>;
  closedPeriods: Set<string>;
  /** Id of a dispatch → its seq, for the book it arrives in. */
  dispatches: Map<string, number>;
  /** Ids that callers gave, as `type:<id>`. An id names one thing for ever, also after its reversal. */
  ids: Set<string>;
  /** Entries that use something an earlier entry made, as `fund:F-1` → seqs. */
  uses: Map<string, number[]>;
  /** Reversed entries → the entry that reversed them. */
  reversedBy: Map<number, number>;
}

export function initialState(): BookState {
  return {
    opened: undefined,
    nextSeq: 0,
    lastRecordedAt: '',
    balances: new Map(),
    funds: new Map(),
    projects: new Map(),
    assets: new Map(),
    beneficiaries: new Set(),
    payouts: new Map(),
    closedPeriods: new Set(),
    dispatches: new Map(),
    ids: new Set(),
    uses: new Map(),
    reversedBy: new Map(),
  };
}

export function balanceFen(state: BookState, account: Account, fund: string): Fen {
  return state.balances.get(account)?.get(fund)?.amountFen ?? 0n;
}

export function recordUse(state: BookState, key: string, seq: number): void {
  const seqs = state.uses.get(key);
  if (seqs === undefined) state.uses.set(key, [seq]);
  else if (seqs.at(-1) !== seq) seqs.push(seq);
}

/** Entries after `seq` that are not reversed themselves. */
export function standingAfter(state: BookState, seqs: number[] | undefined, seq: number): number[] {
  return (seqs ?? []).filter((later) => later > seq && !state.reversedBy.has(later));
}
