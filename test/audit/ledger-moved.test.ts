import fc from 'fast-check';
import { Ledger, type Moved } from '../../src/audit/ledger.js';

const account = fc.constantFrom('bureau', 'pool:a', 'project:b', 'paid:c');
const line = fc.record({
  fund: fc.constantFrom('F-1', 'F-2'),
  from: account,
  to: account,
  amountFen: fc.integer({ min: 1, max: 99 }),
});
const entry = fc.array(
  line.filter(({ from, to }) => from !== to),
  { maxLength: 3 },
);

test('what an account moved is the same whenever it is asked, and as of any entry', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ lines: entry, asks: fc.option(account) }), { maxLength: 60 }),
      fc.nat(),
      (entries, cut) => {
        const ledger = new Ledger(entries.length);
        const all: (Moved & { account: string })[] = [];
        for (const [seq, { lines, asks }] of entries.entries()) {
          ledger.beginEntry();
          for (const { fund, from, to, amountFen } of lines) {
            ledger.move(fund, from, to, amountFen);
            all.push({ seq, fund, amountFen: -amountFen, account: from }, { seq, fund, amountFen, account: to });
          }
          if (asks === null) continue;
          const last = cut % (seq + 1);
          const expected = all
            .filter((moved) => moved.account === asks && moved.seq <= last)
            .map(({ account: _, ...moved }) => moved);
          expect([...ledger.moved(asks, last)]).toEqual(expected);
        }
      },
    ),
    { numRuns: 500 },
  );
});
