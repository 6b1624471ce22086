import type { BookEvent } from '../../domain/event.js';
import { timeOf } from '../engine/cause.js';
import { type Need, need, type Rows, type View } from '../engine/view.js';
import { type PayoutChange, payoutOf } from './payout-of.js';
import { beneficiaries, payouts, payoutTotals } from './payout-tables.js';

/** Payouts of subsidies, their totals by policy and period, and what each beneficiary was paid. */
export const payoutsView: View = {
  name: 'payouts',
  tables: [payouts, payoutTotals, beneficiaries],
  *needs(event): Iterable<Need> {
    const enrolled = enrolledBy(event);
    if (enrolled !== undefined) yield need(beneficiaries, enrolled);
    const payout = payoutOf(event);
    if (payout === undefined) return;
    if (event.type !== 'subsidy.paid') yield need(payouts, payout.id);
    yield need(payoutTotals, payout.policy, payout.period);
    yield need(beneficiaries, payout.beneficiary);
  },
  evolve(rows, event) {
    enroll(rows, event);
    const change = payoutOf(event);
    if (change === undefined) return;
    if (event.type === 'subsidy.paid') {
      const { id, policy, period, beneficiary, amountFen } = change;
      const paid = { book: rows.book, id, policy, period, beneficiary, fromAccount: event.data.from, amountFen };
      rows.save(payouts, { ...paid, ...timeOf(event), status: 'standing', reversedBy: null });
    } else {
      rows.change(payouts, [change.id], (row) => Object.assign(row, { status: 'reversed', reversedBy: event.seq }));
    }
    addUp(rows, change);
  },
};

function enrolledBy(event: BookEvent): string | undefined {
  if (event.type === 'beneficiary.enrolled') return event.data.id;
  const isReversal = event.type === 'entry.reversed' && event.data.type === 'beneficiary.enrolled';
  return isReversal ? event.data.of.id : undefined;
}

/** Somebody whose enrolment was reversed can be enrolled again, under the same id and afresh. */
function enroll(rows: Rows, event: BookEvent): void {
  const id = enrolledBy(event);
  if (id === undefined) return;
  if (event.type !== 'beneficiary.enrolled') {
    rows.change(beneficiaries, [id], (row) => Object.assign(row, { status: 'reversed', reversedBy: event.seq }));
    return;
  }
  const { division, categories } = event.data;
  const person = { book: rows.book, id, division, categories, payouts: 0, paidFen: 0n };
  rows.save(beneficiaries, { ...person, ...timeOf(event), status: 'standing', reversedBy: null });
}

function addUp(rows: Rows, { policy, period, beneficiary, ...change }: PayoutChange): void {
  const total = rows.find(payoutTotals, [policy, period]) ?? {
    book: rows.book,
    policy,
    period,
    payouts: 0,
    amountFen: 0n,
  };
  total.payouts += change.payouts;
  total.amountFen += change.amountFen;
  rows.save(payoutTotals, total);
  rows.change(beneficiaries, [beneficiary], (row) => {
    row.payouts += change.payouts;
    row.paidFen += change.amountFen;
  });
}
