import type { BookEvent, EventOf } from '../../domain/event.js';
import type { DispatchedFund } from '../../domain/funds/dispatch-funds.js';
import { type Fen, formatYuan, parseYuan } from '../../domain/money.js';
import { shown } from '../difference.js';
import type { Line } from '../moves.js';
import type { Misfit } from '../shape.js';
import { type Row, type Standing, standing, statusOf } from './standing.js';

export interface Fund extends Standing {
  facts: DispatchedFund;
  documents: string[];
  /** Where its entry says what it is. */
  path: string;
  /** In which an asset earned it. */
  period: string | undefined;
  /** What every dispatch of it must repeat. */
  passport: string;
  adjustedFen: Fen;
}

interface Dispatch extends Standing {
  amount: string;
  fund: string;
  id: string;
  toBook: string;
}

/** What an entry of a type must not take of a fund that is marked so. */
const FORBIDDEN: Partial<Record<BookEvent['type'], string>> = {
  'funds.integrated': 'no_integration',
  'funds.dispatched': 'no_dispatch',
  'subsidy.paid': 'no_payout',
};

/** The funds of a book as its events make them. */
export class FundRegister {
  private readonly funds = new Map<string, Fund>();
  private readonly dispatches: Dispatch[] = [];

  take(event: BookEvent, lines: readonly Line[]): Misfit | undefined {
    const made = madeBy(event);
    for (let index = 0; index < made.length; index += 1) {
      const facts = made[index] as DispatchedFund;
      if (this.funds.has(facts.id))
        return {
          path: event.type === 'fund.registered' ? 'data.id' : `data.funds[${index}].id`,
          expected: 'a fund of its own',
          found: shown(facts.id),
        };
      const { documents } = event;
      const period = event.type === 'income.received' ? event.data.period : undefined;
      this.funds.set(facts.id, {
        ...standing(event),
        facts,
        path: pathOf(event, index),
        period,
        documents,
        passport: passport(facts),
        adjustedFen: 0n,
      });
    }
    for (let index = 0; index < lines.length; index += 1) {
      const found = this.lineMisfit(event, lines[index]?.fund ?? '');
      if (found !== undefined) return { path: `postings[${2 * index}].fund`, ...found };
    }
    if (event.type === 'fund.adjusted') this.adjust(event.data.fund, parseYuan(event.data.amount));
    return event.type === 'funds.dispatched' ? this.dispatch(event) : undefined;
  }

  /** Takes back what an entry made; the lines are the reversal's own. */
  reverse(event: EventOf<'entry.reversed'>, lines: readonly Line[]): void {
    const { type, of } = event.data;
    for (const id of unmadeBy(event)) {
      const fund = this.funds.get(id);
      if (fund !== undefined) fund.reversedBy = event.seq;
    }
    if (type === 'fund.adjusted') {
      for (const { fund, to, amountFen } of lines)
        this.adjust(fund, to === 'bureau' ? BigInt(amountFen) : -BigInt(amountFen));
    }
    if (type !== 'funds.dispatched') return;
    for (const dispatch of this.dispatches) if (dispatch.id === of.id) dispatch.reversedBy = event.seq;
  }

  find(id: string): Fund | undefined {
    return this.funds.get(id);
  }

  all(): Iterable<Fund> {
    return this.funds.values();
  }

  *rows(): Iterable<Row> {
    for (const fund of this.funds.values()) {
      const { facts, adjustedFen, effectiveDate, recordedAt, reversedBy, seq } = fund;
      yield {
        key: [facts.id],
        fields: () => ({
          adjusted: formatYuan(adjustedFen),
          channel: facts.channel ?? null,
          effectiveDate,
          fiscalYear: facts.fiscalYear,
          id: facts.id,
          level: facts.level,
          name: facts.name,
          nature: facts.nature,
          origin: facts.origin ?? null,
          recordedAt,
          registered: facts.amount,
          restrictions: facts.restrictions,
          reversedBy,
          seq,
          status: statusOf(fund),
          subject: facts.subject ?? null,
        }),
      };
    }
  }

  *dispatchRows(): Iterable<Row> {
    for (const dispatch of this.dispatches) {
      const { amount, fund, id, toBook, effectiveDate, recordedAt, reversedBy, seq } = dispatch;
      const time = { effectiveDate, fund, recordedAt, reversedBy, seq };
      yield { key: [fund, id], fields: () => ({ amount, dispatch: id, ...time, status: statusOf(dispatch), toBook }) };
    }
  }

  private adjust(id: string, amountFen: Fen): void {
    const fund = this.funds.get(id);
    if (fund !== undefined) fund.adjustedFen += amountFen;
  }

  private lineMisfit(event: BookEvent, id: string): Omit<Misfit, 'path'> | undefined {
    const fund = this.funds.get(id);
    if (fund === undefined) return { expected: 'a fund that an earlier entry made', found: shown(id) };
    if (event.type === 'entry.reversed' || (fund.reversedBy === null && fund.facts.restrictions.length === 0))
      return undefined;
    if (fund.reversedBy !== null)
      return { expected: 'a fund that stands', found: `${id}, reversed by entry ${fund.reversedBy}` };
    const isExpense = event.type === 'payment.made' && event.data.kind === 'expense';
    const forbidden = isExpense ? 'capital_only' : FORBIDDEN[event.type];
    return (fund.facts.restrictions as string[]).includes(forbidden ?? '')
      ? { expected: `a fund that is not marked ${forbidden}`, found: shown(id) }
      : undefined;
  }

  private dispatch(event: EventOf<'funds.dispatched'>): Misfit | undefined {
    const { id, toBook, funds } = event.data;
    for (const [index, facts] of funds.entries()) {
      const expected = this.funds.get(facts.id)?.passport ?? '';
      if (passport(facts) !== expected)
        return { path: `data.funds[${index}]`, expected: shown(JSON.parse(expected)), found: shown(facts) };
      this.dispatches.push({ ...standing(event), amount: facts.amount, fund: facts.id, id, toBook });
    }
    return undefined;
  }
}

const NONE: readonly DispatchedFund[] = [];

function madeBy(event: BookEvent): readonly DispatchedFund[] {
  if (event.type === 'fund.registered') return [event.data];
  if (event.type === 'funds.received') return event.data.funds;
  if (event.type === 'income.received') return [event.data.fund];
  return event.type === 'asset.registered' ? (event.data.opening ?? NONE) : NONE;
}

/** Where an entry says what such a fund is. */
function pathOf({ type }: BookEvent, index: number): string {
  if (type === 'fund.registered') return 'data';
  if (type === 'income.received') return 'data.fund';
  return type === 'funds.received' ? `data.funds[${index}]` : `data.opening[${index}]`;
}

/** The funds that a reversal takes back. */
export function unmadeBy({ data: { type, of } }: EventOf<'entry.reversed'>): readonly string[] {
  if (type === 'fund.registered') return [of.id ?? ''];
  if (type === 'income.received') return [of.fund ?? ''];
  return type === 'funds.received' || type === 'asset.registered' ? (of.funds ?? []) : [];
}

/** What a fund keeps wherever it goes. Its fields stand in one order, so that the text of it can be compared. */
function passport({ amount: _, ...facts }: DispatchedFund): string {
  return JSON.stringify(facts);
}
