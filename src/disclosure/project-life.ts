import { Injectable } from '@nestjs/common';
import { account, accountId, accountKind } from '../domain/account.js';
import { formatYuan, parseYuan, sumFen, type Yuan } from '../domain/money.js';
import { EventStore } from '../event-store/event-store.js';
import { type AssetRow, assets, assetsView } from '../views/assets/assets.js';
import type { Moment } from '../views/engine/moment.js';
import { ViewReader } from '../views/engine/view-reader.js';
import { eventsAt } from '../views/funds/fund-entries.js';
import { type FirstPayment, fundFlowTotals, funds, projectPayments } from '../views/funds/fund-tables.js';
import { fundsView } from '../views/funds/funds.js';
import { MOST_PAYMENTS } from '../views/funds/project-payments.js';

export interface ProjectLife {
  /** Money that came, fund by fund and from where, without what was taken back. */
  moneyIn: { fund: string; fundName: string; level: string; from: string; amount: Yuan }[];
  /** The first ones, in the order of their entries; `reversed` where an entry took it back. */
  payments: {
    seq: number;
    date: string;
    payee: string;
    kind: 'capital' | 'expense';
    amount: Yuan;
    reversed: boolean;
  }[];
  hasMorePayments: boolean;
  /** Subsidies that were paid out of its money, by policy. */
  paidOut: { policy: string; amount: Yuan }[];
  assets: { id: string; name: string; class: string; division: string; amount: Yuan; seq: number }[];
}

/** Where the money of a project came from, to whom it was paid, and what it became. */
@Injectable()
export class ProjectLives {
  constructor(
    private readonly reader: ViewReader,
    private readonly store: EventStore,
  ) {}

  async of(book: string, project: string, moment: Moment): Promise<ProjectLife> {
    const [own, works] = [account.project(project), account.wip(project)];
    const found = await this.reader.read(fundsView, book, moment, async (rows) => {
      const moved = { amountFen: { not: 0n } };
      const came = await rows.list(fundFlowTotals, {
        where: { toAccount: own, ...moved },
        orderBy: ['fund', 'fromAccount'],
      });
      const went = await rows.list(fundFlowTotals, {
        where: { fromAccount: { in: [own, works] }, ...moved },
        orderBy: ['fund', 'fromAccount', 'toAccount'],
      });
      const ids = [...new Set(came.map(({ fund }) => fund))];
      const known = await rows.list(funds, { where: { id: { in: ids } }, orderBy: ['id'] });
      const paid = await rows.one(projectPayments, [project]);
      return { came, went, known: new Map(known.map((fund) => [fund.id, fund])), paid: paid?.payments ?? [] };
    });
    return {
      moneyIn: found.came.map(({ fund, fromAccount, amountFen }) => ({
        fund,
        fundName: found.known.get(fund)?.name ?? fund,
        level: found.known.get(fund)?.level ?? 'mixed',
        from: fromAccount,
        amount: formatYuan(amountFen),
      })),
      payments: await this.payments(book, found.paid.slice(0, MOST_PAYMENTS)),
      hasMorePayments: found.paid.length > MOST_PAYMENTS,
      paidOut: totals(found.went, 'paid').map(([policy, amount]) => ({ policy, amount })),
      assets: await this.assets(
        book,
        totals(found.went, 'asset').map(([id]) => id),
        moment,
      ),
    };
  }

  private async payments(book: string, paid: readonly FirstPayment[]): Promise<ProjectLife['payments']> {
    const reversed = new Map(paid.map(({ seq, reversedBy }) => [seq, reversedBy !== undefined]));
    const payments: ProjectLife['payments'] = [];
    for await (const event of eventsAt(this.store, book, [...reversed.keys()])) {
      const { seq, type, effectiveDate: date, data, postings } = event;
      if (type !== 'payment.made') throw new Error(`entry ${seq} of book ${book} is no payment`);
      const { payee, kind, project } = data;
      const to = kind === 'capital' ? account.wip(project) : account.expense(project);
      const amount = formatYuan(
        sumFen(postings.filter((one) => one.account === to).map((one) => parseYuan(one.amount))),
      );
      payments.push({ seq, date, payee, kind, amount, reversed: reversed.get(seq) === true });
    }
    return payments;
  }

  private async assets(book: string, ids: readonly string[], moment: Moment): Promise<ProjectLife['assets']> {
    if (ids.length === 0) return [];
    const made = await this.reader.read(assetsView, book, moment, (rows) =>
      rows.list<AssetRow>(assets, { where: { id: { in: ids } }, orderBy: ['id'] }),
    );
    return made.map(({ id, name, class: assetClass, division, valueFen, seq }) => {
      return { id, name, class: assetClass, division, amount: formatYuan(valueFen), seq };
    });
  }
}

/** By the id of the accounts of a kind to which money went. */
function totals(went: readonly { toAccount: string; amountFen: bigint }[], kind: string): [string, Yuan][] {
  const of = Map.groupBy(
    went.filter(({ toAccount }) => accountKind(toAccount) === kind),
    ({ toAccount }) => accountId(toAccount),
  );
  return [...of].map(([id, items]) => [id, formatYuan(items.reduce((sum, { amountFen }) => sum + amountFen, 0n))]);
}
