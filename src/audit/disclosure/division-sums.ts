import { accountId, accountKind } from '../../domain/account.js';
import { divisionAndAncestors, isWithin } from '../../domain/division.js';
import { type Fen, formatYuan } from '../../domain/money.js';
import type { EventAudit } from '../event-audit.js';
import { FenSums } from '../fen-sums.js';
import type { Way } from '../ledger.js';
import type { Row } from '../registers/standing.js';

/** Of a division with all below it. */
interface Sums {
  parent: string | null;
  money: Map<string, Money>;
  counts: Map<string, Count>;
}

interface Money {
  level: string;
  use: string;
  outcome: string;
  year: number;
  amountFen: Fen;
}

interface Count {
  kind: string;
  category: string;
  count: number;
}

interface Place {
  division: string;
  use: string;
  outcome: string;
}

/** Where the money of a book stands and how much there is of what, division by division, reckoned once at its end. */
export class DivisionTotals {
  private readonly divisions = new Map<string, Sums>();

  constructor(
    private readonly book: string,
    private readonly events: EventAudit,
  ) {
    this.addHoldings();
    this.addPayouts();
    const { projects, assets } = events;
    for (const { facts, reversedBy } of projects.all())
      this.count(facts.division, ['project', facts.category], reversedBy === null ? 1 : 0);
    for (const { facts, reversedBy } of assets.all())
      this.count(facts.division, ['asset', facts.class], reversedBy === null ? 1 : 0);
  }

  /** What stands at nothing is left out. */
  *moneyRows(): Iterable<Row> {
    for (const [division, { parent, money }] of this.divisions) {
      for (const { level, use, outcome, year, amountFen } of money.values()) {
        if (amountFen === 0n) continue;
        const fields = () => ({ amount: formatYuan(amountFen), division, level, outcome, parent, use, year });
        yield { key: [division, level, use, outcome, String(year)], fields };
      }
    }
  }

  *countRows(): Iterable<Row> {
    for (const [division, { parent, counts }] of this.divisions) {
      for (const { kind, category, count } of counts.values()) {
        if (count === 0) continue;
        yield { key: [division, kind, category], fields: () => ({ category, count, division, kind, parent }) };
      }
    }
  }

  private addHoldings(): void {
    for (const { account, fund, amountFen } of this.events.ledger.holdings()) {
      const place = this.place(account);
      if (place !== undefined) this.add(place, fund, amountFen);
    }
  }

  /** What was paid under a policy lies where those live who got it. There may be as many payouts as entries. */
  private addPayouts(): void {
    const { ledger, people } = this.events;
    const byDivision = new Map<string, { standing: Map<string, number>; sums: FenSums; numbers: Map<Way, number> }>();
    for (const { seq, policy, person, isStanding } of people.payouts.all()) {
      const { division } = person.facts;
      const found = byDivision.get(division) ?? { standing: new Map(), sums: new FenSums(), numbers: new Map() };
      byDivision.set(division, found);
      const { standing, sums, numbers } = found;
      standing.set(policy, (standing.get(policy) ?? 0) + (isStanding ? 1 : 0));
      if (!isStanding) continue;
      for (let line = 0; ; line += 1) {
        const way = ledger.wayOf(seq, line);
        if (way === undefined) break;
        const number = numbers.get(way) ?? sums.begin();
        numbers.set(way, number);
        sums.add(number, ledger.fenOf(seq, line));
      }
    }
    for (const [division, { standing, sums, numbers }] of byDivision) {
      for (const [policy, payouts] of standing) this.count(division, ['payout', policy], payouts);
      for (const [{ fund, to }, number] of numbers)
        this.add({ division, use: accountId(to), outcome: 'paid' }, fund, sums.fen(number));
    }
    for (const { division, payouts } of people.all()) if (payouts > 0) this.count(division, ['household', ''], 1);
  }

  /** Of an account that is no source, nor of payouts. */
  private place(account: string): Place | undefined {
    const [kind, id] = [accountKind(account), accountId(account)];
    switch (kind) {
      case 'source':
      case 'paid':
        return undefined;
      case 'project':
      case 'wip':
      case 'expense': {
        const project = this.events.projects.find(id)?.facts;
        return project && { division: project.division, use: project.category, outcome: kind };
      }
      case 'asset':
      case 'income': {
        const asset = this.events.assets.find(id)?.facts;
        if (asset === undefined || kind === 'income')
          return asset && { division: asset.division, use: kind, outcome: kind };
        // What is older than the book came from no project.
        const use = this.events.projects.find(asset.project ?? '')?.facts.category ?? 'opening';
        return { division: asset.division, use, outcome: `asset:${asset.class}` };
      }
      case 'collective':
        return { division: id, use: kind, outcome: kind };
      default:
        return { division: this.book, use: kind, outcome: kind };
    }
  }

  private add({ division, use, outcome }: Place, fund: string, amountFen: Fen): void {
    const { level = '', fiscalYear: year = 0 } = this.events.funds.find(fund)?.facts ?? {};
    const key = [level, use, outcome, year].join('\0');
    for (const { money } of this.sumsOf(division)) {
      const sum = money.get(key) ?? { level, use, outcome, year, amountFen: 0n };
      sum.amountFen += amountFen;
      money.set(key, sum);
    }
  }

  private count(division: string, [kind, category]: [kind: string, category: string], by: number): void {
    const key = `${kind}\0${category}`;
    for (const { counts } of this.sumsOf(division)) {
      const sum = counts.get(key) ?? { kind, category, count: 0 };
      sum.count += by;
      counts.set(key, sum);
    }
  }

  /** Of the division and of all above it in the book. */
  private sumsOf(division: string): Sums[] {
    const codes = divisionAndAncestors(division).filter((code) => isWithin(code, this.book));
    return codes.map((code, index) => {
      const sums = this.divisions.get(code) ?? {
        parent: codes[index + 1] ?? null,
        money: new Map(),
        counts: new Map(),
      };
      this.divisions.set(code, sums);
      return sums;
    });
  }
}
