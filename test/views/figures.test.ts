import { isWithin } from '../../src/domain/division.js';
import type { BookEvent } from '../../src/domain/event.js';
import { parseYuan } from '../../src/domain/money.js';
import { Refusal } from '../../src/domain/refusal.js';
import { VIEWS } from '../../src/views/all-views.js';
import { assetSources, assets, assetsView } from '../../src/views/assets/assets.js';
import { balances, balancesView } from '../../src/views/balances/balances.js';
import { disclosureView } from '../../src/views/disclosure/disclosure.js';
import { received } from '../../src/views/disclosure/disclosure-tables.js';
import { divisions } from '../../src/views/divisions/division-tables.js';
import { divisionsView } from '../../src/views/divisions/divisions.js';
import { RowSet } from '../../src/views/engine/row-set.js';
import type { View } from '../../src/views/engine/view.js';
import { flowsOf } from '../../src/views/funds/flows.js';
import { flowsOfFund } from '../../src/views/funds/fund-entries.js';
import { fundEntries, fundFlowTotals, fundPlaces, funds } from '../../src/views/funds/fund-tables.js';
import { fundsView } from '../../src/views/funds/funds.js';
import { beneficiaries, payouts, payoutTotals } from '../../src/views/payouts/payout-tables.js';
import { payoutsView } from '../../src/views/payouts/payouts.js';
import { projects, projectsView } from '../../src/views/projects/projects.js';
import { randomWorld } from '../support/recorded-history.js';

const world = randomWorld(20210101);

function folded(view: View, events: readonly BookEvent[]): RowSet {
  const rows = new RowSet(events[0]?.book ?? '', { isWhole: true });
  for (const event of events) rows.take(view, event);
  return rows;
}

function sum<Row>(rows: Iterable<Row>, figure: (row: Row) => bigint | number): bigint {
  let total = 0n;
  for (const row of rows) total += BigInt(figure(row));
  return total;
}

describe.each(world.books)('the views of book $id', (book) => {
  const fold = (view: View) => folded(view, book.events);

  it('hold the balances that the ledger itself has', () => {
    const known = [...book.state.balances].flatMap(([account, held]) =>
      [...held].map(([fund, { amountFen }]) => [`${account} ${fund}`, amountFen] as const),
    );
    const viewed = [...fold(balancesView).all(balances)].map((row) => [`${row.account} ${row.fund}`, row.amountFen]);
    expect(new Map(viewed as [string, bigint][])).toEqual(new Map(known));
  });

  it('show each fund where the balances have it, by flows that lead there', () => {
    const rows = fold(fundsView);
    const held = new Map(
      [...fold(balancesView).all(balances)].map((row) => [`${row.fund} ${row.account}`, row.amountFen]),
    );
    expect(new Map([...rows.all(fundPlaces)].map((row) => [`${row.fund} ${row.account}`, row.amountFen]))).toEqual(
      held,
    );
    const moved = [...rows.all(fundEntries)].flatMap(({ fund, seqs }) =>
      seqs
        .split(',')
        .flatMap((seq) =>
          book.events.filter((event) => `${event.seq}` === seq).flatMap((event) => flowsOfFund(event, fund)),
        ),
    );
    for (const flows of [moved, [...rows.all(fundFlowTotals)]]) {
      const led = new Map([...held.keys()].map((key) => [key, 0n]));
      for (const { fund, fromAccount, toAccount, amountFen } of flows) {
        led.set(`${fund} ${fromAccount}`, (led.get(`${fund} ${fromAccount}`) ?? 0n) - amountFen);
        led.set(`${fund} ${toAccount}`, (led.get(`${fund} ${toAccount}`) ?? 0n) + amountFen);
      }
      expect(led).toEqual(held);
    }
    for (const { id, registeredFen, adjustedFen, status } of rows.all(funds)) {
      expect(-(held.get(`${id} source:${id}`) ?? 0n)).toBe(status === 'standing' ? registeredFen + adjustedFen : 0n);
    }
  });

  it('keep of what came from other books that which stands, by the book, level and year', () => {
    const came = new Map<string, bigint>();
    for (const { origin, level, fiscalYear, registeredFen, status } of fold(fundsView).all(funds)) {
      if (origin == null || status !== 'standing') continue;
      const name = `${origin.book} ${level} ${fiscalYear}`;
      came.set(name, (came.get(name) ?? 0n) + registeredFen);
    }
    const kept = [...fold(disclosureView).all(received)].filter(({ amountFen }) => amountFen !== 0n);
    expect(new Map(kept.map((row) => [`${row.fromBook} ${row.level} ${row.year}`, row.amountFen]))).toEqual(came);
  });

  it('show the money of each project as its accounts do', () => {
    const held = (account: string) =>
      sum(book.state.balances.get(account)?.values() ?? [], ({ amountFen }) => amountFen);
    for (const row of fold(projectsView).all(projects)) {
      const { allocatedFen, paidCapitalFen, paidExpenseFen, paidOutFen, capitalisedFen } = row;
      expect(allocatedFen - paidCapitalFen - paidExpenseFen - paidOutFen).toBe(held(`project:${row.id}`));
      expect(paidCapitalFen - capitalisedFen).toBe(held(`wip:${row.id}`));
      expect(paidExpenseFen).toBe(held(`expense:${row.id}`));
      expect(row.stages.filter(({ reversedBy }) => reversedBy === undefined)).toHaveLength(
        book.state.projects.get(row.id)?.stages ?? -1,
      );
    }
  });

  it('add the payouts that stand to their totals and to their beneficiaries', () => {
    const rows = fold(payoutsView);
    const standing = [...rows.all(payouts)].filter(({ status }) => status === 'standing');
    for (const total of rows.all(payoutTotals)) {
      const its = standing.filter(({ policy, period }) => policy === total.policy && period === total.period);
      expect([total.payouts, total.amountFen]).toEqual([its.length, sum(its, ({ amountFen }) => amountFen)]);
    }
    for (const person of rows.all(beneficiaries)) {
      const its = standing.filter(({ beneficiary }) => beneficiary === person.id);
      expect([person.payouts, person.paidFen]).toEqual([its.length, sum(its, ({ amountFen }) => amountFen)]);
    }
  });

  it('show each asset with the owners that the ledger knows, and its value fund by fund', () => {
    const rows = fold(assetsView);
    for (const row of rows.all(assets)) {
      const its = [...rows.all(assetSources)].filter(({ asset }) => asset === row.id);
      expect(sum(its, ({ amountFen }) => amountFen)).toBe(row.valueFen);
      const standing = row.ownerships.filter(({ reversedBy }) => reversedBy === undefined);
      expect(standing.map(({ owners }) => owners)).toEqual(book.state.assets.get(row.id)?.owners);
      expect(row.status === 'reversed').toBe(book.state.assets.get(row.id)?.reversed);
    }
  });

  it('roll up in each division what the other views show in it and below', () => {
    const of = {
      projects: [...fold(projectsView).all(projects)],
      payouts: [...fold(payoutsView).all(payouts)].filter(({ status }) => status === 'standing'),
      assets: [...fold(assetsView).all(assets)],
    };
    const home = new Map([...fold(payoutsView).all(beneficiaries)].map(({ id, division }) => [id, division]));
    let compared = 0;
    for (const row of fold(divisionsView).all(divisions)) {
      const inside = of.projects.filter(({ division }) => isWithin(division, row.code));
      const standing = inside.filter(({ status }) => status === 'standing');
      const paid = of.payouts.filter(({ beneficiary }) => isWithin(home.get(beneficiary) ?? '', row.code));
      const assetsOf = (name: string) =>
        of.assets.filter(
          (asset) => asset.class === name && asset.status === 'standing' && isWithin(asset.division, row.code),
        );
      expect(row).toMatchObject({
        projects: standing.length,
        plannedFen: sum(standing, ({ plannedFen }) => plannedFen),
        allocatedFen: sum(inside, ({ allocatedFen }) => allocatedFen),
        paidCapitalFen: sum(inside, ({ paidCapitalFen }) => paidCapitalFen),
        paidExpenseFen: sum(inside, ({ paidExpenseFen }) => paidExpenseFen),
        payouts: paid.length,
        payoutsFen: sum(paid, ({ amountFen }) => amountFen),
        operatingAssets: assetsOf('operating').length,
        operatingAssetsFen: sum(assetsOf('operating'), ({ valueFen }) => valueFen),
        householdAssets: assetsOf('household').length,
        householdAssetsFen: sum(assetsOf('household'), ({ valueFen }) => valueFen),
      });
      compared += 1;
    }
    expect(compared).toBeGreaterThan(2);
  });
});

it('come back to nothing once every entry is reversed', () => {
  const undone = randomWorld(7, 2);
  let isReversed = true;
  while (isReversed) {
    isReversed = false;
    for (const book of undone.books) {
      for (const { seq, type } of book.events.toReversed()) {
        if (type === 'entry.reversed' || book.state.reversedBy.has(seq)) continue;
        try {
          undone.reverse(book, seq);
          isReversed = true;
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
        }
      }
    }
  }
  for (const book of undone.books) {
    for (const view of VIEWS) {
      const rows = folded(view, book.events);
      for (const table of view.tables) {
        for (const row of rows.all(table)) {
          const { status, registeredFen: _, plannedFen, ...rest } = row as Record<string, unknown>;
          // A notice is withdrawn or corrected, never reversed.
          if ('status' in row && rest.kind !== 'notice') expect([table.name, status]).toEqual([table.name, 'reversed']);
          if (table.name === 'divisions') expect(plannedFen).toBe(0n);
          if (table.name === 'disclosure_counts') expect(rest.count).toBe(0);
          if (['payouts', 'fund_dispatches', 'disclosure_lines'].includes(table.name)) continue;
          expect([
            table.name,
            ...Object.values(rest).filter((value) => typeof value === 'bigint' && value !== 0n),
          ]).toEqual([table.name]);
        }
      }
    }
  }
});

it('pair the legs of an entry fund by fund', () => {
  const leg = (account: string, amount: string, fund: string) => ({ account, amount, fund });
  expect(
    flowsOf({
      postings: [
        leg('a', '-5.00', 'F-1'),
        leg('b', '-2.00', 'F-1'),
        leg('c', '4.00', 'F-1'),
        leg('d', '3.00', 'F-1'),
        leg('a', '-1.00', 'F-2'),
        leg('a', '1.00', 'F-2'),
        leg('x', '9.00', 'F-3'),
        leg('y', '-9.00', 'F-3'),
      ],
    }),
  ).toEqual([
    { fund: 'F-1', fromAccount: 'a', toAccount: 'c', amountFen: parseYuan('4.00') },
    { fund: 'F-1', fromAccount: 'a', toAccount: 'd', amountFen: parseYuan('1.00') },
    { fund: 'F-1', fromAccount: 'b', toAccount: 'd', amountFen: parseYuan('2.00') },
    { fund: 'F-3', fromAccount: 'y', toAccount: 'x', amountFen: parseYuan('9.00') },
  ]);
});
