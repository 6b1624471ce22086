import type { BookEvent } from '../../domain/event.js';
import { type Need, need, type Rows } from '../engine/view.js';
import { projectPayments } from './fund-tables.js';

/** So many are shown of a project; one more is kept, which tells that there are more. */
export const MOST_PAYMENTS = 50;

export function* paymentNeeds(event: BookEvent): Iterable<Need> {
  const project = payingProject(event);
  if (project !== undefined) yield need(projectPayments, project);
}

/** A payment of a project, or one taken back. */
export function notePayment(rows: Rows, event: BookEvent): void {
  const project = payingProject(event);
  if (project === undefined) return;
  const { book } = rows;
  const { payments = [] } = rows.find(projectPayments, [project]) ?? {};
  if (event.type !== 'entry.reversed') {
    if (payments.length > MOST_PAYMENTS) return;
    rows.save(projectPayments, { book, project, payments: [...payments, { seq: event.seq }] });
    return;
  }
  const { seq } = event.data;
  if (!payments.some((one) => one.seq === seq)) return;
  const marked = payments.map((one) => (one.seq === seq ? { seq, reversedBy: event.seq } : one));
  rows.save(projectPayments, { book, project, payments: marked });
}

function payingProject(event: BookEvent): string | undefined {
  if (event.type === 'payment.made') return event.data.project;
  return event.type === 'entry.reversed' && event.data.type === 'payment.made' ? event.data.of.project : undefined;
}
