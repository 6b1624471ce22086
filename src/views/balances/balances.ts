import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { legsOf } from '../engine/legs.js';
import { bookColumn, tableOf } from '../engine/table.js';
import { need, type View } from '../engine/view.js';

/** What each account holds of each fund. Only `source:<fund>` is ever negative. */
export const Balance = defineEntity({
  name: 'Balance',
  schema: 'views',
  tableName: 'balances',
  properties: {
    book: bookColumn(),
    account: p.text().collation('C').primary(),
    fund: p.text().collation('C').primary(),
    amountFen: p.bigint('bigint'),
  },
  checks: [
    {
      name: 'balances_only_sources_negative',
      expression: "amount_fen >= 0 or account ~~ 'source:%'",
    },
  ],
  indexes: [{ name: 'balances_book_fund_account_idx', properties: ['book', 'fund', 'account'] }],
});

export const balances = tableOf<InferEntity<typeof Balance>>(Balance);

export const balancesView: View = {
  name: 'balances',
  tables: [balances],
  *needs({ postings }) {
    for (const { account, fund } of postings) yield need(balances, account, fund);
  },
  evolve(rows, event) {
    for (const { account, fund, amountFen } of legsOf(event)) {
      const row = rows.find(balances, [account, fund]) ?? { book: rows.book, account, fund, amountFen: 0n };
      row.amountFen += amountFen;
      rows.save(balances, row);
    }
  },
};
