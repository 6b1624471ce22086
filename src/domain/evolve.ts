import { mayBeNegative } from './account.js';
import { NONE } from './compact/chains.js';
import type { BookEvent, EventOf } from './event.js';
import { addFund } from './funds/register-fund.js';
import { recordId } from './ids.js';
import { type Fen, parseYuan } from './money.js';
import { payoutKey } from './payouts/pay-subsidy.js';
import type { Posting } from './posting.js';
import { made, used } from './reversals/dependence.js';
import type { Balance, BookState } from './state.js';

/** A history that the rules could not have made: the book cannot be trusted, and nothing more is written to it. */
export class ImpossibleHistory extends Error {
  override readonly name = 'ImpossibleHistory';
}

/**
 * Applies one event in place. Judges nothing; a history that could not have come about (a gap, a negative balance, an
 * unknown type) throws ImpossibleHistory.
 */
export function evolve(state: BookState, event: BookEvent): void {
  if (event.seq !== state.nextSeq)
    throw new ImpossibleHistory(`event ${event.seq} follows ${state.nextSeq - 1}: the history has a gap`);
  const moved = event.postings.map(({ account, fund, amount }) => post(state, account, fund, parseYuan(amount), event));
  for (let leg = 0; leg < moved.length; leg += 1) settle(moved[leg], event.postings[leg], event.seq);
  const own = made(event);
  for (const key of used(event)) if (!own.includes(key) || isLayer(key)) state.uses.add(key, event.seq);
  apply(state, event);
  state.nextSeq = event.seq + 1;
  state.lastRecordedAt = event.recordedAt;
}

/** A stage or an ownership both uses the one below it and makes a new one on top. */
function isLayer(key: string): boolean {
  return key.startsWith('stage:') || key.startsWith('owners:');
}

function post(state: BookState, account: string, fund: string, amountFen: Fen, { type, seq }: BookEvent): Balance {
  let funds = state.balances.get(account);
  if (funds === undefined) {
    funds = new Map();
    state.balances.set(account, funds);
  }
  let balance = funds.get(fund);
  if (balance === undefined) {
    balance = { amountFen: 0n, lastMovement: NONE };
    funds.set(fund, balance);
  }
  balance.amountFen += amountFen;
  // A reversal and the entry it cancels are nothing together, so neither counts among the movements that stand.
  if (type !== 'entry.reversed') balance.lastMovement = state.movements.add(balance.lastMovement, seq, amountFen);
  return balance;
}

function settle(balance: Balance | undefined, leg: Posting | undefined, seq: number): void {
  if (balance === undefined || leg === undefined || balance.amountFen >= 0n || mayBeNegative(leg.account)) return;
  throw new ImpossibleHistory(`event ${seq} makes ${leg.account} of fund ${leg.fund} negative`);
}

function apply(state: BookState, event: BookEvent): void {
  switch (event.type) {
    case 'book.opened':
      state.opened = event.data;
      return;
    case 'fund.registered':
      addFund(state, event.data, event.seq);
      return;
    case 'funds.received':
      for (const fund of event.data.funds) addFund(state, fund, event.seq);
      recordId(state, event.type, event.data.id);
      return;
    case 'fund.adjusted':
    case 'funds.allocated':
    case 'funds.integrated':
    case 'payment.made':
      recordId(state, event.type, event.data.id);
      return;
    case 'funds.dispatched':
      recordId(state, event.type, event.data.id);
      state.dispatches.set(event.data.id, event.seq);
      return;
    case 'project.registered':
      state.projects.set(event.data.id, { stages: 0, reversed: false });
      return;
    case 'project.advanced':
      known(state.projects.get(event.data.project), event).stages += 1;
      return;
    case 'beneficiary.enrolled':
      enrol(state, event.data.id);
      return;
    case 'subsidy.paid':
      recordId(state, event.type, event.data.id);
      markPaid(state, event);
      return;
    case 'asset.registered':
      for (const fund of event.data.opening ?? []) addFund(state, fund, event.seq);
      state.assets.set(event.data.id, { class: event.data.class, owners: [event.data.owners], reversed: false });
      return;
    case 'asset.ownership_changed':
      recordId(state, event.type, event.data.id);
      known(state.assets.get(event.data.asset), event).owners.push(event.data.owners);
      return;
    case 'income.received':
      addFund(state, event.data.fund, event.seq);
      recordId(state, event.type, event.data.id);
      return;
    case 'notice.published':
      publish(state, event);
      return;
    case 'notice.evidenced':
      known(state.notices.get(event.data.notice), event).photos.push(event.data.sha256);
      return;
    case 'notice.withdrawn':
      known(state.notices.get(event.data.notice), event).withdrawnBy = event.seq;
      return;
    case 'objection.filed':
      object(state, event);
      return;
    case 'objection.answered':
      known(state.objections.get(event.data.objection), event).answeredBy = event.seq;
      return;
    case 'period.closed':
      state.closedPeriods.add(event.data.period);
      return;
    case 'entry.reversed':
      state.reversedBy.set(event.data.seq, event.seq);
      undo(state, event);
      return;
  }
  unknownType(event);
}

function publish(state: BookState, event: EventOf<'notice.published'>): void {
  const { id, type, division, rows, publicFrom, publicTo, replaces } = event.data;
  const facts = { seq: event.seq, effectiveDate: event.effectiveDate, type, division, rows, publicFrom, publicTo };
  state.notices.set(id, { ...facts, photos: [], objections: [] });
  if (replaces !== undefined) known(state.notices.get(replaces), event).replacedBy = id;
}

function object(state: BookState, event: EventOf<'objection.filed'>): void {
  const { id, notice, dueOn } = event.data;
  const { seq, effectiveDate } = event;
  state.objections.set(id, { seq, effectiveDate, ...(notice !== undefined && { notice }), dueOn });
  if (notice !== undefined) known(state.notices.get(notice), event).objections.push(id);
}

function enrol(state: BookState, id: string): void {
  const number = state.beneficiaries.get(id)?.number ?? state.beneficiaries.size;
  state.beneficiaries.set(id, { number, reversed: false });
}

function markPaid(state: BookState, event: EventOf<'subsidy.paid'>): void {
  const { policy, period, beneficiary } = event.data;
  const { number } = known(state.beneficiaries.get(beneficiary), event);
  const key = payoutKey(policy, period);
  const paid = state.payouts.get(key);
  if (paid === undefined) state.payouts.set(key, new Set([number]));
  else paid.add(number);
}

function markUnpaid(state: BookState, event: EventOf<'entry.reversed'>): void {
  const { policy = '', period = '', beneficiary = '' } = event.data.of;
  const { number } = known(state.beneficiaries.get(beneficiary), event);
  state.payouts.get(payoutKey(policy, period))?.delete(number);
}

/** What the negated postings of a reversal do not undo by themselves. */
function undo(state: BookState, event: EventOf<'entry.reversed'>): void {
  const { type, of } = event.data;
  switch (type) {
    case 'fund.registered':
      known(state.funds.get(of.id ?? ''), event).reversed = true;
      return;
    case 'funds.received':
      for (const fund of of.funds ?? []) known(state.funds.get(fund), event).reversed = true;
      return;
    case 'project.registered':
      known(state.projects.get(of.id ?? ''), event).reversed = true;
      return;
    case 'project.advanced':
      known(state.projects.get(of.project ?? ''), event).stages -= 1;
      return;
    case 'beneficiary.enrolled':
      known(state.beneficiaries.get(of.id ?? ''), event).reversed = true;
      return;
    case 'subsidy.paid':
      markUnpaid(state, event);
      return;
    case 'asset.registered':
      for (const fund of of.funds ?? []) known(state.funds.get(fund), event).reversed = true;
      known(state.assets.get(of.id ?? ''), event).reversed = true;
      return;
    case 'asset.ownership_changed':
      known(state.assets.get(of.asset ?? ''), event).owners.pop();
      return;
    case 'income.received':
      known(state.funds.get(of.fund ?? ''), event).reversed = true;
      return;
    case 'fund.adjusted':
    case 'funds.allocated':
    case 'funds.integrated':
    case 'funds.dispatched':
    case 'payment.made':
      return;
    case 'book.opened':
    case 'period.closed':
    case 'entry.reversed':
    case 'notice.published':
    case 'notice.evidenced':
    case 'notice.withdrawn':
    case 'objection.filed':
    case 'objection.answered':
      throw new ImpossibleHistory(`event ${event.seq} reverses a ${type}, which cannot be reversed`);
  }
}

function known<T>(thing: T | undefined, event: BookEvent): T {
  if (thing === undefined)
    throw new ImpossibleHistory(`event ${event.seq} (${event.type}) speaks of something that no earlier event made`);
  return thing;
}

function unknownType(event: never): never {
  throw new ImpossibleHistory(`unknown type of event: ${JSON.stringify(event)}`);
}
