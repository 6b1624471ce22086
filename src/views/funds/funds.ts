import { account } from '../../domain/account.js';
import type { BookEvent, EventOf } from '../../domain/event.js';
import type { DispatchedFund } from '../../domain/funds/dispatch-funds.js';
import { parseYuan } from '../../domain/money.js';
import { causeOf, timeOf } from '../engine/cause.js';
import { legsOf } from '../engine/legs.js';
import { type Need, need, type Rows, type View } from '../engine/view.js';
import { type Flow, flowsOf } from './flows.js';
import { entryNeeds, noteEntry } from './fund-entries.js';
import { fundDispatches, fundEntries, fundFlowTotals, fundPlaces, funds, projectPayments } from './fund-tables.js';
import { notePayment, paymentNeeds } from './project-payments.js';

/** Each fund: its facts, where it stands, which entries moved it, and what was dispatched of it; and the payments of projects. */
export const fundsView: View = {
  name: 'funds',
  tables: [funds, fundPlaces, fundEntries, fundFlowTotals, fundDispatches, projectPayments],
  needs: needsOf,
  evolve(rows, event) {
    for (const fund of registeredBy(event)) register(rows, event, fund);
    for (const id of unregisteredBy(event)) {
      rows.change(funds, [id], (row) => Object.assign(row, { status: 'reversed', reversedBy: event.seq }));
    }
    if (causeOf(event) === 'fund.adjusted') adjust(rows, event);
    place(rows, event);
    for (const flow of flowsOf(event)) addToTotal(rows, event, flow);
    noteEntry(rows, event);
    notePayment(rows, event);
    dispatch(rows, event);
  },
};

function* needsOf(event: BookEvent): Iterable<Need> {
  for (const { id } of registeredBy(event)) yield need(funds, id);
  for (const id of unregisteredBy(event)) yield need(funds, id);
  for (const { account: name, fund } of event.postings) {
    if (causeOf(event) === 'fund.adjusted') yield need(funds, fund);
    yield need(fundPlaces, fund, name);
    const dispatched = dispatchOf(event);
    if (dispatched !== undefined) yield need(fundDispatches, fund, dispatched);
  }
  for (const flow of flowsOf(event)) yield need(fundFlowTotals, flow.fund, ...pairOf(event, flow));
  yield* entryNeeds(event);
  yield* paymentNeeds(event);
}

function registeredBy(event: BookEvent): readonly DispatchedFund[] {
  if (event.type === 'fund.registered') return [event.data];
  if (event.type === 'funds.received') return event.data.funds;
  if (event.type === 'income.received') return [event.data.fund];
  return event.type === 'asset.registered' ? (event.data.opening ?? []) : [];
}

function unregisteredBy(event: BookEvent): readonly string[] {
  if (event.type !== 'entry.reversed') return [];
  const { type, of } = event.data;
  if (type === 'fund.registered') return of.id === undefined ? [] : [of.id];
  if (type === 'income.received') return of.fund === undefined ? [] : [of.fund];
  return type === 'funds.received' || type === 'asset.registered' ? (of.funds ?? []) : [];
}

function register(rows: Rows, event: BookEvent, fund: DispatchedFund): void {
  const { id, name, level, nature, channel, fiscalYear, subject, restrictions, origin, amount } = fund;
  rows.save(funds, {
    book: rows.book,
    id,
    name,
    level,
    nature,
    channel: channel ?? null,
    fiscalYear,
    subject: subject ?? null,
    restrictions,
    origin: origin ?? null,
    registeredFen: parseYuan(amount),
    adjustedFen: 0n,
    ...timeOf(event),
    status: 'standing',
    reversedBy: null,
  });
}

/** An adjustment and its reversal both show in what the bureau holds. */
function adjust(rows: Rows, event: BookEvent): void {
  for (const { account: name, fund, amountFen } of legsOf(event)) {
    if (name === account.bureau) rows.change(funds, [fund], (row) => (row.adjustedFen += amountFen));
  }
}

function place(rows: Rows, event: BookEvent): void {
  for (const { account: name, fund, amountFen } of legsOf(event)) {
    const row = rows.find(fundPlaces, [fund, name]) ?? { book: rows.book, fund, account: name, amountFen: 0n };
    row.amountFen += amountFen;
    rows.save(fundPlaces, row);
  }
}

function addToTotal(rows: Rows, event: BookEvent, flow: Flow): void {
  const { fund, amountFen } = flow;
  const [fromAccount, toAccount] = pairOf(event, flow);
  const total = rows.find(fundFlowTotals, [fund, fromAccount, toAccount]) ?? {
    book: rows.book,
    fund,
    fromAccount,
    toAccount,
    amountFen: 0n,
  };
  total.amountFen += event.type === 'entry.reversed' ? -amountFen : amountFen;
  rows.save(fundFlowTotals, total);
}

/** The accounts to whose total a flow belongs: a reversal, which goes back, is taken off the way that it cancels. */
function pairOf(event: BookEvent, { fromAccount, toAccount }: Flow): [string, string] {
  return event.type === 'entry.reversed' ? [toAccount, fromAccount] : [fromAccount, toAccount];
}

function dispatchOf(event: BookEvent): string | undefined {
  if (event.type === 'funds.dispatched') return event.data.id;
  return causeOf(event) === 'funds.dispatched' ? (event as EventOf<'entry.reversed'>).data.of.id : undefined;
}

function dispatch(rows: Rows, event: BookEvent): void {
  if (event.type === 'funds.dispatched') {
    const { id, toBook, funds: dispatched } = event.data;
    for (const { id: fund, amount } of dispatched) {
      const amountFen = parseYuan(amount);
      const row = { book: rows.book, fund, dispatch: id, toBook, amountFen, ...timeOf(event) };
      rows.save(fundDispatches, { ...row, status: 'standing', reversedBy: null });
    }
    return;
  }
  const reversed = dispatchOf(event);
  if (reversed === undefined) return;
  for (const fund of new Set(event.postings.map((posting) => posting.fund))) {
    rows.change(fundDispatches, [fund, reversed], (row) =>
      Object.assign(row, { status: 'reversed', reversedBy: event.seq }),
    );
  }
}
