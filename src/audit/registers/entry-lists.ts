import type { BookEvent } from '../../domain/event.js';
import { linesOf } from '../moves.js';
import type { Row } from './standing.js';

/** Entries that share a row. */
const CHUNK = 1_000;
/** One more than is shown of a project. */
const MOST_PAYMENTS = 51;

/** In the order of RFC 8785. */
interface Payment {
  reversedBy?: number;
  seq: number;
}

/** Which entries moved each fund, and which are the first payments of each project: found from the entries again. */
export class EntryLists {
  private readonly funds = new Map<string, { chunk: number; fund: string; seqs: string }>();
  private readonly payments = new Map<string, Payment[]>();

  take(event: BookEvent): void {
    const { seq } = event;
    const lines = linesOf(event.postings);
    // Whose postings are none is told of before.
    if (!Array.isArray(lines)) return;
    const chunk = Math.floor(seq / CHUNK);
    for (const { fund } of lines) {
      const row = this.funds.get(`${chunk} ${fund}`);
      if (row === undefined) this.funds.set(`${chunk} ${fund}`, { chunk, fund, seqs: `${seq}` });
      else row.seqs += `,${seq}`;
    }
    if (event.type === 'payment.made') this.pay(event.data.project, seq);
    if (event.type === 'entry.reversed' && event.data.type === 'payment.made')
      this.takeBack(event.data.of.project ?? '', event.data.seq, seq);
  }

  *fundRows(): Iterable<Row> {
    for (const row of this.funds.values()) yield { key: [row.fund, `${row.chunk}`], fields: () => row };
  }

  *paymentRows(): Iterable<Row> {
    for (const [project, payments] of this.payments) yield { key: [project], fields: () => ({ payments, project }) };
  }

  private pay(project: string, seq: number): void {
    const payments = this.payments.get(project) ?? [];
    this.payments.set(project, payments);
    if (payments.length < MOST_PAYMENTS) payments.push({ seq });
  }

  /** @param project whose payment it was, as the audit of entries found it to be */
  private takeBack(project: string, paid: number, reversedBy: number): void {
    const payments = this.payments.get(project) ?? [];
    const at = payments.findIndex(({ seq }) => seq === paid);
    if (at >= 0) payments[at] = { reversedBy, seq: paid };
  }
}
