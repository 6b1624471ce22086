import { account, accountId, accountKind, type Holder } from '../account.js';
import type { Circumstances, Decision } from '../command.js';
import { claimId } from '../ids.js';
import type { Yuan } from '../money.js';
import { move } from '../posting.js';
import { openProject } from '../projects/projects.js';
import { Refusal } from '../refusal.js';
import type { BookState } from '../state.js';
import { knownHolder, type LinesOrAmount, take } from './take.js';

/** Money moves from one holder to another inside a book. */
export interface AllocateFunds extends LinesOrAmount {
  id?: string;
  /** Default `bureau`. */
  from?: Holder;
  to: Holder;
}

export interface FundsAllocated {
  id: string;
  from: Holder;
  to: Holder;
  amount: Yuan;
  split?: string;
}

/**
 * Refusals: id_exists, same_holder, allocation_into_pool, allocation_into_income, those of the holders, project_closed,
 * then those of `take`.
 */
export function allocateFunds(state: BookState, body: AllocateFunds, { newId }: Circumstances): Decision {
  const { from = account.bureau, to } = body;
  const id = claimId(state, 'funds.allocated', body.id, newId);
  if (from === to) throw new Refusal('same_holder', `${from} cannot allocate to itself.`, { field: 'to' });
  if (accountKind(to) === 'pool') throw new Refusal('allocation_into_pool', undefined, { field: 'to' });
  if (accountKind(to) === 'income') throw new Refusal('allocation_into_income', undefined, { field: 'to' });
  knownHolder(state, from, 'from');
  knownHolder(state, to, 'to');
  if (accountKind(to) === 'project') openProject(state, accountId(to), 'to');
  const { lines, record } = take(state, from, body);
  return { type: 'funds.allocated', data: { ...record, from, id, to }, postings: move(from, to, lines) };
}
