import { formatYuan } from '../domain/money.js';
import { DivisionTotals } from './disclosure/division-sums.js';
import { StandingLines } from './disclosure/standing-lines.js';
import type { EventAudit } from './event-audit.js';
import type { Kind } from './published-kinds.js';
import type { Asset } from './registers/assets.js';
import type { Figures } from './registers/divisions.js';
import { NO_MONEY, type Project, type ProjectMoney } from './registers/projects.js';
import { type Row, type RowList, SortedRows } from './registers/standing.js';

/** What must be published of a book, kind by kind, as its events say. */
export class PublishedRows {
  private readonly money: Map<string, ProjectMoney>;
  private readonly values = new Map<string, bigint>();
  private totals: DivisionTotals | undefined;

  constructor(
    private readonly book: string,
    private readonly events: EventAudit,
  ) {
    this.money = projectMoney(events);
    for (const { account, amountFen } of events.ledger.holdings()) {
      const id = idOf(account, 'asset');
      if (id !== undefined) this.values.set(id, (this.values.get(id) ?? 0n) + amountFen);
    }
  }

  /** In the order of its table. */
  of(kind: Kind): RowList {
    const { people } = this.events;
    switch (kind) {
      case 'payout':
        return people.payouts.list();
      case 'payoutTotal':
        return people.totals.list();
      default:
        return new SortedRows(this.rows(kind));
    }
  }

  /** In no order. */
  rows(kind: Exclude<Kind, 'payout' | 'payoutTotal'>): Iterable<Row> {
    const { funds, projects, people, assets, divisions, claims } = this.events;
    switch (kind) {
      case 'balance':
      case 'fundPlace':
      case 'assetSource':
        return this.holdings(kind);
      case 'fund':
        return funds.rows();
      case 'fundFlowTotal':
        return this.flows();
      case 'fundDispatch':
        return funds.dispatchRows();
      case 'project':
        return projects.rows(this.money);
      case 'beneficiary':
        return people.rows();
      case 'asset':
        return assets.rows(this.values);
      case 'division':
        return divisions.rows(this.figures());
      case 'divisionMember':
        return this.members();
      case 'claim':
        return claims.rows();
      case 'enrolment':
        return people.enrolmentRows();
      case 'disclosureLine':
        return new StandingLines(this.book, this.events, this.money).rows();
      case 'struckLine':
        return this.events.madeLines.struckRows();
      case 'disclosureMember':
        return this.disclosureMembers();
      case 'disclosureMoney':
        return this.divisionTotals().moneyRows();
      case 'disclosureCount':
        return this.divisionTotals().countRows();
      case 'disclosureReceived':
        return this.events.arrivals.rows();
      case 'objection':
        return this.events.notices.objectionRows(this.book);
    }
  }

  private divisionTotals(): DivisionTotals {
    this.totals ??= new DivisionTotals(this.book, this.events);
    return this.totals;
  }

  private *holdings(kind: 'balance' | 'fundPlace' | 'assetSource'): Iterable<Row> {
    for (const { account, fund, amountFen } of this.events.ledger.holdings()) {
      const amount = formatYuan(amountFen);
      if (kind === 'balance') yield { key: [account, fund], fields: () => ({ account, amount, fund }) };
      if (kind === 'fundPlace') yield { key: [fund, account], fields: () => ({ account, amount, fund }) };
      const asset = kind === 'assetSource' ? idOf(account, 'asset') : undefined;
      if (asset !== undefined) yield { key: [asset, fund], fields: () => ({ amount, asset, fund }) };
    }
  }

  private *flows(): Iterable<Row> {
    for (const { fund, from, to, amountFen } of this.events.ledger.flows())
      yield { key: [fund, from, to], fields: () => ({ amount: formatYuan(amountFen), from, fund, to }) };
  }

  private *figures(): Iterable<readonly [string, Figures]> {
    yield* this.events.people.figures();
    for (const project of this.events.projects.all())
      yield [project.facts.division, projectFigures(project, this.money.get(project.facts.id) ?? NO_MONEY)];
    for (const asset of this.events.assets.all())
      yield [asset.facts.division, assetFigures(asset, this.values.get(asset.facts.id) ?? 0n)];
  }

  private *members(): Iterable<Row> {
    for (const { facts } of this.events.projects.all()) {
      const { id, division, plannedAmount: planned } = facts;
      yield { key: ['project', id], fields: () => ({ class: null, division, id, kind: 'project', planned }) };
    }
    for (const { id, division } of this.events.people.all())
      yield {
        key: ['beneficiary', id],
        fields: () => ({ class: null, division, id, kind: 'beneficiary', planned: null }),
      };
    for (const { facts } of this.events.assets.all()) {
      const { id, division, class: assetClass } = facts;
      yield { key: ['asset', id], fields: () => ({ class: assetClass, division, id, kind: 'asset', planned: null }) };
    }
  }

  /** What entries name by its id alone, as the lines have it. */
  private *disclosureMembers(): Iterable<Row> {
    const { funds, projects, people, assets } = this.events;
    const none = { class: null, name: '', payouts: 0, year: null };
    for (const { facts } of funds.all()) {
      const { id, name, level: category, fiscalYear: year } = facts;
      yield memberRow({ ...none, category, division: this.book, id, kind: 'fund', name, year });
    }
    for (const { facts } of projects.all()) {
      const { id, name, category, division } = facts;
      yield memberRow({ ...none, category, division, id, kind: 'project', name });
    }
    for (const person of people.all()) yield memberRow({ ...none, category: '', ...person, kind: 'beneficiary' });
    for (const { facts } of assets.all()) {
      const { id, name, division, project = '', class: assetClass } = facts;
      // What is older than the book came from no project.
      const category = projects.find(project)?.facts.category ?? 'opening';
      yield memberRow({ ...none, category, class: assetClass, division, id, kind: 'asset', name });
    }
  }
}

interface Member {
  category: string;
  class: string | null;
  division: string;
  id: string;
  kind: string;
  name: string;
  payouts: number;
  year: number | null;
}

function memberRow(member: Member): Row {
  const { category, class: assetClass, division, id, kind, name, payouts, year } = member;
  return {
    key: [kind, id],
    fields: () => ({ category, class: assetClass, division, id, kind, name, payouts, year }),
  };
}

function idOf(account: string, kind: string): string | undefined {
  return account.startsWith(`${kind}:`) ? account.slice(kind.length + 1) : undefined;
}

/** What went to and from each project tells all of its money. */
function projectMoney({ ledger }: EventAudit): Map<string, ProjectMoney> {
  const projects = new Map<string, ProjectMoney>();
  const moneyOf = (id: string) => {
    const money = projects.get(id) ?? { ...NO_MONEY };
    projects.set(id, money);
    return money;
  };
  for (const { from, to, amountFen } of ledger.flows()) {
    const [source, target, work] = [idOf(from, 'project'), idOf(to, 'project'), idOf(from, 'wip')];
    if (target !== undefined) moneyOf(target).allocatedFen += amountFen;
    if (work !== undefined) moneyOf(work).capitalisedFen += amountFen;
    if (source === undefined) continue;
    const money = moneyOf(source);
    if (to.startsWith('wip:')) money.paidCapitalFen += amountFen;
    else if (to.startsWith('expense:')) money.paidExpenseFen += amountFen;
    else if (to.startsWith('paid:')) money.paidOutFen += amountFen;
    else money.allocatedFen -= amountFen;
  }
  return projects;
}

function projectFigures({ facts, reversedBy }: Project, money: ProjectMoney): Figures {
  const { allocatedFen: allocated, paidCapitalFen: paidCapital, paidExpenseFen: paidExpense } = money;
  const spent = { allocated, paidCapital, paidExpense };
  if (reversedBy !== null) return { counts: {}, amountsFen: spent };
  return { counts: { projects: 1 }, amountsFen: { ...spent, planned: BigInt(facts.plannedAmount.replace('.', '')) } };
}

function assetFigures({ facts, reversedBy }: Asset, valueFen: bigint): Figures {
  const counts = reversedBy === null ? { [`${facts.class}Assets`]: 1 } : {};
  return { counts, amountsFen: { [`${facts.class}AssetsValue`]: valueFen } };
}
