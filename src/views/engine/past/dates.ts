import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { bookColumn, tableOf } from '../table.js';
import { need, type View } from '../view.js';

/** Entries that one row tells of. */
export const SPAN = 1_000;

/** Between which effective dates the entries `firstSeq` to `firstSeq + SPAN - 1` lie. */
export const DateSpan = defineEntity({
  name: 'DateSpan',
  schema: 'views',
  tableName: 'date_spans',
  properties: {
    book: bookColumn(),
    firstSeq: p.integer().primary(),
    earliest: p.date(),
    latest: p.date(),
  },
  checks: [{ name: 'date_spans_in_order', expression: 'earliest <= latest' }],
});

export const dateSpans = tableOf<InferEntity<typeof DateSpan>>(DateSpan);

/** Which effective dates a book's entries have, so that a question about a date finds the entries that count. */
export const datesView = datesViewOf(SPAN);

/** With spans of another length, for tests of short histories. */
export function datesViewOf(span: number): View {
  const spanOf = (seq: number) => seq - (seq % span);
  return {
    name: 'dates',
    tables: [dateSpans],
    *needs({ seq }) {
      yield need(dateSpans, spanOf(seq));
    },
    evolve(rows, { seq, effectiveDate }) {
      const firstSeq = spanOf(seq);
      const row = rows.find(dateSpans, [firstSeq]) ?? {
        book: rows.book,
        firstSeq,
        earliest: effectiveDate,
        latest: effectiveDate,
      };
      if (effectiveDate < row.earliest) row.earliest = effectiveDate;
      if (effectiveDate > row.latest) row.latest = effectiveDate;
      rows.save(dateSpans, row);
    },
  };
}
