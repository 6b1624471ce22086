import fc from 'fast-check';
import { asBytes } from '../../src/audit/byte-text.js';
import { Different } from '../../src/audit/difference.js';
import { EventAudit } from '../../src/audit/event-audit.js';
import { initialState } from '../../src/domain/book.js';
import type { BookEvent } from '../../src/domain/event.js';
import { NOTICE_TYPES } from '../../src/domain/notices/types.js';
import type { Posting } from '../../src/domain/posting.js';
import { Refusal } from '../../src/domain/refusal.js';
import { NOT_REVERSIBLE, reverseEntry } from '../../src/domain/reversals/reverse-entry.js';
import { canonical } from '../../src/event-store/canonical.js';
import { readEvent } from '../support/byte-line.js';
import { BOOK, type Step, TestBook } from '../support/given.js';
import { notice, objection } from '../support/notices.js';
import { asRecorded, randomWorld } from '../support/recorded-history.js';
import {
  allocation,
  asset,
  beneficiary,
  dispatchedTo,
  fund,
  income,
  opened,
  payment,
  payout,
  project,
  reversal,
} from '../support/steps.js';

type Difference = Different['difference'];

/** What is found in a book that whoever holds its key wrote by himself; nothing where it is found to be right. */
function found(events: readonly BookEvent[]): Difference | undefined {
  const audit = new EventAudit(events[0]?.book ?? '');
  try {
    for (const event of events) audit.take(readEvent(asBytes(canonical(event))));
  } catch (error) {
    if (error instanceof Different) return error.difference;
    throw error;
  }
  return undefined;
}

/** The steps, the last of which is written otherwise than the ledger would. */
function forged(steps: readonly Step[], forge: (last: BookEvent) => void): Difference | undefined {
  const book = new TestBook();
  const events = steps.map((step) => structuredClone(asRecorded(book.post(step))));
  expect(found(events)).toBeUndefined();
  const last = events.at(-1) as BookEvent;
  forge(last);
  return found(events);
}

/** With the data of another type, as it may be. */
function change(change: (data: Record<string, unknown>, event: BookEvent) => void): (last: BookEvent) => void {
  return (last) => change(last.data as unknown as Record<string, unknown>, last);
}

const set = (more: object) => change((data) => Object.assign(data, more));
const setIn = (path: string, more: object) =>
  change((data) => {
    const at = path.split('.').reduce<unknown>((value, name) => Reflect.get(value as object, name), data);
    Object.assign(at as object, more);
  });

const arrival: Step = {
  kind: 'arrival',
  body: { id: 'A-1', fromBook: '640100', dispatch: 'D-9' },
  evidence: { dispatch: dispatchedTo(BOOK, 'D-9', '5.00'), settledBy: undefined },
};
const dispatch: Step = { kind: 'dispatch', body: { id: 'D-1', toBook: '640122', amount: '1.00' } };
const rich = [opened, fund('F-1', '100.00'), fund('F-2', '50.00')];
const built = [...rich, project('P-1'), allocation('project:P-1', 'F-1', '60.00'), payment('P-1', 'capital', '50.00')];
const owned = [...built, asset('AS-1', 'P-1', '40.00')];
const opening = asset('AS-2', 'P-1', '1.00', {
  project: undefined,
  amount: undefined,
  opening: [{ level: 'county', nature: 'stock', amount: '7.00' }],
} as object);
const entered = [opened, fund('F-1', '1.00'), opening];

function postings(...legs: [account: string, amount: string, fund: string][]): Posting[] {
  return legs.map(([account, amount, fundId]) => ({ account, amount, fund: fundId }));
}

test.each<[string, () => Difference | undefined, string]>([
  ['counts from tomorrow', () => forged(rich, (last) => (last.effectiveDate = '2016-07-14')), 'effectiveDate'],
  ['opens a book at a level that its code is not of', () => forged([opened], set({ level: 'village' })), 'data.level'],
  [
    'closes the month that goes on',
    () => forged([opened, { kind: 'closing', body: { period: '2016-05' } }], set({ period: '2016-07' })),
    'data.period',
  ],
  [
    'registers a fund as if another book had sent it',
    () => forged(rich, set({ origin: { book: '640100', fund: 'F-9', seq: 4 } })),
    'data.origin',
  ],
  [
    'marks a fund twice alike',
    () => forged(rich, set({ restrictions: ['no_payout', 'no_payout'] })),
    'data.restrictions',
  ],
  [
    'sends money to its own book',
    () =>
      forged([...rich, dispatch], (last) => {
        Object.assign(last.data, { toBook: BOOK });
        for (const leg of last.postings) leg.account = leg.account.replace('640122', BOOK);
      }),
    'data.toBook',
  ],
  ['has money arrive from itself', () => forged([opened, arrival], set({ fromBook: BOOK })), 'data.fromBook'],
  [
    'has a fund arrive under a name of its own',
    () =>
      forged([opened, arrival], (last) => {
        setIn('funds.0', { id: 'F-77' })(last);
        last.postings = postings(['source:F-77', '-5.00', 'F-77'], ['bureau', '5.00', 'F-77']);
      }),
    'data.funds[0]',
  ],
  [
    'has a fund come from another book than the one that sent it',
    () => forged([opened, arrival], setIn('funds.0', { origin: { book: '640122', fund: 'F-9', seq: 4 } })),
    'data.funds[0]',
  ],
  [
    'has a fund come from nowhere',
    () => forged([opened, arrival], setIn('funds.0', { origin: undefined })),
    'data.funds[0]',
  ],
  [
    'has funds of an asset that was built',
    () => forged(owned, set({ opening: [{ ...fundFacts(), id: 'AS-1.1', name: '期初 养殖圈棚' }] })),
    'data.opening',
  ],
  [
    'names a fund of an opening otherwise',
    () => forged(entered, setIn('opening.0', { name: '别的' })),
    'data.opening[0]',
  ],
  [
    'gives a fund of an opening another year',
    () => forged(entered, setIn('opening.0', { fiscalYear: 2015 })),
    'data.opening[0]',
  ],
  [
    'gives what an asset earned another level',
    () => forged([...owned, income('IN-1', 'AS-1', '3.00')], setIn('fund', { level: 'central' })),
    'data.fund',
  ],
  [
    'gives what an asset earned another nature',
    () => forged([...owned, income('IN-1', 'AS-1', '3.00')], setIn('fund', { nature: 'special' })),
    'data.fund',
  ],
  [
    'splits an amount otherwise than it says',
    () =>
      forged([...rich, { kind: 'allocation', body: { to: 'department:301', amount: '30.00' } }], (last) => {
        last.postings = postings(
          ['bureau', '-19.99', 'F-1'],
          ['department:301', '19.99', 'F-1'],
          ['bureau', '-10.01', 'F-2'],
          ['department:301', '10.01', 'F-2'],
        );
      }),
    'postings[0]',
  ],
  [
    'takes all of an amount from one fund that it says was split over two',
    () =>
      forged([...rich, { kind: 'allocation', body: { to: 'department:301', amount: '30.00' } }], (last) => {
        last.postings = postings(['bureau', '-30.00', 'F-1'], ['department:301', '30.00', 'F-1']);
      }),
    'postings[0]',
  ],
  [
    'gives a term for an answer that is too short',
    () => forged([opened, notice('N-1'), objection('O-1')], set({ dueOn: '2016-07-27' })),
    'data.dueOn',
  ],
  [
    'gives a term for an answer that no holidays explain',
    () => forged([opened, notice('N-1'), objection('O-1')], set({ dueOn: '2016-09-12' })),
    'data.dueOn',
  ],
  [
    'names a document twice',
    () =>
      forged(
        [opened],
        change((_, event) => Object.assign(event, { documents: ['县1号', '县2号', '县1号'] })),
      ),
    'documents',
  ],
  [
    'publishes at a level that its division is not of',
    () => forged([opened, notice('N-1')], set({ level: 'town' })),
    'data.level',
  ],
  ['publishes without an address', () => forged([opened, notice('N-1')], set({ address: undefined })), 'data.address'],
])('an entry that %s is named', (_, differ, field) => {
  expect(differ()).toMatchObject({ field });
});

test('half a character, which an escape can name and no canonical form has, is named', () => {
  const book = new TestBook();
  const text = asBytes(canonical(asRecorded(book.post(opened))));
  expect(() => readEvent(text.replace(/("name":")[^"]+/, '$1\\ud800'))).toThrow('data.name: expected text on one line');
});

test.each([
  '宁财农[2016]12号',
  '宁财农﹝2016﹞12号',
  '宁财农〔2016〕12号 ',
  '宁财农〔2016〕\u300012号',
  '宁财农\u00a012号',
  '12\u007f号',
  '',
  ' ',
])('a document that no ledger writes so is named: %j', (document) => {
  const book = new TestBook();
  const event = { ...asRecorded(book.post(opened)), documents: ['宁财农〔2016〕12号', '“两不愁三保障”（试行）、①'] };
  expect(found([event])).toBeUndefined();
  event.documents.push(document);
  expect(() => found([event])).toThrow('documents[2]: expected text on one line without spaces');
});

function fundFacts() {
  return { amount: '7.00', fiscalYear: 2016, level: 'county', nature: 'stock', restrictions: [] };
}

test('a dispatch that arrives a second time is named, and one that arrives again after its first arrival was reversed is right', () => {
  const again: Step = { ...arrival, body: { ...arrival.body, id: 'A-2' } } as Step;
  const book = new TestBook();
  for (const step of [opened, arrival, again]) book.post(step);
  expect(found(book.events.map(asRecorded))).toMatchObject({
    seq: 2,
    field: 'data.dispatch',
    found: expect.stringContaining('entry 1'),
  });
  const other = new TestBook();
  for (const step of [opened, arrival, reversal(1), again]) other.post(step);
  expect(found(other.events.map(asRecorded))).toBeUndefined();
});

test('a notice of any type that lacks what its type must say is named', () => {
  for (const type of NOTICE_TYPES) {
    const book = new TestBook();
    book.post(opened);
    // What it covers is judged with its rows.
    const evidence = { asOfSeq: 0, publicTo: '2016-07-23', rows: { count: 0, hash: '0'.repeat(64) } };
    const step = notice('N-1', type) as Extract<Step, { kind: 'notice' }>;
    const covers = COVERS[type] ?? {};
    const event = book.decide({ ...step, body: { ...step.body, covers }, evidence });
    if (event.type !== 'notice.published') throw new Error(event.type);
    const whole = [...book.events, event].map(asRecorded);
    expect([type, found(whole)]).toEqual([type, undefined]);
    for (const name of Object.keys(event.data.fields)) {
      const { [name as 'basis']: _, ...fields } = event.data.fields;
      const lacking = asRecorded({ ...event, data: { ...event.data, fields } });
      const isNeeded = refuses(() => book.decide({ ...step, body: { ...step.body, covers, fields }, evidence }));
      const difference = found([...whole.slice(0, 1), lacking]);
      expect([type, name, difference?.field]).toEqual([type, name, isNeeded ? `data.fields.${name}` : undefined]);
    }
  }
});

const COVERS: Partial<Record<(typeof NOTICE_TYPES)[number], object>> = {
  allocation_result: { entries: [0] },
  annual_plan: { fiscalYear: 2016 },
  sector_funds: { funds: ['F-1'] },
  project_before: { project: 'P-1' },
  project_after: { project: 'P-1' },
  household_subsidy: { policy: 'x', period: '2016' },
  integration_plan: { pool: 'x' },
  asset_income: { asset: 'AS-1' },
  donation: { entries: [0] },
};

function refuses(decide: () => unknown): boolean {
  try {
    decide();
    return false;
  } catch (error) {
    if (error instanceof Refusal) return true;
    throw error;
  }
}

test('of any book, a reversal of any entry is right where the ledger takes it, and named where it refuses it', () => {
  let [taken, refused] = [0, 0];
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.nat(), (seed, cut) => {
      for (const book of randomWorld(seed, 1).books) {
        const whole = book.events.map(asRecorded);
        expect(found(whole)).toBeUndefined();
        const seqs = whole.filter(({ type }) => !NOT_REVERSIBLE.has(type)).map(({ seq }) => seq);
        for (const seq of seqs.filter((_, at) => (at + cut) % 10 === 0)) {
          const step = reversal(seq, { effectiveDate: '2016-07-13' });
          const isTaken = !refuses(() => book.decide(step));
          const difference = found([...whole, reversing(whole, seq)]);
          expect([seed, book.id, seq, difference === undefined]).toEqual([seed, book.id, seq, isTaken]);
          if (isTaken) taken += 1;
          else refused += 1;
        }
      }
    }),
    { numRuns: 3 },
  );
  expect(Math.min(taken, refused)).toBeGreaterThan(5);
});

/** As the ledger would reverse an entry of a book in which nothing else happened. */
function reversing(events: readonly BookEvent[], reversed: number): BookEvent {
  const last = events.at(-1) as BookEvent;
  const entry = events[reversed];
  const body = { seq: reversed, reason: '更正' };
  const evidence = { entry, settledBy: undefined };
  const circumstances = {
    book: last.book,
    key: 'k',
    actor: 'clerk-07',
    eventId: '',
    newId: '',
    recordedAt: '',
    today: '',
  };
  const decision = reverseEntry(initialState(), { kind: 'reversal', body, evidence }, circumstances);
  const envelope = { documents: [], effectiveDate: '2016-07-13', seq: last.seq + 1, version: 1 };
  const { actor, book } = last;
  return asRecorded({
    ...envelope,
    ...decision,
    actor,
    book,
    command: 'reversing',
    id: '',
    recordedAt: '',
  } as BookEvent);
}

test('what a payment or a payout rests on', () => {
  const book = new TestBook();
  const steps = [...rich, beneficiary('B-1'), project('P-1'), allocation('project:P-1', 'F-1', '9.00')];
  for (const step of [...steps, payment('P-1', 'expense', '5.00', { payee: 'beneficiary:B-1' }), payout('B-1', '1.00')])
    book.post(step);
  const whole = book.events.map(asRecorded);
  expect(found([...whole, reversing(whole, 3)])).toMatchObject({ field: 'data.seq' });
  book.post(reversal(7));
  const later = book.events.map(asRecorded);
  expect(found([...later, reversing(later, 3)])).toMatchObject({ found: 'entry 6 names them' });
});
