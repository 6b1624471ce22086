import { rowsMisfit } from '../../src/audit/notice-rows.js';
import { NoticeRegister } from '../../src/audit/registers/notices.js';
import type { EventOf } from '../../src/domain/event.js';
import { NOTICE_TYPES } from '../../src/domain/notices/types.js';
import { rowsOf, TestBook } from '../support/given.js';
import { notice, objection, photo } from '../support/notices.js';
import { randomWorld } from '../support/recorded-history.js';
import { opened } from '../support/steps.js';

const published = randomWorld(5, 8).log.flatMap(({ book, event }) =>
  event.type === 'notice.published' ? [{ book, event, rows: rowsOf(book.events, event.data, event.data.asOfSeq) }] : [],
);

it('finds the rows of all notices of random books as they were published, whatever came later', () => {
  expect(new Set(published.filter(({ rows }) => rows.length > 0).map(({ event }) => event.data.type)).size).toBe(
    // Three types are words alone.
    NOTICE_TYPES.length - 3,
  );
  for (const { book, event, rows } of published) expect(rowsMisfit(rows, event, book.events)).toBeUndefined();
});

it('names a row of which anything was changed, though its hash were made to fit', () => {
  let changed = 0;
  for (const { book, event, rows } of published) {
    const [first] = rows;
    const figure = Object.values(first?.figures ?? {})[0];
    const cell = Object.values(first?.cells ?? {})[0];
    for (const part of [figure, cell]) {
      if (part === undefined) continue;
      const before = structuredClone(part);
      if ('amount' in part) part.amount = `9${part.amount.replace('-', '')}`;
      else part.text += '改';
      expect(rowsMisfit(rows, event, book.events)?.path).toBe('rowsHash');
      const found = rowsMisfit(rows, withHashOf(event, rows, book), book.events);
      expect(found?.path).toMatch(/^rows\[0\]\.(?:cells|figures)\./);
      Object.assign(part, before);
      changed += 1;
    }
  }
  expect(changed).toBeGreaterThan(20);
});

function withHashOf(event: EventOf<'notice.published'>, rows: object, book: TestBook): EventOf<'notice.published'> {
  // The verifier itself tells the hash that it expects.
  const found = rowsMisfit(rows as never, event, book.events);
  return { ...event, data: { ...event.data, rowsHash: found?.found ?? '' } };
}

it('refuses notices and objections that speak of what is not there', () => {
  const book = new TestBook();
  const withdrawal = { kind: 'notice_withdrawal', body: { notice: 'N', reason: '误发' } } as const;
  const answer = { kind: 'objection_answer', body: { objection: 'O', outcome: 'noted', answer: '已核实' } } as const;
  for (const step of [opened, notice('N'), photo('N'), objection('O', { notice: 'N' }), answer, withdrawal])
    book.post(step);
  const [, first, evidence, filed, answered, withdrawn] = book.events;
  const whole = new NoticeRegister();
  for (const event of book.events) expect(whole.take(event)).toBeUndefined();
  for (const event of [first, evidence, filed, answered, withdrawn]) expect(whole.take(event as never)).toBeDefined();
  for (const event of [evidence, filed, answered, withdrawn])
    expect(new NoticeRegister().take(event as never)).toBeDefined();
});
