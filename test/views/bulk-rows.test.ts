import { balances, balancesView } from '../../src/views/balances/balances.js';
import { rebuild } from '../../src/views/engine/rebuild/rebuild.js';
import type { View } from '../../src/views/engine/view.js';
import { append, randomHistory } from '../support/recorded-history.js';
import { type ViewFixture, viewFixture } from '../support/view-fixture.js';

const BOOK = '640121';
const CHUNK = 4;
const ACCOUNTS = ['a', 'b', 'c'];
const events = randomHistory(20160713, 1)
  .filter(({ book }) => book === BOOK)
  .slice(0, 10);

/** Changes three rows at each entry, and asks for none of them. */
const unasking: View = {
  ...balancesView,
  needs: () => [],
  evolve(rows, { seq }) {
    for (const account of ACCOUNTS) {
      rows.save(balances, { book: BOOK, account, fund: 'F-1', amountFen: BigInt(seq) });
    }
  },
};

let fixture: ViewFixture;
beforeAll(async () => {
  fixture = await viewFixture();
  await append(fixture.store, events);
});
afterAll(() => fixture.close());

it('looks up one after the other the rows of a part that were put away and that no entry asks for', async () => {
  // None may stay in memory from one part to the next.
  await rebuild(fixture.pool, fixture.store, [unasking], () => undefined, { chunk: CHUNK, mostRows: 0 });
  const rowsOf = async (table: string, columns: string) =>
    (await fixture.pool.query(`select account, ${columns} from views.${table} order by changed_seq, account`)).rows;
  const last = events.length - 1;
  expect(await rowsOf('balances', 'amount_fen::integer as fen, changed_seq as seq')).toEqual(
    ACCOUNTS.map((account) => ({ account, fen: last, seq: last })),
  );
  const ends = [3, 7];
  expect(await rowsOf('balances_past', 'amount_fen::integer as fen, superseded_seq as until')).toEqual(
    ends.flatMap((seq) => ACCOUNTS.map((account) => ({ account, fen: seq, until: seq + 1 }))),
  );
});
