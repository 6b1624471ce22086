import { evolve } from '../../domain/book.js';
import type { BookEvent } from '../../domain/event.js';
import { payoutKey } from '../../domain/payouts/pay-subsidy.js';
import { unbalancedFund } from '../../domain/posting.js';
import { type BookState, balanceFen, isPaid } from '../../domain/state.js';
import { assets } from '../assets/assets.js';
import { balances } from '../balances/balances.js';
import type { RowSet } from '../engine/row-set.js';
import { payouts } from '../payouts/payout-tables.js';
import { type Difference, NOTHING } from './difference.js';

/** Takes one more event into the state, as the write path does. Throws where the history is impossible. */
export function takeIn(state: BookState, event: BookEvent): void {
  const fund = unbalancedFund(event.postings);
  if (fund !== undefined) throw new Error(`its postings do not sum to zero for fund ${fund}`);
  if (event.recordedAt < state.lastRecordedAt) throw new Error('it was recorded before the entry that it follows');
  evolve(state, event);
}

type Found = Omit<Difference, 'book'>;

/**
 * The rules of the ledger and the reducers of the views were written apart: what both say of balances, owners and payouts
 * must agree.
 */
export function* stateAgainstViews(state: BookState, rows: ReadonlyMap<string, RowSet>): Generator<Found> {
  yield* balancesDiffer(state, rows.get('balances'));
  yield* ownersDiffer(state, rows.get('assets'));
  yield* payoutsDiffer(state, rows.get('payouts'));
}

function* balancesDiffer(state: BookState, rows: RowSet | undefined): Generator<Found> {
  const isSeen = new Set<string>();
  for (const { account, fund, amountFen } of rows?.all(balances) ?? []) {
    isSeen.add(`${account}|${fund}`);
    const expectedFen = balanceFen(state, account, fund);
    if (amountFen === expectedFen) continue;
    yield {
      where: `balances ${account}, ${fund}`,
      field: 'amountFen',
      expected: `${expectedFen} fen`,
      found: `${amountFen} fen`,
    };
  }
  for (const [account, funds] of state.balances) {
    for (const [fund, { amountFen }] of funds) {
      if (amountFen === 0n || isSeen.has(`${account}|${fund}`)) continue;
      yield { where: `balances ${account}, ${fund}`, field: 'amountFen', expected: `${amountFen} fen`, found: NOTHING };
    }
  }
}

function* ownersDiffer(state: BookState, rows: RowSet | undefined): Generator<Found> {
  const register = new Map([...(rows?.all(assets) ?? [])].map((row) => [row.id, row]));
  for (const [id, asset] of state.assets) {
    const row = register.get(id);
    const ofRow = row?.ownerships.findLast(({ reversedBy }) => reversedBy === undefined)?.owners;
    const expected = JSON.stringify([asset.reversed ? 'reversed' : 'standing', asset.owners.at(-1)]);
    const found = row === undefined ? NOTHING : JSON.stringify([row.status, ofRow]);
    if (expected !== found)
      yield {
        ...(row !== undefined && { seq: row.seq }),
        where: `assets ${id}`,
        field: 'status and owners',
        expected,
        found,
      };
  }
}

function* payoutsDiffer(state: BookState, rows: RowSet | undefined): Generator<Found> {
  let standing = 0;
  for (const { policy, period, beneficiary, status, seq, id } of rows?.all(payouts) ?? []) {
    if (status !== 'standing') continue;
    standing += 1;
    if (isPaid(state, payoutKey(policy, period), beneficiary)) continue;
    yield { seq, where: `payouts ${id}`, field: 'status', expected: 'reversed', found: status };
  }
  const paid = [...state.payouts.values()].reduce((sum, beneficiaries) => sum + beneficiaries.size, 0);
  if (paid !== standing) yield { where: 'payouts', field: 'how many stand', expected: `${paid}`, found: `${standing}` };
}
