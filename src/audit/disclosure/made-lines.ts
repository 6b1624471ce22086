import { accountId, accountKind } from '../../domain/account.js';
import type { BookEvent, EventOf } from '../../domain/event.js';
import { type Parts, quoted } from '../byte-text.js';
import type { Ledger, Way } from '../ledger.js';
import type { Line } from '../moves.js';
import type { AssetRegister } from '../registers/assets.js';
import type { FundRegister } from '../registers/funds.js';
import type { PeopleRegister } from '../registers/people.js';
import type { ProjectRegister } from '../registers/projects.js';
import type { Row } from '../registers/standing.js';

interface Registers {
  ledger: Ledger;
  funds: FundRegister;
  projects: ProjectRegister;
  assets: AssetRegister;
  people: PeopleRegister;
}

type MovedKind = 'allocation' | 'integration' | 'income';

/** What stands in the line of a way between the amount, the seq of the entry and the end: it never changes. */
interface WayText {
  beforeSeq: string;
  afterSeq: string;
}

/** The same of the line of a payout out of one fund, between what is its own. */
interface PayoutText {
  beforeDivision: string;
  beforePeriod: string;
  beforeId: string;
  afterId: string;
}

/** Between the seq and the fund in an id. What came in as income has an id of its own, in which no `~` can be. */
const SIGN: Readonly<Record<MovedKind, string>> = { allocation: '.', integration: '.', income: '~' };

const BEGINS = '{"line":{"amount":"';
const CATEGORY = '","category":';
const DIVISION = ',"division":"';
const BENEFICIARY = '","facts":{"beneficiary":"';
const TITLE = '","title":';
const ENDS = '}}';

const NO_LINES: readonly Parts[] = [];

/**
 * The disclosure lines that one entry makes and no other changes, but that they may be struck out: allocations, integrations,
 * payouts and what assets earned. There are as many as entries, so none is kept: each is put together as the text that a bundle
 * has, when its entry comes. Fields are in the order of RFC 8785; columns that hold nothing, or what the entry itself says
 * (`saidByEntry`), are left out.
 */
export class MadeLines {
  /** By the number of the way: what never changes, since funds, projects and assets keep their names. */
  private readonly texts: (WayText | undefined)[] = [];
  private readonly payoutTexts: (PayoutText | undefined)[] = [];
  private readonly struck: { kind: string; id: string; reversedBy: number }[] = [];

  constructor(
    private readonly book: string,
    private readonly registers: Registers,
  ) {}

  /** Of the entry that the ledger took in last, in the order of kind and id. */
  of(event: BookEvent, lines: readonly Line[]): readonly Parts[] {
    switch (event.type) {
      case 'funds.allocated':
      case 'funds.integrated':
      case 'funds.dispatched':
        return this.moved(event, lines);
      case 'subsidy.paid': {
        const shared = event.data.from.startsWith('income:') ? this.moved(event, lines) : NO_LINES;
        return [...shared, this.payout(event, lines)];
      }
      case 'income.received':
        return [[this.income(event)]];
      default:
        return NO_LINES;
    }
  }

  /** The lines that a reversal strikes out. */
  strike({ data, seq }: EventOf<'entry.reversed'>, lines: readonly Line[]): void {
    const { type, of } = data;
    const strike = (kind: string, id: string) => this.struck.push({ kind, id, reversedBy: seq });
    if (type === 'subsidy.paid') strike('payout', of.id ?? '');
    if (type === 'income.received') strike('income', of.id ?? '');
    for (const { fund, to } of lines) {
      // The other way round than the entry went.
      const kind = kindOf(type, to);
      if (kind !== undefined) strike(kind, `${data.seq}${SIGN[kind]}${fund}`);
    }
  }

  *struckRows(): Iterable<Row> {
    for (const { kind, id, reversedBy } of this.struck)
      yield { key: [kind, id], fields: () => ({ id, kind, reversedBy, status: 'reversed' }) };
  }

  private moved({ type, seq, postings }: BookEvent, lines: readonly Line[]): readonly Parts[] {
    const made = new Array<Parts>(lines.length);
    for (let at = 0; at < lines.length; at += 1) {
      const way = this.registers.ledger.wayOf(seq, at) as Way;
      const { beforeSeq, afterSeq } = this.texts[way.number] ?? this.wayText(type, way);
      // Of a pair of postings the second is that of who gets it.
      made[at] = [BEGINS, postings[2 * at + 1]?.amount ?? '', beforeSeq, String(seq), afterSeq];
    }
    return lines.length < 2 ? made : byFund(made, lines);
  }

  private wayText(type: BookEvent['type'], { number, fund, from, to }: Way): WayText {
    const kind = kindOf(type, from) ?? 'allocation';
    const { name: fundName = fund, level = 'mixed' } = this.registers.funds.find(fund)?.facts ?? {};
    const { division, name } = this.holder(kind === 'income' ? from : to);
    const project = accountKind(to) === 'project';
    const facts = {
      allocation: {
        from,
        fund,
        fundName,
        level,
        project: project ? accountId(to) : null,
        projectName: project ? name : null,
        to,
      },
      integration: { fund, fundName, level, pool: accountId(to) },
      income: { asset: accountId(from), assetName: name, period: null, to },
    }[kind];
    const category = JSON.stringify(kind === 'income' ? 'shared' : level);
    const title = JSON.stringify(kind === 'income' ? name : fundName);
    const text = {
      beforeSeq: `${CATEGORY}${category}${DIVISION}${division}","facts":${JSON.stringify(facts)},"id":"`,
      afterSeq: `${SIGN[kind]}${fund}","kind":"${kind}","levels":",${level},${TITLE}${title}${ENDS}`,
    };
    this.texts[number] = text;
    return text;
  }

  /** Where a holder of money lies, and its name where it has one. */
  private holder(account: string): { division: string; name: string } {
    const [kind, id] = [accountKind(account), accountId(account)];
    if (kind === 'collective' || kind === 'transit') return { division: id, name: id };
    const { projects, assets } = this.registers;
    const thing = kind === 'project' ? projects.find(id) : kind === 'income' ? assets.find(id) : undefined;
    return { division: thing?.facts.division ?? this.book, name: thing?.facts.name ?? id };
  }

  private payout(event: EventOf<'subsidy.paid'>, lines: readonly Line[]): Parts {
    const { id, period, beneficiary, amount } = event.data;
    const { number } = this.registers.ledger.wayOf(event.seq, 0) as Way;
    const isOfOne = lines.length === 1;
    const text = (isOfOne ? this.payoutTexts[number] : undefined) ?? this.payoutText(event, lines);
    if (isOfOne) this.payoutTexts[number] = text;
    const division = this.registers.people.divisionOf(beneficiary) ?? this.book;
    const { beforeDivision, beforePeriod, beforeId, afterId } = text;
    const when = quoted(period);
    // In one go: a list that grows is made several times as large as it gets.
    return [
      BEGINS,
      amount,
      beforeDivision,
      division,
      BENEFICIARY,
      beneficiary,
      beforePeriod,
      when,
      beforeId,
      id,
      afterId,
    ];
  }

  private payoutText({ data: { policy, from } }: EventOf<'subsidy.paid'>, lines: readonly Line[]): PayoutText {
    const named = quoted(policy);
    return {
      beforeDivision: `${CATEGORY}${named}${DIVISION}`,
      beforePeriod: `","from":"${from}","period":`,
      beforeId: `,"policy":${named}},"id":"`,
      afterId: `","kind":"payout","levels":"${this.levels(lines)}${TITLE}${named}${ENDS}`,
    };
  }

  private income({ data }: EventOf<'income.received'>): string {
    const { id, asset, period, amount, fund } = data;
    const { division, name } = this.holder(`income:${asset}`);
    const facts = { asset, assetName: name, period, to: null };
    const made = { amount, category: 'received', division, facts, id, kind: 'income', levels: `,${fund.level},` };
    return JSON.stringify({ line: { ...made, title: name } });
  }

  private levels(lines: readonly Line[]): string {
    const [only] = lines;
    if (lines.length === 1 && only !== undefined) return `,${this.registers.funds.find(only.fund)?.facts.level},`;
    return levelsOf(
      lines.map(({ fund }) => fund),
      this.registers.funds,
    );
  }
}

/** Levels of funds, each once, between commas. */
export function levelsOf(ids: readonly string[], funds: FundRegister): string {
  const levels = [...new Set(ids.flatMap((id) => funds.find(id)?.facts.level ?? []))].sort();
  return levels.length === 0 ? '' : `,${levels.join(',')},`;
}

/** The kind of the line that such money makes; undefined where it makes none. */
function kindOf(type: BookEvent['type'], from: string): MovedKind | undefined {
  switch (type) {
    case 'funds.dispatched':
      return 'allocation';
    case 'funds.integrated':
      return 'integration';
    case 'funds.allocated':
      return from.startsWith('income:') ? 'income' : 'allocation';
    case 'subsidy.paid':
      return from.startsWith('income:') ? 'income' : undefined;
    default:
      return undefined;
  }
}

function byFund(made: readonly Parts[], lines: readonly Line[]): readonly Parts[] {
  // As an entry mostly has them.
  if (areInOrder(lines)) return made;
  const order = lines.map(({ fund }, at) => ({ fund, parts: made[at] ?? [] }));
  // Ids of one entry differ in the fund alone.
  return order.sort((a, b) => (a.fund < b.fund ? -1 : 1)).map(({ parts }) => parts);
}

function areInOrder(lines: readonly Line[]): boolean {
  for (let at = 1; at < lines.length; at += 1)
    if ((lines[at] as Line).fund < (lines[at - 1] as Line).fund) return false;
  return true;
}

/** What a line repeats of its entry, under its own names. */
export function saidByEntry({ documents, effectiveDate, recordedAt, seq }: BookEvent): object {
  return { date: effectiveDate, documents, recordedAt, seq, year: Number(effectiveDate.slice(0, 4)) };
}
