import type { DivisionSummary } from '../disclosure/lines.js';
import type { Yuan } from '../domain/money.js';
import { byAmount, grouped, sumYuan } from './figures.js';
import { linkIn, type Setting } from './page.js';
import { Table } from './table.js';
import { periodWords } from './words.js';

export interface PeriodSum {
  period: string;
  count: number;
  amount: Yuan;
}

interface PayoutSumsProps {
  setting: Setting;
  summary: DivisionSummary;
  /** Of the policy that is asked for; undefined where none is, or where it has too many payouts for one page. */
  periods: readonly PeriodSum[] | undefined;
  policy: string | undefined;
}

/** Subsidies by policy; and those of one policy by period. */
export function PayoutSums({ setting, summary, periods, policy }: PayoutSumsProps) {
  const { say } = setting;
  const paid = Map.groupBy(
    summary.money.filter(({ outcome }) => outcome === 'paid'),
    ({ use }) => use,
  );
  const policies = [...paid]
    .map(([use, items]) => ({ use, amount: sumYuan(items), count: countOf(summary, use) }))
    .sort(byAmount);
  if (policies.length === 0) return null;
  const title = policy === undefined ? say('按补贴政策', 'By policy') : say(`${policy}：按期间`, `${policy} by period`);
  return (
    <section aria-labelledby="sums">
      <header>
        <h2 id="sums">{title}</h2>
        {policy !== undefined && (
          <a href={linkIn(setting, `/board/${summary.division}/payouts`)}>{say('全部政策', 'All policies')}</a>
        )}
      </header>
      {policy === undefined ? (
        <Table
          columns={[
            {
              head: say('补贴政策', 'Policy'),
              cell: ({ use }) => (
                <a href={linkIn(setting, `/board/${summary.division}/payouts`, { category: use })}>{use}</a>
              ),
            },
            { head: say('笔数', 'Payouts'), isNumber: true, cell: ({ count }) => count },
            { head: say('金额（元）', 'Yuan'), isNumber: true, cell: ({ amount }) => grouped(amount) },
          ]}
          rows={policies}
          keyOf={({ use }) => use}
          empty=""
        />
      ) : (
        <Table
          columns={[
            { head: say('期间', 'Period'), cell: ({ period }) => periodWords(period, setting.lang) },
            { head: say('笔数', 'Payouts'), isNumber: true, cell: ({ count }) => count },
            { head: say('金额（元）', 'Yuan'), isNumber: true, cell: ({ amount }) => grouped(amount) },
          ]}
          rows={periods ?? []}
          keyOf={({ period }) => period}
          empty={say('笔数太多，请下载表格按期间汇总。', 'Too many for one page: take the file and sum it by period.')}
        />
      )}
    </section>
  );
}

function countOf({ counts }: DivisionSummary, policy: string): number {
  return counts
    .filter(({ kind, category }) => kind === 'payout' && category === policy)
    .reduce((total, { count }) => total + count, 0);
}
