import canonicalize from 'canonicalize';
import type { BookEvent } from '../../domain/event.js';
import { asBytes } from '../byte-text.js';
import { copiedColumns } from '../copied-columns.js';
import { textOf } from '../difference.js';
import { EVENT_SHAPES } from '../event-shapes.js';
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

/**
 * What the columns repeat of an entry says nothing that it does not say. So a bundle has it only where it is not what the entry says.
 * None either of an entry that is none: nobody can say what its copies should be, and it is itself the first difference.
 */
export function wrongColumns(event: BookEvent | undefined, columns: CopiedColumns | undefined): object[] {
  if (event === undefined || columns === undefined) return [];
  const copied = { ...columns, recordedAt: written('instant', columns.recordedAt) };
  return canonicalize(copied) === canonicalize(copiedColumns(event)) ? [] : [{ columns: copied }];
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
