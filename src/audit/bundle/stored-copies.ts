import canonicalize from 'canonicalize';
import type { PoolClient } from 'pg';
import type { BookEvent } from '../../domain/event.js';
import { asBytes } from '../byte-text.js';
import { textOf } from '../difference.js';
import { EVENT_SHAPES } from '../event-shapes.js';
import { copiedColumns, flowRows } from '../flow-rows.js';
import { linesOf } from '../moves.js';
import { type RowOfEntry, RowsBySeq } from './cursor.js';
import { expression, written } from './table-rows.js';

/** The columns of an event's row that repeat its bytes. */
export interface CopiedColumns {
  command: string;
  effectiveDate: string;
  id: string;
  recordedAt: string;
  type: string;
}

export const COPIED_COLUMNS = `command, ${expression('day', 'effective_date')} as "effectiveDate", id,
  ${expression('instant', 'recorded_at')} as "recordedAt", type`;

const FLOWS = `
  select amount_fen as amount, ${expression('day', 'effective_date')} as "effectiveDate", from_account as "from", fund, part,
    ${expression('instant', 'recorded_at')} as "recordedAt", reverses, seq, to_account as "to", type
  from views.fund_flows where book = $1 order by seq, part, fund collate "C"`;

/**
 * What tables repeat of each entry is as long as the entries, and says nothing that they do not say. So a bundle has it only where
 * it is not what its entry says: then as it stands in the table.
 */
export class StoredCopies {
  private constructor(private readonly flows: RowsBySeq) {}

  static async open(client: PoolClient, book: string): Promise<StoredCopies> {
    return new StoredCopies(await RowsBySeq.open(client, { name: 'flows', query: FLOWS, values: [book] }));
  }

  /** Lines that come after an entry, each a JSON value; none where its copies are right. */
  async linesAfter(seq: number, event: BookEvent | undefined, columns?: CopiedColumns): Promise<object[]> {
    const stored = (await this.flows.upTo(seq)).map(writtenFlow);
    // Of an entry that is none nobody can say what its copies should be; it is itself the first difference.
    if (event === undefined) return [];
    const copied = columns && { ...columns, recordedAt: written('instant', columns.recordedAt) };
    const lines = linesOf(event.postings);
    const isCopied = copied === undefined || canonicalize(copied) === canonicalize(copiedColumns(event));
    const isFlow = !Array.isArray(lines) || canonicalize(stored) === canonicalize(flowRows(event, lines));
    return [...(isCopied ? [] : [{ columns: copied }]), ...(isFlow ? [] : [{ flows: stored }])];
  }

  /** Flows of no entry at all. */
  async linesAtEnd(): Promise<object[]> {
    const strays = await this.flows.upTo(Number.POSITIVE_INFINITY);
    return strays.length === 0 ? [] : [{ flows: strays.map(writtenFlow) }];
  }
}

function writtenFlow(row: RowOfEntry): object {
  return { ...row, amount: written('yuan', row.amount), recordedAt: written('instant', row.recordedAt) };
}

/** The event as it is, where it has the shape of one. */
export function parsedEvent(canonical: string): BookEvent | undefined {
  let bytes: unknown;
  try {
    bytes = JSON.parse(asBytes(canonical));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const type = typeof bytes === 'object' && bytes !== null && 'type' in bytes ? textOf(bytes.type) : '';
  const shape = EVENT_SHAPES.get(type);
  return shape !== undefined && shape.judge(bytes) === undefined ? (JSON.parse(canonical) as BookEvent) : undefined;
}
