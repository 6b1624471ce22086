import { scenarios } from '../../src/demo/fixtures/scenarios.js';
import type { Step } from '../../src/demo/fixtures/step.js';
import { logisticsSubsidy, salesSubsidy } from '../../src/demo/fixtures/yinchuan/policies.js';
import { type Reconciled, reconcile, recordedAmounts } from '../../src/demo/report/reconcile.js';
import { formatYuan, parseYuan } from '../../src/domain/money.js';
import { noticeWarnings } from '../../src/domain/notices/minimum-days.js';
import { NOTICE_RULES, NOTICE_TYPES } from '../../src/domain/notices/types.js';
import { personalField } from '../../src/domain/personal-data.js';
import { unbalancedFund } from '../../src/domain/posting.js';
import { DomainPlayer, TODAY } from './domain-player.js';

const all = scenarios(TODAY);
const steps = all.flatMap(({ waves }) => waves.flat());
const enrolments = steps.filter((step): step is Extract<Step, { kind: 'beneficiary' }> => step.kind === 'beneficiary');
const player = new DomainPlayer();
for (const scenario of all) player.play(scenario);
const events = [...player.books.values()].flatMap((book) => book.events);
const recorded = recordedAmounts(events);

function linesOf(id: string): Reconciled[] {
  const scenario = all.find((candidate) => candidate.id === id);
  return (scenario?.checks ?? []).map((check) => reconcile(check, recorded));
}

function line(id: string, subject: string): string[] {
  const found = linesOf(id).find((candidate) => candidate.subject.en === subject);
  return found === undefined ? [] : [found.stated, found.recorded, found.difference, found.outcome];
}

describe('the fixtures', () => {
  test('play on the domain from the first to the last, refusing only what must be refused', () => {
    expect(events).toHaveLength(steps.length - player.refused.length);
    expect(player.refused.map(({ code }) => code).sort()).toEqual([
      'entry_built_upon',
      'fund_not_integrable',
      ...Array.from({ length: 6 }, () => 'payout_duplicate'),
    ]);
    expect(events.filter(({ postings }) => unbalancedFund(postings) !== undefined)).toEqual([]);
  });

  test('have one key for each step and one scenario for each book', () => {
    expect(new Set(steps.map(({ key }) => key)).size).toBe(steps.length);
    const codes = all.flatMap(({ books }) => books.map(({ code }) => code));
    expect(new Set(codes).size).toBe(codes.length);
    expect([...player.books.keys()].sort()).toEqual([...codes].sort());
    expect(steps.filter(({ key }) => !/^[A-Za-z0-9._-]{1,100}$/.test(key))).toEqual([]);
  });

  test('give every check of every scenario the outcome that its source is known to have', () => {
    const unexpected = all.flatMap(({ id }) => linesOf(id).filter(({ asExpected }) => !asExpected));
    expect(unexpected).toEqual([]);
  });

  test('show exactly the figures that do not add up in their sources', () => {
    const differing = all.flatMap(({ id }) =>
      linesOf(id)
        .filter(({ outcome }) => outcome === 'differs')
        .map(({ subject, stated, recorded: found, difference }) => [id, subject.en, stated, found, difference]),
    );
    expect(differing).toEqual([
      ['baiyin-2021-2025', 'consolidation, share', '13.33 %', '13.32', '-0.01'],
      ['baiyin-2021-2025', 'seven classes in all', '289.31 亿元', '289.30', '-0.01'],
      ['baiyin-2021-2025', 'Pingchuan, share', '1.44 %', '1.43', '-0.01'],
      ['baiyin-2021-2025', 'five counties in all', '289.31 亿元', '289.30', '-0.01'],
      ['baiyin-2021-2025', 'sub-items', '51 个', '50', '-1'],
      ['mishan-2025', 'left of the greenhouse', '4.07 万元', '4.06', '-0.01'],
    ]);
  });

  test('keep amounts to the fen', () => {
    expect(line('mengjin-2018', 'industry')).toEqual(['724.712484 万元', '724.712484', '', 'equal']);
    expect(line('mengjin-2018', 'all uses')).toEqual(['1486.328 万元', '1,486.328', '', 'equal']);
    expect(line('duodao-2021', 'all, by class')).toEqual(['30862.6147 万元', '30,862.6147', '', 'equal']);
    expect(line('duodao-2021', 'all, by owner')).toEqual(['30862.61 万元', '30,862.6147', '0.0047', 'rounded']);
    expect(line('houjialou-2019', 'care posts')).toEqual(['14500.00 元', '14,500.00', '', 'equal']);
    expect(line('maiji-2021', 'the rest stays with the bureau')).toEqual(['11414.57 万元', '11,414.57', '', 'equal']);
  });

  test('compute the capped subsidies of Yinchuan', () => {
    const sales = (yuan: string): string => formatYuan(salesSubsidy(parseYuan(yuan)));
    expect([sales('9999.99'), sales('10000.00'), sales('10010.00'), sales('110000.00'), sales('110000.10')]).toEqual([
      '0.00',
      '0.00',
      '1.00',
      '10000.00',
      '10000.00',
    ]);
    expect([1000, 1001, 11000, 11001].map((orders) => formatYuan(logisticsSubsidy(orders)))).toEqual([
      '0.00',
      '0.50',
      '5000.00',
      '5000.00',
    ]);
  });

  test('hold no person who could exist', () => {
    expect(enrolments.length).toBeGreaterThan(200);
    for (const { body } of enrolments) {
      // No province has the code 99, no bank the prefix 999999, and nobody alive was born in 1900.
      expect(body.idNumber).toMatch(/^9900001900\d{7}[\dX]$/);
      expect(body.bankAccount).toMatch(/^999999\d{13}$/);
      expect(body.name).toMatch(/^演示人\d+$/);
    }
    for (const [book, own] of Map.groupBy(enrolments, (step) => step.book)) {
      expect([book, new Set(own.map(({ body }) => body.idNumber)).size]).toEqual([book, own.length]);
    }
  });

  test('hold nothing personal outside enrolments, and nothing of a person in an event', () => {
    const others = steps.filter(({ kind }) => kind !== 'beneficiary');
    expect(others.filter(({ body }) => personalField(body) !== undefined)).toEqual([]);
    const text = JSON.stringify(events);
    for (const { body } of enrolments) {
      expect(text).not.toContain(body.idNumber);
      expect(text).not.toContain(body.bankAccount);
      expect(text).not.toContain(body.name);
    }
  });

  test('leave money in transit and in every kind of place', () => {
    const kinds = new Set(events.flatMap(({ postings }) => postings.map(({ account }) => account.split(':')[0])));
    expect([...kinds].sort()).toEqual([
      'asset',
      'bureau',
      'collective',
      'department',
      'expense',
      'income',
      'paid',
      'pool',
      'project',
      'source',
      'transit',
      'wip',
    ]);
  });

  test('publish notices of every type, for village, town, county and city', () => {
    const notices = events.filter((event) => event.type === 'notice.published').map(({ data }) => data);
    expect(new Set(notices.map(({ type }) => type))).toEqual(new Set(NOTICE_TYPES));
    expect(new Set(notices.map(({ level }) => level))).toEqual(new Set(['village', 'town', 'county', 'city']));
    const warnings = notices.flatMap(({ id, type, level, publicFrom, publicTo, rows }) =>
      noticeWarnings({ level, publicFrom, publicTo, rows, hasRows: NOTICE_RULES[type].columns.length > 0 }).map(
        ({ code }) => [id, code],
      ),
    );
    expect(warnings).toEqual([['N-GONGHE-ROAD', 'notice_too_short']]);
    expect(notices.filter(({ replaces }) => replaces !== undefined).map(({ id }) => id)).toEqual(['N-GREENHOUSE-2']);
    const standing = notices.filter(({ publicFrom, publicTo }) => publicFrom <= TODAY && TODAY <= publicTo);
    expect(new Set(standing.map(({ level }) => level))).toEqual(new Set(['village', 'town', 'county', 'city']));
  });

  test('have two objections, one of them answered', () => {
    const filed = events.filter(({ type }) => type === 'objection.filed');
    expect([filed.length, events.filter(({ type }) => type === 'objection.answered').length]).toEqual([2, 1]);
  });

  test('have the same keys in a month, and in the next one only what is due then besides', () => {
    const keysOn = (day: string) => scenarios(day).flatMap(({ waves }) => waves.flat().map(({ key }) => key));
    expect(keysOn('2026-11-30')).toEqual(keysOn('2026-11-02'));
    const before = new Set(keysOn(TODAY));
    const added = keysOn('2026-12-10').filter((key) => !before.has(key));
    expect(added.filter((key) => !/2026-12|2027-01/.test(key))).toEqual([]);
    expect(added.length).toBeGreaterThan(0);
  });
});
