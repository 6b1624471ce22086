import { Injectable } from '@nestjs/common';
import { account, accountId, accountKind } from '../domain/account.js';
import { formatYuan, type Yuan } from '../domain/money.js';
import { EventStore, parseEvent } from '../event-store/event-store.js';
import { type AssetRow, assets, assetsView } from '../views/assets/assets.js';
import type { Moment } from '../views/engine/moment.js';
import { ViewReader } from '../views/engine/view-reader.js';
import { fundFlows, fundFlowTotals, funds } from '../views/funds/fund-tables.js';
import { fundsView } from '../views/funds/funds.js';

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

const MOST_PAYMENTS = 50;

/** Where the money of a project came from, to whom it was paid, and what it became. */
@Injectable()
export class ProjectLives {
  constructor(
    private readonly reader: ViewReader,
    private readonly store: EventStore,
  ) {}

  async of(book: string, project: string, moment: Moment): Promise<ProjectLife> {
    const [own, works, spent] = [account.project(project), account.wip(project), account.expense(project)];
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
      const flows = await rows.list(fundFlows, {
        where: { fund: { in: ids }, type: 'payment.made', toAccount: { in: [works, spent] } },
        orderBy: ['seq', 'fund', 'part'],
      });
      const back = await rows.list(fundFlows, {
        where: { fund: { in: ids }, fromAccount: { in: [works, spent] }, toAccount: own },
        orderBy: ['seq', 'fund', 'part'],
      });
      return { came, went, known: new Map(known.map((fund) => [fund.id, fund])), flows, back };
    });
    const bySeq = [...Map.groupBy(found.flows, ({ seq }) => seq)];
    const reversed = new Set(found.back.map(({ reverses }) => reverses));
    return {
      moneyIn: found.came.map(({ fund, fromAccount, amountFen }) => ({
        fund,
        fundName: found.known.get(fund)?.name ?? fund,
        level: found.known.get(fund)?.level ?? 'mixed',
        from: fromAccount,
        amount: formatYuan(amountFen),
      })),
      payments: await Promise.all(
        bySeq.slice(0, MOST_PAYMENTS).map(async ([seq, flows]) => ({
          seq,
          date: flows[0]?.effectiveDate ?? '',
          ...(await this.payment(book, seq)),
          amount: formatYuan(flows.reduce((sum, { amountFen }) => sum + amountFen, 0n)),
          reversed: reversed.has(seq),
        })),
      ),
      hasMorePayments: bySeq.length > MOST_PAYMENTS,
      paidOut: totals(found.went, 'paid').map(([policy, amount]) => ({ policy, amount })),
      assets: await this.assets(
        book,
        totals(found.went, 'asset').map(([id]) => id),
        moment,
      ),
    };
  }

  private async payment(book: string, seq: number): Promise<{ payee: string; kind: 'capital' | 'expense' }> {
    const [stored] = await this.store.read(book, seq, 1);
    const event = stored === undefined ? undefined : parseEvent(stored);
    if (event?.type !== 'payment.made') throw new Error(`entry ${seq} of book ${book} is no payment`);
    return { payee: event.data.payee, kind: event.data.kind };
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
