import { formatYuan, parseYuan, sumFen } from '../../domain/money.js';
import type { EventAudit } from '../event-audit.js';
import type { Asset } from '../registers/assets.js';
import type { Fund } from '../registers/funds.js';
import type { Notice } from '../registers/notices.js';
import { NO_MONEY, type Project, type ProjectMoney } from '../registers/projects.js';
import { type Row, type Standing, statusOf } from '../registers/standing.js';
import { levelsOf } from './made-lines.js';

/** What a line of any kind has, beside the entry that made it; texts that are empty count for nothing. */
interface Told {
  amount: string;
  category: string;
  division: string;
  documents: readonly string[];
  facts: object;
  levels?: string;
  owners?: string;
  publicFrom?: string;
  publicTo?: string;
  stage?: string;
  title: string;
  year: number;
}

/** The disclosure lines that later entries change: funds, projects, assets and notices. */
export class StandingLines {
  private readonly levels = new Map<string, string[]>();
  private readonly incomeFen = new Map<string, bigint>();

  /** @param money of each project, by its id */
  constructor(
    private readonly book: string,
    private readonly events: EventAudit,
    private readonly money: ReadonlyMap<string, ProjectMoney>,
  ) {
    for (const { fund, to } of events.ledger.allWays()) {
      if (!to.startsWith('project:')) continue;
      const id = to.slice('project:'.length);
      this.levels.set(id, [...(this.levels.get(id) ?? []), fund]);
    }
    for (const { to, amountFen } of events.ledger.flows()) {
      if (!to.startsWith('income:')) continue;
      const id = to.slice('income:'.length);
      this.incomeFen.set(id, (this.incomeFen.get(id) ?? 0n) + amountFen);
    }
  }

  *rows(): Iterable<Row> {
    const { funds, projects, assets, notices } = this.events;
    for (const fund of funds.all()) yield lineRow('fund', fund.facts.id, fund, () => this.fund(fund));
    for (const project of projects.all())
      yield lineRow('project', project.facts.id, project, () => this.project(project));
    for (const asset of assets.all()) yield lineRow('asset', asset.facts.id, asset, () => this.asset(asset));
    for (const notice of notices.all()) yield lineRow('notice', notice.facts.id, notice, () => noticeTold(notice));
  }

  private fund({ facts, documents, adjustedFen }: Fund): Told {
    const { name, level, nature, channel = null, subject = null, restrictions, fiscalYear, amount } = facts;
    const adjusted = formatYuan(adjustedFen);
    return {
      amount: formatYuan(parseYuan(amount) + adjustedFen),
      category: level,
      division: this.book,
      documents,
      facts: { adjusted, channel, level, nature, restrictions, subject },
      levels: `,${level},`,
      title: name,
      year: fiscalYear,
    };
  }

  private project({ facts, documents, stages, effectiveDate }: Project): Told {
    const { id, name, category, division, responsibleUnit, plannedAmount: planned } = facts;
    const money = this.money.get(id) ?? NO_MONEY;
    const reached = stages.filter(({ reversedBy }) => reversedBy === undefined).map(({ stage }) => stage);
    return {
      amount: formatYuan(money.allocatedFen),
      category,
      division,
      documents,
      facts: {
        capitalised: formatYuan(money.capitalisedFen),
        category,
        paidCapital: formatYuan(money.paidCapitalFen),
        paidExpense: formatYuan(money.paidExpenseFen),
        paidOut: formatYuan(money.paidOutFen),
        planned,
        responsibleUnit,
        stages: reached,
      },
      levels: levelsOf(this.levels.get(id) ?? [], this.events.funds),
      stage: reached.at(-1) ?? '',
      title: name,
      year: yearOf(effectiveDate),
    };
  }

  private asset({ facts, ownerships, seq, effectiveDate }: Asset): Told {
    const { id, name, class: assetClass, category, division } = facts;
    const { acquiredOn = null, custodian = null, operator = null, project = null } = facts;
    const made = this.events.ledger.linesOf(seq);
    const owned = ownerships.filter(({ reversedBy }) => reversedBy === undefined);
    const owners = owned.at(-1)?.owners ?? [];
    const income = formatYuan(this.incomeFen.get(id) ?? 0n);
    return {
      amount: formatYuan(sumFen(made.map(({ amountFen }) => BigInt(amountFen)))),
      category: assetClass,
      division,
      documents: ownerships[0]?.documents ?? [],
      facts: {
        acquiredOn,
        category,
        class: assetClass,
        custodian,
        income,
        operator,
        owners,
        ownerships: owned.map((ownership) => ({ owners: ownership.owners, seq: ownership.seq })),
        project,
      },
      levels: levelsOf(
        made.map(({ way }) => way.fund),
        this.events.funds,
      ),
      owners: listed(owners.map(({ kind }) => kind)),
      title: name,
      year: yearOf(effectiveDate),
    };
  }
}

function noticeTold({ facts, documents, effectiveDate, replacedBy, withdrawal, photos, objections }: Notice): Told {
  const { type, division, title, publicFrom, publicTo, asOfSeq, dayKind, days, level, place, rows } = facts;
  const { replaces = null, reason = null } = facts;
  const period = { publicFrom, publicTo };
  const ended = withdrawal !== null ? 'withdrawn' : replacedBy !== null ? 'replaced' : '';
  const about = { asOfSeq, dayKind, days, level, objections, photos, place, ...period };
  return {
    amount: '0.00',
    category: type,
    division,
    documents,
    facts: { ...about, reason, replacedBy, replaces, rows, type, withdrawal },
    ...period,
    stage: ended === '' && objections.open > 0 ? 'objected' : ended,
    title,
    year: yearOf(effectiveDate),
  };
}

function lineRow(kind: string, id: string, made: Standing, told: () => Told): Row {
  const fields = () => {
    const { amount, category, division, documents, facts, title, year, ...found } = told();
    const { levels = '', owners = '', publicFrom = '', publicTo = '', stage = '' } = found;
    const { effectiveDate: date, recordedAt, reversedBy, seq } = made;
    const who = { documents, facts, id, kind, levels, owners, publicFrom, publicTo, recordedAt, reversedBy, seq };
    const all = { amount, category, date, division, ...who, stage, status: statusOf(made), title, year };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== '' && value !== null));
  };
  return { key: [kind, id], fields };
}

/** Each once, between commas. */
function listed(words: readonly string[]): string {
  const each = [...new Set(words)].sort();
  return each.length === 0 ? '' : `,${each.join(',')},`;
}

function yearOf(day: string): number {
  return Number(day.slice(0, 4));
}
