import type { BookEvent } from '../domain/event.js';
import { formatYuan } from '../domain/money.js';
import type { Line } from './moves.js';

/** What the table of flows repeats of an entry: one row for each line; fields in the order of RFC 8785. */
export function flowRows(event: BookEvent, lines: readonly Line[]): object[] {
  const { effectiveDate, recordedAt, seq, type } = event;
  const reverses = event.type === 'entry.reversed' ? event.data.seq : null;
  return lines.map(({ fund, from, to, amountFen }, part) => ({
    amount: formatYuan(BigInt(amountFen)),
    effectiveDate,
    from,
    fund,
    part,
    recordedAt,
    reverses,
    seq,
    to,
    type,
  }));
}

/** What the table of events repeats of an entry beside its bytes, so that it can be looked up. */
export function copiedColumns({ command, effectiveDate, id, recordedAt, type }: BookEvent): object {
  return { command, effectiveDate, id, recordedAt, type };
}
