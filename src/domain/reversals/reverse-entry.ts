import { mayBeNegative } from '../account.js';
import type { Circumstances, CommandOf, Decision } from '../command.js';
import type { BookEvent, EventType } from '../event.js';
import { dispatchSettled } from '../funds/receive-funds.js';
import { type Fen, parseYuan } from '../money.js';
import { negate } from '../posting.js';
import { Refusal } from '../refusal.js';
import type { Balance, BookState } from '../state.js';
import { made } from './dependence.js';

/** 红字冲销: an entry that cancels an earlier one; nothing is ever edited or deleted. */
export interface ReverseEntry {
  /** Seq of the entry to cancel. */
  seq: number;
  reason: string;
}

export interface ReversalEvidence {
  /** The entry to cancel, where the book has one of this seq. */
  entry: BookEvent | undefined;
  /** For a dispatch: how it was settled, where it was. */
  settledBy: { book: string; seq: number } | undefined;
}

/** `of` says what the cancelled entry made, in the words of its own data, so that the reversal reads by itself. */
export interface EntryReversed {
  seq: number;
  type: EventType;
  of: ReversedKeys;
  reason: string;
}

export interface ReversedKeys {
  id?: string;
  fromBook?: string;
  dispatch?: string;
  fund?: string;
  funds?: string[];
  project?: string;
  asset?: string;
  policy?: string;
  period?: string;
  beneficiary?: string;
}

/** A refusal names at most so many entries. */
const MOST_NAMED = 100;

/** A notice is withdrawn or corrected; what anybody objected stands. */
export const NOT_REVERSIBLE: ReadonlySet<EventType> = new Set([
  'book.opened',
  'period.closed',
  'entry.reversed',
  'notice.published',
  'notice.evidenced',
  'notice.withdrawn',
  'objection.filed',
  'objection.answered',
]);

/**
 * Refusals: entry_unknown, entry_not_reversible, entry_already_reversed, dispatch_settled, entry_built_upon.
 */
export function reverseEntry(state: BookState, command: CommandOf<'reversal'>, _: Circumstances): Decision {
  const { body, evidence } = command;
  const { entry } = evidence;
  if (entry === undefined) throw new Refusal('entry_unknown', `There is no entry ${body.seq}.`, { field: 'seq' });
  if (NOT_REVERSIBLE.has(entry.type))
    throw new Refusal('entry_not_reversible', `A ${entry.type} cannot be reversed.`, { field: 'seq' });
  const reversedBy = state.reversedBy.get(entry.seq);
  if (reversedBy !== undefined) {
    throw new Refusal('entry_already_reversed', `Entry ${entry.seq} was reversed by entry ${reversedBy}.`, {
      field: 'seq',
      entries: [reversedBy],
    });
  }
  if (entry.type === 'funds.dispatched' && evidence.settledBy !== undefined)
    throw dispatchSettled(entry.data.id, evidence.settledBy);
  const entries = builtUpon(state, entry);
  if (entries.length > 0) {
    throw new Refusal(
      'entry_built_upon',
      `Entry ${entry.seq} is built upon by ${entries.join(', ')}; reverse them first.`,
      {
        field: 'seq',
        entries,
      },
    );
  }
  return {
    type: 'entry.reversed',
    data: { seq: entry.seq, type: entry.type, of: reversedKeys(entry), reason: body.reason },
    postings: negate(entry.postings),
  };
}

/** Standing entries that use what the entry made, or that could not have taken what they took without what it brought. */
function builtUpon(state: BookState, entry: BookEvent): number[] {
  const entries = new Set<number>();
  for (const key of made(entry)) {
    for (const seq of state.uses.after(key, entry.seq)) if (!state.reversedBy.has(seq)) entries.add(seq);
  }
  const brought = new Map<string, { account: string; fund: string; amountFen: Fen }>();
  for (const { account, fund, amount } of entry.postings) {
    const key = `${account}|${fund}`;
    const before = brought.get(key)?.amountFen ?? 0n;
    brought.set(key, { account, fund, amountFen: before + parseYuan(amount) });
  }
  for (const { account, fund, amountFen } of brought.values()) {
    const balance = state.balances.get(account)?.get(fund);
    if (balance === undefined || amountFen <= 0n || mayBeNegative(account)) continue;
    for (const seq of takenFrom(state, balance, entry.seq, amountFen)) entries.add(seq);
  }
  return [...entries].sort((a, b) => a - b).slice(0, MOST_NAMED);
}

/**
 * The entries after `seq` that a balance could not have borne without the amount that entry `seq` brought.
 *
 * It is not enough that the balance of today covers the amount: money may have left and come back. Were its first coming
 * taken away then, the entries between would stand on nothing, each waiting for the other to be reversed first. So what
 * stands must always be a history that could have come about by itself.
 */
function takenFrom(
  state: BookState,
  { amountFen: nowFen, lastMovement }: Balance,
  seq: number,
  amountFen: Fen,
): number[] {
  const later: { seq: number; moveFen: Fen }[] = [];
  let balanceFen = nowFen - amountFen;
  for (const movement of state.movements.after(lastMovement, seq)) {
    if (state.reversedBy.has(movement.seq)) continue;
    later.push(movement);
    balanceFen -= movement.moveFen;
  }
  const taken: number[] = [];
  for (const { seq: laterSeq, moveFen } of later.reverse()) {
    if (balanceFen + moveFen < 0n) taken.push(laterSeq);
    else balanceFen += moveFen;
  }
  return taken;
}

function reversedKeys(entry: BookEvent): ReversedKeys {
  switch (entry.type) {
    case 'fund.adjusted':
      return { id: entry.data.id, fund: entry.data.fund };
    case 'project.advanced':
      return { project: entry.data.project };
    case 'payment.made':
      return { id: entry.data.id, project: entry.data.project };
    case 'subsidy.paid': {
      const { id, policy, period, beneficiary } = entry.data;
      return { id, policy, period, beneficiary };
    }
    case 'funds.received': {
      const { id, fromBook, dispatch, funds } = entry.data;
      return { id, fromBook, dispatch, funds: funds.map((fund) => fund.id) };
    }
    case 'asset.registered':
      return { id: entry.data.id, funds: (entry.data.opening ?? []).map((fund) => fund.id) };
    case 'asset.ownership_changed':
      return { id: entry.data.id, asset: entry.data.asset };
    case 'income.received':
      return { id: entry.data.id, asset: entry.data.asset, fund: entry.data.fund.id };
    case 'fund.registered':
    case 'funds.allocated':
    case 'funds.integrated':
    case 'funds.dispatched':
    case 'project.registered':
    case 'beneficiary.enrolled':
      return { id: entry.data.id };
    case 'book.opened':
    case 'period.closed':
    case 'entry.reversed':
    case 'notice.published':
    case 'notice.evidenced':
    case 'notice.withdrawn':
    case 'objection.filed':
    case 'objection.answered':
      return {};
  }
}
