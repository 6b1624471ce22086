import { DerivedNotices } from '../../src/audit/bundle/derived-notices.js';
import { asBytes } from '../../src/audit/byte-text.js';
import { EventAudit } from '../../src/audit/event-audit.js';
import { NoticeAudit } from '../../src/audit/notices/notice-audit.js';
import { DivisionSums } from '../../src/audit/registers/divisions.js';
import { NoticeRegister } from '../../src/audit/registers/notices.js';
import { addDays, lastDay } from '../../src/disclosure/calendar.js';
import { hashOfRows } from '../../src/disclosure/notice-rows.js';
import type { BookEvent, EventOf } from '../../src/domain/event.js';
import type { Row } from '../../src/domain/notices/rows/row.js';
import { NOTICE_TYPES } from '../../src/domain/notices/types.js';
import { Refusal } from '../../src/domain/refusal.js';
import { canonical } from '../../src/event-store/canonical.js';
import { rowsOf, TestBook } from '../support/given.js';
import { notice, objection, photo } from '../support/notices.js';
import { asRecorded, randomWorld } from '../support/recorded-history.js';
import { opened } from '../support/steps.js';

type Notice = EventOf<'notice.published'>;

interface Published {
  book: readonly BookEvent[];
  event: Notice;
  rows: Row[];
}

const published: Published[] = randomWorld(5, 8).books.flatMap(({ events }) => {
  const book = events.map(asRecorded);
  return book.flatMap((event) =>
    event.type === 'notice.published' ? [{ book, event, rows: rowsOf(book, event.data, event.data.asOfSeq) }] : [],
  );
});

/** The audit holds texts byte for byte, and fields in the order of RFC 8785. */
function inBytes<T>(value: T): T {
  return value === undefined ? value : (JSON.parse(asBytes(canonical(value))) as T);
}

const audits = new Map<BookEvent | undefined, EventAudit>();

/** @param until the last entry that was taken in */
function audited(book: readonly BookEvent[], until = book.length - 1): NoticeAudit {
  let events = audits.get(book[until]);
  if (events === undefined) {
    events = new EventAudit(book[0]?.book ?? '');
    for (const event of book.slice(0, until + 1)) events.take(inBytes(event));
    audits.set(book[until], events);
  }
  return new NoticeAudit(events);
}

function misfit({ book, event }: Published, rows: unknown, notices = audited(book, event.seq)) {
  return notices.judge(notices.plan(inBytes(event)), inBytes(rows), (seq) => inBytes(book[seq]));
}

it('makes the rows of all notices of random books as they were published, whatever came later', () => {
  expect(new Set(published.filter(({ rows }) => rows.length > 0).map(({ event }) => event.data.type)).size).toBe(
    // Three types are words alone.
    NOTICE_TYPES.length - 3,
  );
  for (const [book, notices] of Map.groupBy(published, (one) => one.book)) {
    const [atEnd, rows] = [audited(book), notices.reduce((sum, one) => sum + one.rows.length, 0)];
    for (const one of notices) {
      expect(misfit(one, one.rows)).toBeUndefined();
      expect(misfit(one, one.rows, atEnd)).toBeUndefined();
    }
    expect(atEnd.rows).toBe(rows);
  }
});

it('gives a bundle the rows of all notices of a book, each as of its own entry, out of entries that are kept once', () => {
  for (const [book, notices] of Map.groupBy(published, (one) => one.book)) {
    const derived = new DerivedNotices(notices.map(({ event }) => event));
    const rows = notices.map(({ event, rows: own }) => ({ notice: { id: event.data.id, rows: own } }));
    expect(book.flatMap((event) => derived.take(event))).toEqual(rows);
  }
});

/** One of each type, as long as there is one with such rows. */
function ofEachType(isFit: (one: Published) => boolean): Published[] {
  const fit = published.filter((one) => one.rows.length > 0 && isFit(one));
  return [...Map.groupBy(fit, ({ event }) => event.data.type).values()].flatMap(([first]) => first ?? []);
}

describe.each(ofEachType(() => true).map((one) => [one.event.data.type, one] as const))(
  'of a notice of %s',
  (_, one) => {
    const { rows, event } = one;
    const path = `notices[${event.data.id}].rows`;
    const [first] = rows as [Row];

    /** The first row with another part, and its hash made to fit. */
    const changed = (change: (row: Row) => void) => {
      const [other] = structuredClone(rows) as [Row, ...Row[]];
      change(other);
      const forged = [other, ...rows.slice(1)];
      const data = { ...event.data, rowsHash: hashOfRows(forged) };
      return misfit({ ...one, event: { ...event, data } }, forged);
    };

    it.each(Object.keys(first.cells))('names cell %s that was changed or left out', (column) => {
      const cell = first.cells[column];
      const text = changed((row) => Object.assign(row.cells[column] ?? {}, { text: `${cell?.text}改` }));
      expect(text).toMatchObject({ path: `${path}[0].cells.${column}.text`, found: JSON.stringify(`${cell?.text}改`) });
      const place = changed((row) => Object.assign(row.cells[column] ?? {}, { path: 'type' }));
      expect(place?.path).toBe(`${path}[0].cells.${column}.path`);
      const none = changed((row) => delete row.cells[column]);
      expect(none).toMatchObject({ path: `${path}[0].cells.${column}`, found: 'nothing' });
    });

    it('names a figure that was changed, rests on less, or is left out', () => {
      for (const [column, { amount }] of Object.entries(first.figures)) {
        const larger = `9${amount.replace('-', '')}`;
        const sum = changed((row) => Object.assign(row.figures[column] ?? {}, { amount: larger }));
        expect(sum).toEqual({
          path: `${path}[0].figures.${column}.amount`,
          expected: `"${amount}"`,
          found: `"${larger}"`,
        });
        const less = changed((row) => row.figures[column]?.from.pop());
        expect(less?.path).toContain(`${path}[0].figures.${column}.from`);
        const none = changed((row) => delete row.figures[column]);
        expect(none?.path).toBe(`${path}[0].figures.${column}`);
      }
    });

    it('names a row that was left out, put in, changed places or is none, though number and hash were made to fit', () => {
      const forge = (forged: Row[]) => {
        const data = { ...event.data, rows: forged.length, rowsHash: hashOfRows(forged) };
        return misfit({ ...one, event: { ...event, data } }, forged);
      };
      expect(forge(rows.slice(0, -1))).toMatchObject({ path: `${path}[${rows.length - 1}]`, found: 'nothing' });
      expect(forge([...rows, first])).toMatchObject({ path: `${path}[${rows.length}]`, expected: 'nothing' });
      if (rows.length > 1) expect(forge(rows.toReversed())?.path).toContain(`${path}[0].`);
      expect(misfit(one, ['row', ...rows.slice(1)])).toMatchObject({ path: `${path}[0]`, found: '"row"' });
      expect(misfit(one, undefined)).toMatchObject({ found: 'none' });
      expect(changed((row) => row.entries.push(event.data.asOfSeq + 1))?.path).toContain(`${path}[0].entries`);
    });

    it('names the number and the hash of its rows where its entry has them wrong', () => {
      const wrong = (data: Partial<Notice['data']>) =>
        misfit({ ...one, event: { ...event, data: { ...event.data, ...data } } }, rows);
      expect(wrong({ rows: rows.length + 1 })).toEqual({
        path: 'data.rows',
        expected: `${rows.length}`,
        found: `${rows.length + 1}`,
      });
      expect(wrong({ rowsHash: '0'.repeat(64) })).toMatchObject({
        path: 'data.rowsHash',
        expected: JSON.stringify(event.data.rowsHash),
      });
    });

    it('names what it covers where that is not for its type, or not in the book', () => {
      const covers = (other: Notice['data']['covers']) =>
        misfit({ ...one, event: { ...event, data: { ...event.data, covers: other } } }, rows)?.path;
      expect(covers({ ...event.data.covers, pool: 'P', policy: 'Q' })).toBe(`notices[${event.data.id}].covers`);
      const unknown = { entries: [event.seq], project: 'none', funds: ['none'], pool: 'none', asset: 'none' };
      for (const [part, value] of Object.entries(unknown))
        if (part in event.data.covers)
          expect(covers({ ...event.data.covers, [part]: value })).toContain(`notices[${event.data.id}].covers.${part}`);
    });
  },
);

it('counts nothing that had been reversed by the entry that is pinned', () => {
  const kinds = new Set<string>();
  for (const { book, event, rows } of published) {
    const cited = new Set(rows.flatMap(({ entries }) => entries));
    const reversal = book.find((entry) => entry.type === 'entry.reversed' && cited.has(entry.data.seq));
    if (reversal === undefined) continue;
    // As if the notice had been published after it.
    const data = { ...event.data, asOfSeq: Math.max(reversal.seq, event.data.asOfSeq) };
    const expected = rowsOrRefusal(book, data);
    const forged = { ...event, data: { ...data, rows: expected.length, rowsHash: hashOfRows(expected) } };
    const found = misfit({ book, event: forged, rows }, expected, audited(book));
    if (expected.length === 0 && found !== undefined) expect(found.path).toContain('.covers.');
    else expect(found).toBeUndefined();
    kinds.add(event.data.type);
  }
  expect(kinds.size).toBeGreaterThan(5);
});

/** None where what the notice covers stands no longer. */
function rowsOrRefusal(book: readonly BookEvent[], data: Notice['data']): Row[] {
  try {
    return rowsOf(book, data, data.asOfSeq);
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}

it('refuses notices and objections that speak of what is not there', () => {
  const book = new TestBook();
  const withdrawal = { kind: 'notice_withdrawal', body: { notice: 'N', reason: '误发' } } as const;
  const answer = { kind: 'objection_answer', body: { objection: 'O', outcome: 'noted', answer: '已核实' } } as const;
  for (const step of [opened, notice('N'), photo('N'), objection('O', { notice: 'N' }), answer, withdrawal])
    book.post(step);
  const [, first, evidence, filed, answered, withdrawn] = book.events;
  const register = () => new NoticeRegister(new DivisionSums(book.id));
  const whole = register();
  for (const event of book.events) expect(whole.take(event)).toBeUndefined();
  for (const event of [first, evidence, filed, answered, withdrawn]) expect(whole.take(event as never)).toBeDefined();
  for (const event of [evidence, filed, answered, withdrawn]) expect(register().take(event as never)).toBeDefined();
});

it('names a division outside the book, and a last day that is not as many days after the first', () => {
  const book = new TestBook();
  for (const step of [opened, notice('N', 'supervision', {}, { days: 10 })]) book.post(step);
  const event = book.events.at(-1) as Notice;
  const judged = (data: Partial<Notice['data']>) =>
    new NoticeRegister(new DivisionSums(book.id)).take({ ...event, data: { ...event.data, ...data } });
  expect(judged({})).toBeUndefined();
  expect(judged({ division: '640122100201' })?.path).toBe('data.division');
  for (const publicTo of ['2016-07-22', '2016-07-24'])
    expect(judged({ publicTo })).toEqual({ path: 'data.publicTo', expected: '"2016-07-23"', found: `"${publicTo}"` });
  expect(judged({ days: Number.MAX_SAFE_INTEGER })?.path).toBe('data.days');
  for (const publicTo of ['2016-07-22', '2016-09-03', '9999-12-31'])
    expect(judged({ publicTo, dayKind: 'working' })?.expected).toBe('a day from "2016-07-23" to "2016-09-02"');
  expect(judged({ publicTo: '2016-09-02', dayKind: 'working' })).toBeUndefined();
  expect(judged({ publicTo: '2016-07-27', dayKind: 'working' })).toBeUndefined();
});

it('takes whatever the calendar of holidays makes of working days, with ten days to spare', () => {
  const book = new TestBook();
  for (const step of [opened, notice('N', 'supervision', {}, { days: 10 })]) book.post(step);
  const event = book.events.at(-1) as Notice;
  const divisions = new DivisionSums(book.id);
  const wrong: string[] = [];
  for (let publicFrom = '2003-12-01'; publicFrom < '2027-01-01'; publicFrom = addDays(publicFrom, 1))
    for (const days of [1, 2, 3, 7, 10, 15, 30, 60]) {
      const publicTo = addDays(lastDay(publicFrom, days, 'working'), 10);
      const data = { ...event.data, publicFrom, publicTo, days, dayKind: 'working' as const };
      const found = new NoticeRegister(divisions).take({ ...event, data });
      if (found !== undefined) wrong.push(`${publicFrom} and ${days} days: ${found.path}`);
    }
  expect(wrong).toEqual([]);
});

it('names a reason without the notice that is replaced, and a notice that is replaced without a reason', () => {
  const book = new TestBook();
  for (const step of [opened, notice('N'), notice('M', 'supervision', {}, { replaces: 'N', reason: '更正' })])
    book.post(step);
  const [, first, correction] = book.events as [BookEvent, Notice, Notice];
  const found = (changed: Notice) => {
    const register = new NoticeRegister(new DivisionSums(book.id));
    if (changed.seq > first.seq) register.take(first);
    return register.take(changed);
  };
  expect(found(correction)).toBeUndefined();
  const { reason: _, ...unexplained } = correction.data;
  expect(found({ ...correction, data: unexplained })).toMatchObject({ path: 'data.reason', found: 'nothing' });
  const explained = { ...first, data: { ...first.data, reason: 'why' } };
  expect(found(explained)).toMatchObject({ path: 'data.reason', found: '"why"' });
});
