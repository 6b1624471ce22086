import fc from 'fast-check';
import { sumFen } from '../../src/domain/money.js';
import { type FundAmount, move, negate, splitByLargestRemainder, unbalancedFund } from '../../src/domain/posting.js';

const holdings = (...amounts: [string, bigint][]): FundAmount[] =>
  amounts.map(([fund, amountFen]) => ({ fund, amountFen }));

describe('an amount is split over holdings', () => {
  it('in proportion, the rest to the largest remainders', () => {
    // 1/6, 2/6 and 3/6 of 10: 1.67, 3.33 and 5.
    expect(splitByLargestRemainder(holdings(['A', 100n], ['B', 200n], ['C', 300n]), 10n)).toEqual(
      holdings(['A', 2n], ['B', 3n], ['C', 5n]),
    );
  });

  it('with ties to the smaller fund id, whatever the order they come in', () => {
    const expected = holdings(['F-1', 34n], ['F-2', 33n], ['F-3', 33n]);
    expect(splitByLargestRemainder(holdings(['F-1', 50n], ['F-2', 50n], ['F-3', 50n]), 100n)).toEqual(expected);
    expect(splitByLargestRemainder(holdings(['F-3', 50n], ['F-1', 50n], ['F-2', 50n]), 100n)).toEqual(expected);
  });

  it('without lines of nothing', () => {
    expect(splitByLargestRemainder(holdings(['A', 1n], ['B', 1_000_000n]), 10n)).toEqual(holdings(['B', 10n]));
  });

  it('never for nothing or more than there is', () => {
    for (const amountFen of [0n, -1n, 101n]) {
      expect(() => splitByLargestRemainder(holdings(['A', 100n]), amountFen)).toThrow(RangeError);
    }
  });

  const cases = fc
    .uniqueArray(
      fc.record({ fund: fc.stringMatching(/^F-\d{1,3}$/), amountFen: fc.bigInt({ min: 1n, max: 10n ** 14n }) }),
      {
        minLength: 1,
        maxLength: 12,
        selector: ({ fund }) => fund,
      },
    )
    .chain((held) => {
      const totalFen = sumFen(held.map(({ amountFen }) => amountFen));
      return fc.tuple(fc.constant(held), fc.bigInt({ min: 1n, max: totalFen }));
    });

  it('exactly, within a fen of proportion and never beyond a holding', () => {
    fc.assert(
      fc.property(cases, ([held, amountFen]) => {
        const parts = splitByLargestRemainder(held, amountFen);
        const totalFen = sumFen(held.map((holding) => holding.amountFen));
        expect(sumFen(parts.map((part) => part.amountFen))).toBe(amountFen);
        for (const holding of held) {
          const partFen = parts.find(({ fund }) => fund === holding.fund)?.amountFen ?? 0n;
          // |part - holding * amount / total| < 1, without dividing.
          const offBy = partFen * totalFen - holding.amountFen * amountFen;
          if (offBy >= totalFen || -offBy >= totalFen || partFen > holding.amountFen) throw new Error(holding.fund);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('the same in any order of the holdings', () => {
    fc.assert(
      fc.property(cases, ([held, amountFen]) => {
        expect(splitByLargestRemainder([...held].reverse(), amountFen)).toEqual(
          splitByLargestRemainder(held, amountFen),
        );
      }),
    );
  });
});

it('a movement and its negation balance for each fund', () => {
  const postings = move('bureau', 'project:P', holdings(['A', 150n], ['B', 1n]));
  expect(postings).toEqual([
    { account: 'bureau', amount: '-1.50', fund: 'A' },
    { account: 'project:P', amount: '1.50', fund: 'A' },
    { account: 'bureau', amount: '-0.01', fund: 'B' },
    { account: 'project:P', amount: '0.01', fund: 'B' },
  ]);
  expect(unbalancedFund(postings)).toBeUndefined();
  expect(unbalancedFund([...postings, ...negate(postings)])).toBeUndefined();
  expect(unbalancedFund(postings.slice(1))).toBe('A');
  expect(
    unbalancedFund([
      { account: 'bureau', amount: '1.00', fund: 'A' },
      { account: 'paid:x', amount: '-1.00', fund: 'B' },
    ]),
  ).toBe('A');
});
