import fc from 'fast-check';
import { balances } from '../../src/views/balances/balances.js';
import { KeyIndex } from '../../src/views/engine/key-index.js';
import { NotAskedFor, RowSet } from '../../src/views/engine/row-set.js';
import { FoldedRows } from '../../src/views/engine/row-source.js';
import type { RowKey, Table } from '../../src/views/engine/table.js';
import type { View } from '../../src/views/engine/view.js';
import { fundDispatches } from '../../src/views/funds/fund-tables.js';
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
  const row = { book: '640121', fund: 'F-2', dispatch: 'D-95473' };
  expect(save(fundDispatches, row)).toEqual([row]);
});

test('any other row that may have been put away has to be asked for before it is saved', () => {
  expect(() => save(balances, { book: '640121', account: 'bureau', fund: 'F-2' })).toThrow(NotAskedFor);
});

test('an index finds what has a key, whatever parts keys share', () => {
  const part = fc.oneof(fc.constantFrom('a', 'b', ''), fc.integer({ min: 0, max: 2 }));
  const steps = fc.array(fc.record({ key: fc.tuple(part, part, part), isGone: fc.boolean() }), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (taken) => {
      const index = new KeyIndex<{ key: RowKey; at: number }>();
      const known = new Map<string, { key: RowKey; at: number }>();
      for (const [at, { key, isGone }] of taken.entries()) {
        if (isGone) {
          index.delete(key);
          known.delete(JSON.stringify(key));
        } else {
          index.set({ key, at });
          known.set(JSON.stringify(key), { key, at });
        }
      }
      for (const { key } of taken) expect(index.get(key)).toEqual(known.get(JSON.stringify(key)));
      expect(index.size).toBe(known.size);
      expect(new Set(index.values())).toEqual(new Set(known.values()));
    }),
  );
});

test('what one entry alone makes is found by whoever looks for it after all, and changed in its place', () => {
  const key = ['F-2', 'D-7'] as const;
  const rows = new RowSet('640121', { isWhole: true });
  rows.save(fundDispatches, { book: '640121', fund: 'F-2', dispatch: 'D-7', seq: 7, status: 'a' } as never);
  rows.change(fundDispatches, key, (row) => Object.assign(row, { status: 'b' }));
  rows.save(fundDispatches, { ...rows.find(fundDispatches, key), status: 'c' } as never);
  expect([...rows.all(fundDispatches)]).toMatchObject([{ seq: 7, status: 'c' }]);
  expect(rows.changed(fundDispatches)).toHaveLength(1);
});

test('a fold that is kept for others does not grow by what is asked for and not there', async () => {
  const rows = new RowSet('640121', { isWhole: true });
  const row = { book: '640121', fund: 'F-2', dispatch: 'D-7', seq: 7, status: 'a' } as never;
  rows.save(fundDispatches, row);
  const source = new FoldedRows(rows);
  for (const unknown of ['D-1', 'D-2', 'D-3']) {
    expect(await source.one(fundDispatches, ['F-2', unknown])).toBeUndefined();
    expect(await source.one(balances, ['bureau', unknown])).toBeUndefined();
  }
  expect(await source.one(fundDispatches, ['F-2', 'D-7'])).toBe(row);
  expect(rows.size).toBe(1);
});
