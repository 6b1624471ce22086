import { asBytes } from '../../src/audit/byte-text.js';
import { Different } from '../../src/audit/difference.js';
import { EventAudit } from '../../src/audit/event-audit.js';
import { EVENT_SHAPES } from '../../src/audit/event-shapes.js';
import { hashOfRows } from '../../src/disclosure/notice-rows.js';
import type { BookEvent, EventOf } from '../../src/domain/event.js';
import { canonical } from '../../src/event-store/canonical.js';
import { parseVerifier } from '../../src/log/note.js';
import { auditBundle } from '../support/audit-bundle.js';
import { readEvent } from '../support/byte-line.js';
import { rowsOf, type Step, TestBook } from '../support/given.js';
import { notice } from '../support/notices.js';
import { asRecorded } from '../support/recorded-history.js';
import { COUNTY, sealedBook } from '../support/sealed-book.js';
import { asset, beneficiary, fund, opened, payment, payout, project, reversal } from '../support/steps.js';
import { LOG_KEY } from '../support/writers.js';

const TRILLION = '1000000000000.00';
/** One fen less than two hundred trillion: no number is that. */
const MOST = '199999999999999.99';
const [SMALL, SMALL_SUM] = ['10.00', '1999.99'];

/** Of two hundred funds as much as one may have, but for a fen. */
const linesOf = (ids: readonly string[]) => ids.map((id, at) => ({ fund: id, amount: at === 0 ? '9.99' : SMALL }));

const FUNDS = Array.from({ length: 200 }, (_, at) => `F-${at}`);
const [LINES, FROM_POOL] = [linesOf(FUNDS), { from: 'pool:2016', to: 'project:P' }];

/** What a city sends that has so much, to be taken in with the seq that follows. */
function dispatchOfCity(): EventOf<'funds.dispatched'> {
  const city = new TestBook('640100');
  city.post({ kind: 'book', body: { id: city.id, name: '银川市财政局', level: 'city' } });
  for (const id of FUNDS) city.post(fund(id, SMALL, { name: '款' }));
  return city.post({ kind: 'dispatch', body: { toBook: COUNTY, lines: LINES } }) as EventOf<'funds.dispatched'>;
}

/** As services of a former version let it be recorded: two hundred lines of a trillion in one entry of each type. */
function largeBook(): BookEvent[] {
  const book = new TestBook();
  const post = (...steps: Step[]) => steps.map((step) => book.post(step));
  post(opened, beneficiary('B-1'), beneficiary('B-2'), project('P'), ...FUNDS.map((id) => fund(id, SMALL)));
  post(
    { kind: 'integration', body: { pool: '2016', lines: LINES } },
    { kind: 'allocation', body: { ...FROM_POOL, lines: LINES } },
    payment('P', 'capital', SMALL_SUM),
    asset('A', 'P', SMALL_SUM),
  );
  const dispatch = dispatchOfCity();
  const evidence = { dispatch, settledBy: undefined };
  // Short ids and names: an entry has 64 KiB at most.
  const arrival = { id: 'A', fromBook: dispatch.book, dispatch: dispatch.data.id };
  const [arrived] = post({ kind: 'arrival', body: arrival, evidence });
  const taken = linesOf((arrived as EventOf<'funds.received'>).data.funds.map(({ id }) => id));
  const from = 'department:301';
  post({ kind: 'allocation', body: { from: 'bureau', to: from, lines: taken } });
  const takeBack = () => post(reversal(book.events.length - 1));
  for (const to of ['B-1', 'B-2', 'B-1']) {
    post(payout(to, SMALL_SUM, { from }));
    takeBack();
  }
  post(payout('B-2', SMALL_SUM, { from }), notice('N', 'household_subsidy', { policy: '光伏补贴', period: '2016' }));
  post(reversal(book.events.length - 2), { kind: 'dispatch', body: { toBook: '640122', from, lines: taken } });
  return enlarged(book.events.map(asRecorded));
}

/** The ledger of today refuses lines that add to so much: it was given the like of them in small. */
function enlarged(small: readonly BookEvent[]): BookEvent[] {
  const large: Record<string, string> = { [SMALL]: TRILLION, '9.99': '999999999999.99', [SMALL_SUM]: MOST };
  const text = JSON.stringify(small).replaceAll(
    /"(-?)(10\.00|9\.99|1999\.99)"/g,
    (_, sign, amount) => `"${sign}${large[amount]}"`,
  );
  const events = JSON.parse(text) as BookEvent[];
  for (const { type, data } of events)
    if (type === 'notice.published') data.rowsHash = hashOfRows(rowsOf(events, data, data.asOfSeq));
  return events;
}

const events = largeBook();
const large = events.filter(({ data }) => 'amount' in data && data.amount === MOST);

function difference(book: readonly BookEvent[]): Different['difference'] | undefined {
  const audit = new EventAudit(COUNTY);
  try {
    for (const event of book) audit.take(readEvent(asBytes(canonical(event))));
  } catch (error) {
    if (error instanceof Different) return error.difference;
    throw error;
  }
  return undefined;
}

test('a book whose entries move two hundred times a trillion is whole, with all that is made of it', async () => {
  expect(new Set(large.map(({ type }) => type))).toEqual(
    new Set([
      'funds.integrated',
      'funds.allocated',
      'payment.made',
      'asset.registered',
      'funds.received',
      'subsidy.paid',
      'funds.dispatched',
    ]),
  );
  const book = await sealedBook(events);
  try {
    const whole = await auditBundle(await book.bundle('large'), { keys: [parseVerifier(LOG_KEY.vkey)], book: COUNTY });
    expect(whole).toMatchObject({ book: COUNTY, size: events.length });
  } finally {
    await book.close();
  }
});

test.each([
  ['199999999999999.98', 'data.amount'],
  ['200000000000000.00', 'data.amount'],
])('an amount of %s is not what the postings of such an entry say', (amount, field) => {
  for (const { seq } of large) {
    const book = structuredClone(events.slice(0, seq + 1));
    Object.assign(book[seq]?.data ?? {}, { amount });
    expect(difference(book)).toMatchObject({
      seq,
      field,
      expected: `"${MOST}", as the postings`,
      found: `"${amount}"`,
    });
  }
});

test('one fen more in a line of such an entry is found', () => {
  for (const { seq } of large) {
    const book = structuredClone(events.slice(0, seq + 1));
    for (const posting of book[seq]?.postings.slice(0, 2) ?? [])
      posting.amount = posting.amount.replace('999999999999.99', TRILLION);
    expect(difference(book)).toMatchObject({
      seq,
      field: 'data.amount',
      expected: '"200000000000000.00", as the postings',
    });
  }
});

test('no single fund and no posting has so much', () => {
  const [registered] = events.filter(({ type }) => type === 'fund.registered').map((event) => structuredClone(event));
  const judged = () => EVENT_SHAPES.get('fund.registered')?.judge(JSON.parse(canonical(registered)));
  expect(judged()).toBeUndefined();
  Object.assign(registered?.postings[0] ?? {}, { amount: '-10000000000000.00' });
  expect(judged()).toMatchObject({ path: 'postings[0].amount' });
  Object.assign(registered?.data ?? {}, { amount: '10000000000000.00' });
  expect(judged()).toMatchObject({ path: 'data.amount' });
});
