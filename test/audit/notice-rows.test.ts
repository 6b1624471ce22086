import { asBytes } from '../../src/audit/byte-text.js';
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
  for (const { book, event, rows } of published) expect(misfit(rows, event, book)).toBeUndefined();
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
      expect(misfit(rows, event, book)?.path).toMatch(/^rows\[0\]\.(?:cells|figures)\./);
      Object.assign(part, before);
      changed += 1;
    }
  }
  expect(changed).toBeGreaterThan(20);
});

it('names rows that change places, are left out or are none', () => {
  const { book, event, rows } = published.find((one) => one.rows.length > 1) ?? fail();
  expect(misfit(rows.toReversed(), event, book)?.path).toBe('rowsHash');
  expect(misfit(rows.slice(1), event, book)?.path).toBe('rows');
  expect(misfit([...rows.slice(1), 'row'], event, book)?.path).toBe(`rows[${rows.length - 1}]`);
  const citingLater = rows.map((row) => ({ ...row, entries: [...row.entries, event.data.asOfSeq + 1] }));
  expect(misfit(citingLater, event, book)?.path).toBe('rows[0].entries');
});

function fail(): never {
  throw new Error('no notice has two rows');
}

/** The audit holds texts byte for byte. */
function inBytes<T>(value: T): T {
  return JSON.parse(asBytes(JSON.stringify(value))) as T;
}

function misfit(rows: readonly unknown[], event: EventOf<'notice.published'>, { events }: TestBook) {
  const until = inBytes(events.slice(0, event.data.asOfSeq + 1));
  const reversed = new Set(until.flatMap((entry) => (entry.type === 'entry.reversed' ? [entry.data.seq] : [])));
  return rowsMisfit(inBytes(rows), inBytes(event), (seq) => (reversed.has(seq) ? undefined : until[seq]));
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
