import { balances } from '../../src/views/balances/balances.js';
import { NotAskedFor, RowSet } from '../../src/views/engine/row-set.js';
import type { Table } from '../../src/views/engine/table.js';
import type { View } from '../../src/views/engine/view.js';
import { fundFlows } from '../../src/views/funds/fund-tables.js';
import { randomHistory } from '../support/recorded-history.js';

const events = randomHistory(1, 1).slice(0, 1);

/** Into a set whose filter takes every row for one that was put away, as it does with one in some thousands. */
function save(table: Table<object>, row: object): object[] {
  const rows = new RowSet('640121', { isWhole: true, isAway: () => true });
  const view: View = { name: 'one', tables: [table], needs: () => [], evolve: (set) => set.save(table, row) };
  for (const event of events) rows.take(view, event);
  return [...rows.all(table)];
}

test('what one entry alone makes is a new row, though it look like one that was put away', () => {
  const row = { book: '640121', fund: 'F-2', seq: 95_473, part: 0 };
  expect(save(fundFlows, row)).toEqual([row]);
});

test('any other row that may have been put away has to be asked for before it is saved', () => {
  expect(() => save(balances, { book: '640121', account: 'bureau', fund: 'F-2' })).toThrow(NotAskedFor);
});
