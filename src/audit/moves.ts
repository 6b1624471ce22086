import type { BookEvent } from '../domain/event.js';
import { formatYuan } from '../domain/money.js';
import type { Posting } from '../domain/posting.js';
import { shown } from './difference.js';
import { entryFenOf, fenOf } from './fen-sums.js';
import type { Misfit } from './shape.js';

/** Two postings of one fund: what leaves one account comes to the other. */
export interface Line {
  fund: string;
  from: string;
  to: string;
  amountFen: number;
}

/** An account in two parts, the second mostly an id: to put them together for each entry is dearer than to compare both. */
type Account = readonly [kind: string, of: string];

/** What the postings of an event must do by what its data say. */
interface Move {
  /** The source of each fund itself where absent. */
  from?: Account;
  to: Account;
  /** In yuan, above zero. */
  amount: string;
  /** The funds that the data name, each with its amount; absent where the postings alone say it. */
  funds?: readonly { id: string; amount: string }[];
}

/** The lines of an event, or what is wrong with its postings: they come in pairs that sum to zero, each fund once. */
export function linesOf(postings: readonly Posting[]): Line[] | Misfit {
  const lines = new Array<Line>(Math.ceil(postings.length / 2));
  for (let at = 0; at < postings.length; at += 2) {
    const one = postings[at];
    const other = postings[at + 1];
    if (one === undefined) break;
    const amountFen = fenOf(one.amount);
    const isOneOut = amountFen < 0;
    // Amounts of one value are one text.
    if (other === undefined || other.fund !== one.fund || fenOf(other.amount) !== -amountFen) {
      const opposite = isOneOut ? one.amount.slice(1) : `-${one.amount}`;
      const expected = `${opposite} of fund ${one.fund}, so that the sum of the fund is 0.00`;
      return { path: `postings[${at + 1}]`, expected, found: shown(other) };
    }
    if (one.account === other.account)
      return { path: `postings[${at + 1}].account`, expected: 'another account', found: shown(other.account) };
    if (at > 0 && lines.some((line) => line.fund === one.fund))
      return { path: `postings[${at}].fund`, expected: 'each fund once', found: shown(one.fund) };
    const from = isOneOut ? one.account : other.account;
    const to = isOneOut ? other.account : one.account;
    lines[at / 2] = { fund: one.fund, from, to, amountFen: Math.abs(amountFen) };
  }
  return lines;
}

/**
 * Whether money goes from where the event says to where it says, as much as it says, of the funds that it names. A reversal is
 * judged by what it cancels, elsewhere.
 */
export function moveMisfit(event: BookEvent, lines: readonly Line[]): Misfit | undefined {
  if (event.type === 'entry.reversed') return undefined;
  const move = moveOf(event);
  if (move === undefined) {
    return lines.length === 0
      ? undefined
      : { path: 'postings', expected: `none for ${event.type}`, found: shown(event.postings) };
  }
  const isBack = event.type === 'fund.adjusted' && event.data.amount.startsWith('-');
  let movedFen = 0;
  for (let index = 0; index < lines.length; index += 1) {
    const { fund, from, to, amountFen } = lines[index] as Line;
    movedFen += amountFen;
    const source = isBack ? to : from;
    const target = isBack ? from : to;
    const expected = move.from ?? (['source:', fund] as const);
    const isOutFirst = event.postings[2 * index]?.account === source;
    if (!isAccount(source, expected))
      return {
        path: `postings[${2 * index + (isOutFirst ? 0 : 1)}].account`,
        expected: shown(expected.join('')),
        found: shown(source),
      };
    if (!isAccount(target, move.to))
      return {
        path: `postings[${2 * index + (isOutFirst ? 1 : 0)}].account`,
        expected: shown(move.to.join('')),
        found: shown(target),
      };
    if (!isOutFirst) return { path: `postings[${2 * index}].account`, expected: shown(source), found: shown(target) };
  }
  // What is not safe may have been rounded.
  const sumFen = Number.isSafeInteger(movedFen) ? movedFen : sumOf(lines);
  if (sumFen !== entryFenOf(move.amount))
    return {
      path: 'data.amount',
      expected: `${shown(formatYuan(BigInt(sumFen)))}, as the postings`,
      found: shown(move.amount),
    };
  return move.funds === undefined ? undefined : fundsMisfit(move.funds, lines);
}

function isAccount(account: string, [kind, of]: Account): boolean {
  if (kind === '') return account === of;
  return account.slice(kind.length) === of && account.slice(0, kind.length) === kind;
}

export function sumOf(lines: readonly Line[]): bigint {
  return lines.reduce((sum, { amountFen }) => sum + BigInt(amountFen), 0n);
}

function fundsMisfit(funds: readonly { id: string; amount: string }[], lines: readonly Line[]): Misfit | undefined {
  for (let at = 0; at < Math.max(funds.length, lines.length); at += 1) {
    const [named, line] = [funds[at], lines[at]];
    if (named !== undefined && named.id === line?.fund && fenOf(named.amount) === line.amountFen) continue;
    const expected = line === undefined ? 'no more' : `fund ${line.fund} with ${formatYuan(BigInt(line.amountFen))}`;
    return { path: `data.funds[${at}]`, expected: `${expected}, as the postings`, found: shown(named) };
  }
  return undefined;
}

const BUREAU: Account = ['', 'bureau'];

function moveOf(event: Exclude<BookEvent, { type: 'entry.reversed' }>): Move | undefined {
  switch (event.type) {
    case 'fund.registered':
      return { to: BUREAU, amount: event.data.amount, funds: [event.data] };
    case 'funds.received':
      return { to: BUREAU, amount: event.data.amount, funds: event.data.funds };
    case 'fund.adjusted': {
      const amount = event.data.amount.replace('-', '');
      return { to: BUREAU, amount, funds: [{ id: event.data.fund, amount }] };
    }
    case 'funds.allocated': {
      const { from, to, amount } = event.data;
      return { from: ['', from], to: ['', to], amount };
    }
    case 'funds.integrated':
      return { from: BUREAU, to: ['pool:', event.data.pool], amount: event.data.amount };
    case 'funds.dispatched': {
      const { from, toBook, amount, funds } = event.data;
      return { from: ['', from], to: ['transit:', toBook], amount, funds };
    }
    case 'payment.made': {
      const { project, kind, amount } = event.data;
      return { from: ['project:', project], to: [kind === 'capital' ? 'wip:' : 'expense:', project], amount };
    }
    case 'subsidy.paid': {
      const { from, policy, amount } = event.data;
      return { from: ['', from], to: ['paid:', policy], amount };
    }
    case 'income.received': {
      const { asset, amount, fund } = event.data;
      return { to: ['income:', asset], amount, funds: [fund] };
    }
    case 'asset.registered': {
      const { id, project, amount, opening } = event.data;
      if (project === undefined) return { to: ['asset:', id], amount, funds: opening ?? [] };
      return { from: ['wip:', project], to: ['asset:', id], amount };
    }
    case 'book.opened':
    case 'project.registered':
    case 'project.advanced':
    case 'beneficiary.enrolled':
    case 'asset.ownership_changed':
    case 'period.closed':
    case 'notice.published':
    case 'notice.evidenced':
    case 'notice.withdrawn':
    case 'objection.filed':
    case 'objection.answered':
      return undefined;
  }
}
