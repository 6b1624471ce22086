import fc from 'fast-check';
import { asBytes } from '../../src/audit/byte-text.js';
import { Different } from '../../src/audit/difference.js';
import { EventAudit } from '../../src/audit/event-audit.js';
import { NoticeAudit } from '../../src/audit/notices/notice-audit.js';
import type { BookEvent } from '../../src/domain/event.js';
import { canonical } from '../../src/event-store/canonical.js';
import { readEvent } from '../support/byte-line.js';
import { rowsOf } from '../support/given.js';
import { randomHistory, variedHistory } from '../support/recorded-history.js';

const books = (seed: number) => Map.groupBy(randomHistory(seed, 4), ({ book }) => book);

/** The audit holds texts byte for byte, and fields in the order of RFC 8785. */
function inBytes<T>(value: T): T {
  return value === undefined ? value : (JSON.parse(asBytes(canonical(value))) as T);
}

function audit(book: string, events: readonly BookEvent[]): void {
  const audited = new EventAudit(book);
  for (const event of events) audited.take(readEvent(asBytes(canonical(event))));
}

test('whatever the ledger records is found to be right', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
      for (const [book, events] of books(seed)) audit(book, events);
    }),
    { numRuns: 15 },
  );
});

function publishedRows(book: readonly BookEvent[]): void {
  const audited = new EventAudit(book[0]?.book ?? '');
  for (const event of book) audited.take(inBytes(event));
  const notices = new NoticeAudit(audited);
  for (const event of book) {
    if (event.type !== 'notice.published') continue;
    const rows = rowsOf(book, event.data, event.data.asOfSeq);
    expect(notices.judge(notices.plan(inBytes(event)), inBytes(rows), (seq) => inBytes(book[seq]))).toBeUndefined();
  }
}

test('so is what says all that it may, on many days, and the rows of every notice', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
      for (const [book, events] of Map.groupBy(variedHistory(seed, 4), (event) => event.book)) {
        audit(book, events);
        publishedRows(events);
      }
    }),
    { numRuns: 10 },
  );
});

function difference(book: string, events: readonly BookEvent[]): Different['difference'] {
  try {
    audit(book, events);
  } catch (error) {
    if (error instanceof Different) return error.difference;
    throw error;
  }
  throw new Error('no difference was found');
}

type Changed = { [Type in BookEvent['type']]: Extract<BookEvent, { type: Type }> };

/** What is found where the last entry of a type in a history is changed, or is entered once more after all. */
function found<Type extends BookEvent['type']>(
  type: Type,
  change: (event: Changed[Type], events: BookEvent[]) => void,
): Different['difference'] {
  for (let seed = 1; ; seed += 1) {
    for (const [book, events] of books(seed)) {
      const at = events.findLastIndex((event) => event.type === type);
      if (at < 0) continue;
      const history = structuredClone(events.slice(0, at + 1));
      change(history[at] as Changed[Type], history);
      return difference(book, history);
    }
  }
}

/** The last entry is entered again, under a key and with an id of the event of its own. */
function again(events: BookEvent[], id?: string): void {
  const last = events.at(-1) as BookEvent;
  const data = id === undefined ? last.data : { ...last.data, id };
  events.push({ ...last, data, seq: last.seq + 1, command: 'again' } as BookEvent);
}

test.each<[string, () => Different['difference'], object]>([
  ['an entry is reversed twice', () => found('entry.reversed', (_, events) => again(events)), { field: 'data.seq' }],
  [
    'a reversal moves less than was moved',
    () =>
      found('entry.reversed', (event) => {
        if (event.postings.length === 0) event.data.of = {};
        else for (const posting of event.postings) posting.amount = posting.amount.startsWith('-') ? '-0.01' : '0.01';
      }),
    { field: expect.stringMatching(/^(postings\[0\]|data\.of)$/) },
  ],
  [
    'a reversal names another thing',
    () => found('entry.reversed', (event) => (event.data.of = { id: 'other' })),
    { field: 'data.of', found: '{"id":"other"}' },
  ],
  ['an id is used twice', () => found('funds.allocated', (_, events) => again(events)), { field: 'data.id' }],
  ['a fund is registered twice', () => found('fund.registered', (_, events) => again(events)), { field: 'data.id' }],
  [
    'a project is registered twice',
    () => found('project.registered', (_, events) => again(events)),
    { field: 'data.id' },
  ],
  [
    'a payout is made twice',
    () => found('subsidy.paid', (_, events) => again(events, 'P-again')),
    { field: 'data.beneficiary' },
  ],
  [
    'somebody is enrolled twice',
    () => found('beneficiary.enrolled', (_, events) => again(events)),
    { field: 'data.id' },
  ],
  ['a stage is reached twice', () => found('project.advanced', (_, events) => again(events)), { field: 'data.stage' }],
  [
    'a month is closed twice',
    () => found('period.closed', (_, events) => again(events)),
    { field: expect.stringMatching(/^(data\.period|effectiveDate)$/) },
  ],
  ['a book is opened twice', () => found('book.opened', (_, events) => again(events)), { field: 'type' }],
  [
    'shares do not add to 1',
    () =>
      found(
        'asset.registered',
        (event) => (event.data.owners = event.data.owners.map((owner) => ({ ...owner, share: '1/7' }))),
      ),
    { field: 'data.owners', expected: 'shares that add to 1' },
  ],
  [
    'a payee is nobody',
    () => found('payment.made', (event) => (event.data.payee = 'beneficiary:nobody')),
    { field: 'data.payee', found: '"nobody"' },
  ],
  [
    'a thing lies outside of the book',
    () => found('project.registered', (event) => (event.data.division = '110101')),
    { field: 'data.division' },
  ],
  [
    'money moves to where the entry does not say',
    () => found('subsidy.paid', (event) => (event.data.policy = '别的')),
    { field: 'postings[1].account', expected: '"paid:别的"' },
  ],
  [
    'a dispatch gives a fund other facts',
    () => found('funds.dispatched', (event) => Object.assign(event.data.funds[0] ?? {}, { name: '别的' })),
    { field: 'data.funds[0]' },
  ],
])('%s', (_, differ, expected) => {
  expect(differ()).toMatchObject(expected);
});
