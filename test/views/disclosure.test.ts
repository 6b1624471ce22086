import type { LineFacts } from '../../src/disclosure/lines.js';
import { accountKind } from '../../src/domain/account.js';
import { isWithin } from '../../src/domain/division.js';
import { objectionsOf } from '../../src/domain/notices/standing.js';
import { disclosureView } from '../../src/views/disclosure/disclosure.js';
import { counts, duties, lines, money, objections } from '../../src/views/disclosure/disclosure-tables.js';
import { loadNeeded } from '../../src/views/engine/load-needed.js';
import { RowSet } from '../../src/views/engine/row-set.js';
import { BOOK, TestBook } from '../support/given.js';
import { randomWorld } from '../support/recorded-history.js';
import { beneficiary, fund, opened, payout, reversal } from '../support/steps.js';

const world = randomWorld(20220202);

describe.each(world.books)('what is disclosed of book $id', (book) => {
  const rows = new RowSet(book.id, { isWhole: true });
  for (const event of book.events) rows.take(disclosureView, event);
  const standing = [...rows.all(lines)].filter(({ status }) => status === 'standing');

  it('adds in its sums to the balances, account by account', () => {
    const summed = new Map<string, bigint>();
    for (const { division, outcome, amountFen } of rows.all(money)) {
      const kind = outcome.split(':')[0] ?? '';
      if (division === book.id) summed.set(kind, (summed.get(kind) ?? 0n) + amountFen);
    }
    const held = new Map<string, bigint>();
    for (const [account, funds] of book.state.balances) {
      const kind = accountKind(account);
      if (kind === 'source') continue;
      for (const { amountFen } of funds.values()) held.set(kind, (held.get(kind) ?? 0n) + amountFen);
    }
    const told = (figures: Map<string, bigint>) => Object.fromEntries([...figures].filter(([, fen]) => fen !== 0n));
    expect(told(summed)).toEqual(told(held));
  });

  it('counts in each division the lines that stand there and below', () => {
    const byDivision = Map.groupBy(rows.all(counts), ({ division }) => division);
    expect(byDivision.size).toBeGreaterThan(0);
    for (const [division, counts] of byDivision) {
      for (const kind of ['project', 'asset', 'payout'] as const) {
        const counted = new Map(
          counts.flatMap((row) => (row.kind === kind && row.count > 0 ? [[row.category, row.count]] : [])),
        );
        const its = standing.filter((line) => line.kind === kind && isWithin(line.division, division));
        expect(counted).toEqual(
          new Map([...Map.groupBy(its, ({ category }) => category)].map(([k, v]) => [k, v.length])),
        );
      }
    }
  });

  it('has every notice as the book knows it, with what came of it', () => {
    const notices = new Map(standing.filter(({ kind }) => kind === 'notice').map((line) => [line.id, line]));
    expect([...notices.keys()].sort()).toEqual([...book.state.notices.keys()].sort());
    for (const [id, known] of book.state.notices) {
      const line = notices.get(id);
      const { seq, division, publicFrom, publicTo } = known;
      const { open, answered } = objectionsOf(book.state, known);
      expect(line).toMatchObject({ seq, division, publicFrom, publicTo, category: known.type });
      expect(line?.facts as LineFacts['notice']).toMatchObject({
        rows: known.rows,
        replacedBy: known.replacedBy ?? null,
        withdrawal: known.withdrawnBy === undefined ? null : { seq: known.withdrawnBy },
        photos: known.photos.map((sha256) => ({ sha256 })),
        objections: { open, answered },
      });
      const ended = known.withdrawnBy !== undefined ? 'withdrawn' : known.replacedBy !== undefined ? 'replaced' : '';
      expect(line?.stage).toBe(ended === '' && open > 0 ? 'objected' : ended);
    }
  });

  it('knows of every entry that a notice must tell of whether one that stands has', () => {
    const waiting = new Set<number>();
    const toldOf = new Map<number, string>();
    for (const row of rows.all(duties)) {
      for (const seq of row.waiting.flatMap(({ seqs }) => seqs)) waiting.add(seq);
      for (const { notice, entries } of row.told)
        for (const seq of entries.flatMap(({ seqs }) => seqs)) toldOf.set(seq, notice);
      expect(row.waitingSince).toBe(row.waiting[0]?.day ?? null);
      const days = row.waiting.map(({ day }) => day);
      expect(days).toEqual([...new Set(days)].sort());
      for (const { seqs } of row.waiting) expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    }
    const tellable = ['fund.registered', 'fund.adjusted', 'funds.dispatched', 'project.registered', 'asset.registered'];
    let found = 0;
    for (const { seq, type } of book.events) {
      const isReversed = book.state.reversedBy.has(seq);
      if (isReversed) expect([seq, waiting.has(seq), toldOf.has(seq)]).toEqual([seq, false, false]);
      if (isReversed || !tellable.includes(type)) continue;
      expect([seq, waiting.has(seq) !== toldOf.has(seq)]).toEqual([seq, true]);
      found += 1;
    }
    expect(found).toBeGreaterThan(3);
    for (const notice of toldOf.values()) expect(book.state.notices.get(notice)?.withdrawnBy).toBeUndefined();
  });

  it('has every objection, and whether it was answered', () => {
    const known = [...book.state.objections].map(([id, { seq, dueOn, notice, answeredBy }]) => ({
      id,
      seq,
      dueOn,
      notice: notice ?? null,
      answeredBy: answeredBy ?? null,
    }));
    const found = [...rows.all(objections)].map(({ id, seq, dueOn, notice, answeredBy }) => ({
      ...{ id, seq, dueOn },
      ...{ notice, answeredBy },
    }));
    expect(found).toEqual(known);
  });
});

it('is a world with notices and objections in it', () => {
  expect(world.books.some(({ state }) => state.notices.size > 3 && state.objections.size > 1)).toBe(true);
});

it('keeps what waits for a notice by day, also where an earlier day comes later', () => {
  const [book] = world.books;
  const events = book?.events ?? [];
  const days = ['2022-03-03', '2022-03-01', '2022-03-03', '2022-03-02', '2022-03-01'];
  const rows = new RowSet(book?.id ?? '', { isWhole: true });
  for (const event of events.filter(({ type }) => type === 'project.registered').slice(0, days.length))
    rows.take(disclosureView, { ...event, effectiveDate: days.shift() ?? '' });
  const [library] = [...rows.all(duties)].filter(({ duty }) => duty === 'project_library');
  const found = library?.waiting.map(({ day, seqs }) => [day, seqs.length]);
  expect(found).toEqual([
    ['2022-03-01', 2],
    ['2022-03-02', 1],
    ['2022-03-03', 2],
  ]);
  for (const { seqs } of library?.waiting ?? []) expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
});

it('asks beforehand for what is owed to each village in which somebody was enrolled within one batch', async () => {
  const book = new TestBook();
  const villages = ['640121100201', '640121100202', '640121100203'];
  for (const step of [opened, fund('F-1', '100.00')]) book.post(step);
  for (const division of villages) {
    const enrolled = book.post(beneficiary('b-1', { division }));
    const paid = book.post(payout('b-1', '40.00'));
    if (division !== villages.at(-1)) for (const { seq } of [paid, enrolled]) book.post(reversal(seq));
  }
  const rows = new RowSet(BOOK, { isWhole: false });
  await loadNeeded(rows, disclosureView, book.events, async () => []);
  for (const event of book.events) rows.take(disclosureView, event);
  const owed = [...rows.all(duties)].filter(({ duty }) => duty === 'household_subsidy');
  expect(owed.map(({ division, waiting }) => [division, waiting.length])).toEqual(
    villages.map((village, index) => [village, index === 2 ? 1 : 0]),
  );
});
