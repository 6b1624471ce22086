import fc from 'fast-check';
import { ProjectLives } from '../../src/disclosure/project-life.js';
import type { BookEvent, EventOf } from '../../src/domain/event.js';
import { formatYuan, parseYuan, sumFen } from '../../src/domain/money.js';
import { VIEWS } from '../../src/views/all-views.js';
import { RowSet } from '../../src/views/engine/row-set.js';
import { FoldedRows } from '../../src/views/engine/row-source.js';
import { ViewFollower } from '../../src/views/engine/view-follower.js';
import type { ViewReader } from '../../src/views/engine/view-reader.js';
import { flowsOf } from '../../src/views/funds/flows.js';
import { entriesFrom } from '../../src/views/funds/fund-entries.js';
import { FundHandler, FundQuery } from '../../src/views/funds/fund-query.js';
import { fundEntries, projectPayments } from '../../src/views/funds/fund-tables.js';
import { notePayment } from '../../src/views/funds/project-payments.js';
import { append, randomHistory } from '../support/recorded-history.js';
import { catchUp, readerOf, type ViewFixture, viewFixture } from '../support/view-fixture.js';

const history = randomHistory(20160713);
const BOOK = history[0]?.book ?? '';
const events = history.filter(({ book }) => book === BOOK);
const last = events.length - 1;

let fixture: ViewFixture;
let reader: ViewReader;
beforeAll(async () => {
  fixture = await viewFixture();
  await append(fixture.store, history);
  await catchUp(fixture, BOOK, 500);
  const follower = new ViewFollower(fixture.pool, fixture.store, { views: VIEWS, log: () => undefined });
  reader = readerOf(fixture, follower);
});
afterAll(() => fixture.close());

test('the flow of a fund is what its entries moved, page by page, now and at any entry', async () => {
  const handler = new FundHandler(reader, fixture.store);
  const funds = [...new Set(events.flatMap((event) => flowsOf(event).map(({ fund }) => fund)))];
  for (const [n, fund] of funds.entries()) {
    const registered = events.find((event) => flowsOf(event).some((flow) => flow.fund === fund))?.seq ?? 0;
    for (const atSeq of [undefined, registered + ((n * 37) % (last - registered + 1))]) {
      const told = [];
      for (let after: string | null | undefined; after !== null; ) {
        const page = { limit: 1 + (n % 7), ...(after !== undefined && { after }) };
        const moment = atSeq === undefined ? {} : { atSeq };
        const { flow } = await handler.execute(new FundQuery(BOOK, fund, moment, page));
        expect(flow.entries.length).toBeLessThanOrEqual(page.limit);
        told.push(...flow.entries);
        after = flow.next;
      }
      expect(told).toEqual(flowsBy(fund, atSeq ?? last));
    }
  }
});

function flowsBy(fund: string, atSeq: number): object[] {
  return events.slice(0, atSeq + 1).flatMap((event) =>
    flowsOf(event)
      .filter((flow) => flow.fund === fund)
      .map(({ fromAccount: from, toAccount: to, amountFen }) => {
        const { seq, effectiveDate, recordedAt, type } = event;
        const reverses = event.type === 'entry.reversed' ? event.data.seq : null;
        return { type, from, to, amount: formatYuan(amountFen), entry: { seq, effectiveDate, recordedAt }, reverses };
      }),
  );
}

test('entries of a fund are found from any of them on, however they lie in the chunks', async () => {
  const seqs = fc.uniqueArray(fc.nat(30_000), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(seqs, fc.nat(30_000), fc.integer({ min: 1, max: 20 }), async (given, from, atLeast) => {
      const moved = [...given].sort((a, b) => a - b);
      const rows = new RowSet(BOOK, { isWhole: true });
      for (const [chunk, own] of Map.groupBy(moved, (seq) => Math.floor(seq / 1_000)))
        rows.save(fundEntries, { book: BOOK, fund: 'F-1', chunk, seqs: own.join(',') });
      const found = await entriesFrom(new FoldedRows(rows), 'F-1', from, atLeast);
      const all = moved.filter((seq) => seq >= from);
      expect(found).toEqual(all.slice(0, found.length));
      expect(found.length).toBeGreaterThanOrEqual(Math.min(atLeast, all.length));
    }),
  );
});

test('the payments of a project are told with what they were and whether they stand, now and at any entry', async () => {
  const lives = new ProjectLives(reader, fixture.store);
  const projects = events.flatMap((event) => (event.type === 'project.registered' ? [event.data.id] : []));
  for (const [n, project] of projects.entries()) {
    for (const atSeq of [last, (n * 53) % (last + 1)]) {
      const { payments, hasMorePayments } = await lives.of(BOOK, project, atSeq === last ? {} : { atSeq });
      expect(hasMorePayments).toBe(false);
      expect(payments).toEqual(paymentsOf(project, atSeq));
    }
  }
});

function paymentsOf(project: string, atSeq: number): object[] {
  const known = events.slice(0, atSeq + 1);
  const reversed = new Set(known.flatMap((event) => (event.type === 'entry.reversed' ? [event.data.seq] : [])));
  return known.flatMap((event) => {
    if (event.type !== 'payment.made' || event.data.project !== project) return [];
    const { seq, effectiveDate: date, postings } = event;
    const { payee, kind } = event.data;
    const amountFen = sumFen(postings.map(({ amount }) => parseYuan(amount)).filter((fen) => fen > 0n));
    return [{ seq, date, payee, kind, amount: formatYuan(amountFen), reversed: reversed.has(seq) }];
  });
}

test('of the payments of a project the first are kept, and one that tells that there are more', () => {
  const paid = events.find((event): event is EventOf<'payment.made'> => event.type === 'payment.made');
  if (paid === undefined) throw new Error('nothing is paid in this history');
  const { project } = paid.data;
  const rows = new RowSet(BOOK, { isWhole: true });
  const take = (event: BookEvent) =>
    rows.take({ name: 'one', tables: [projectPayments], needs: () => [], evolve: notePayment }, event);
  for (let seq = 0; seq < 70; seq += 1) take({ ...paid, seq });
  const reversal = (seq: number, of: number): BookEvent => ({
    ...paid,
    seq,
    type: 'entry.reversed',
    data: { seq: of, type: 'payment.made', reason: '重复', of: { project } },
  });
  take(reversal(70, 3));
  take(reversal(71, 60));
  const first = Array.from({ length: 51 }, (_, seq) => (seq === 3 ? { seq, reversedBy: 70 } : { seq }));
  expect(rows.find(projectPayments, [project])?.payments).toEqual(first);
});
