import { flowsOf } from '../../src/views/funds/flows.js';

type Leg = [account: string, fund: string, amount: string];

function flows(...legs: Leg[]): string[] {
  const postings = legs.map(([account, fund, amount]) => ({ account, fund, amount }));
  return flowsOf({ postings }).map(
    ({ fund, fromAccount, toAccount, amountFen }) => `${fund} ${fromAccount} > ${toAccount} ${amountFen}`,
  );
}

it('takes what left an account with what came to another, fund by fund', () => {
  expect(
    flows(['bureau', 'F-1', '-1.00'], ['pool:A', 'F-1', '1.00'], ['bureau', 'F-2', '-2.00'], ['pool:A', 'F-2', '2.00']),
  ).toEqual(['F-1 bureau > pool:A 100', 'F-2 bureau > pool:A 200']);
});

it('does so whatever the order of the legs', () => {
  expect(flows(['pool:A', 'F-1', '1.00'], ['bureau', 'F-1', '-1.00'])).toEqual(['F-1 bureau > pool:A 100']);
  expect(
    flows(['bureau', 'F-1', '-1.00'], ['bureau', 'F-2', '-2.00'], ['pool:A', 'F-1', '1.00'], ['pool:A', 'F-2', '2.00']),
  ).toEqual(['F-1 bureau > pool:A 100', 'F-2 bureau > pool:A 200']);
});

it('adds up what a fund moves between the same accounts, and splits what went to several', () => {
  const [out, into] = [
    ['bureau', 'F-1', '-1.00'],
    ['pool:A', 'F-1', '1.00'],
  ] as [Leg, Leg];
  expect(flows(out, into, out, into)).toEqual(['F-1 bureau > pool:A 200']);
  expect(flows(out, into, out, ['pool:B', 'F-1', '1.00'])).toEqual([
    'F-1 bureau > pool:A 100',
    'F-1 bureau > pool:B 100',
  ]);
});

it('shows no flow of nothing, nor from an account to itself', () => {
  expect(flows(['bureau', 'F-1', '0.00'], ['pool:A', 'F-1', '0.00'])).toEqual([]);
  expect(flows(['bureau', 'F-1', '-1.00'], ['bureau', 'F-1', '1.00'])).toEqual([]);
});
