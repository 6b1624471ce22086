import type { LineFacts, LineKind } from '../../disclosure/lines.js';
import { accountId, accountKind } from '../../domain/account.js';
import type { BookEvent, EventOf } from '../../domain/event.js';
import { type Fen, formatYuan, parseYuan } from '../../domain/money.js';
import { causeOf } from '../engine/cause.js';
import type { Rows } from '../engine/view.js';
import { projectMoneyOf } from '../projects/project-money.js';
import { type LineRow, lines } from './disclosure-tables.js';
import { idOfMove, isFromIncome, levelsOf, listed, type MoveKind, madeLines, unlisted } from './made-lines.js';
import { noticesChangedBy } from './notices.js';

export type LineName = [kind: LineKind, id: string];
type LineOf<Kind extends LineKind> = LineRow & { facts: LineFacts[Kind] };

/** The lines that the event makes or changes. */
export function lineNeeds(event: BookEvent): LineName[] {
  const names: LineName[] = [...projectMoneyOf(event).keys()].map((id): LineName => ['project', id]);
  for (const { account, fund } of event.postings) {
    if (accountKind(account) === 'income') names.push(['asset', accountId(account)]);
    if (causeOf(event) === 'fund.adjusted') names.push(['fund', fund]);
  }
  if (event.type === 'project.advanced') names.push(['project', event.data.project]);
  if (event.type === 'asset.ownership_changed') names.push(['asset', event.data.asset]);
  for (const id of noticesChangedBy(event)) names.push(['notice', id]);
  if (event.type === 'entry.reversed') {
    const { type, of } = event.data;
    if (type === 'project.advanced') names.push(['project', of.project ?? '']);
    if (type === 'asset.ownership_changed') names.push(['asset', of.asset ?? '']);
    names.push(...reversedLines(event));
  }
  return names;
}

export function writeLines(rows: Rows, event: BookEvent): void {
  for (const row of madeLines(rows, event)) rows.save(lines, row);
  if (event.type === 'entry.reversed') {
    for (const name of reversedLines(event)) {
      rows.change(lines, name, (row) => Object.assign(row, { status: 'reversed', reversedBy: event.seq }));
    }
  }
  if (causeOf(event) === 'fund.adjusted') adjust(rows, event);
  changeProjects(rows, event);
  changeAssets(rows, event);
}

/** The lines that a reversal strikes out: those of the entry that it cancels. */
function reversedLines({ data, postings }: EventOf<'entry.reversed'>): LineName[] {
  const { type, of, seq } = data;
  const moved = [...new Set(postings.map(({ fund }) => fund))];
  const entered = (kind: MoveKind) => moved.map((fund): LineName => [kind, idOfMove(kind, seq, fund)]);
  switch (type) {
    case 'fund.registered':
      return [['fund', of.id ?? '']];
    case 'funds.received':
      return (of.funds ?? []).map((fund) => ['fund', fund]);
    case 'income.received':
      return [
        ['fund', of.fund ?? ''],
        ['income', of.id ?? ''],
      ];
    case 'funds.allocated':
      return entered(isFromIncome(postings) ? 'income' : 'allocation');
    case 'funds.dispatched':
      return entered('allocation');
    case 'funds.integrated':
      return entered('integration');
    case 'project.registered':
      return [['project', of.id ?? '']];
    case 'subsidy.paid':
      return [['payout', of.id ?? ''], ...(isFromIncome(postings) ? entered('income') : [])];
    case 'asset.registered':
      return [['asset', of.id ?? ''], ...(of.funds ?? []).map((fund): LineName => ['fund', fund])];
    default:
      return [];
  }
}

function adjust(rows: Rows, { postings }: BookEvent): void {
  for (const { account, fund, amount } of postings) {
    if (accountKind(account) === 'source') continue;
    rows.change(lines, ['fund', fund], (row) => {
      const { facts } = row as LineOf<'fund'>;
      row.amountFen += parseYuan(amount);
      facts.adjusted = plus(facts.adjusted, parseYuan(amount));
    });
  }
}

function changeProjects(rows: Rows, event: BookEvent): void {
  for (const [id, money] of projectMoneyOf(event)) {
    const holder = `project:${id}`;
    const levels = money.allocatedFen > 0n ? levelsOf(rows, event, ({ account }) => account === holder) : '';
    rows.change(lines, ['project', id], (row) => {
      const { facts } = row as LineOf<'project'>;
      row.amountFen += money.allocatedFen;
      facts.paidCapital = plus(facts.paidCapital, money.paidCapitalFen);
      facts.paidExpense = plus(facts.paidExpense, money.paidExpenseFen);
      facts.paidOut = plus(facts.paidOut, money.paidOutFen);
      facts.capitalised = plus(facts.capitalised, money.capitalisedFen);
      if (money.allocatedFen > 0n && levels !== row.levels)
        row.levels = listed([...unlisted(row.levels), ...unlisted(levels)]);
    });
  }
  const project = event.type === 'project.advanced' ? event.data : undefined;
  if (project !== undefined) setStages(rows, project.project, (stages) => [...stages, project.stage]);
  if (event.type === 'entry.reversed' && event.data.type === 'project.advanced') {
    setStages(rows, event.data.of.project ?? '', (stages) => stages.slice(0, -1));
  }
}

/** Stages follow one another, and only the last can be taken back. */
function setStages(rows: Rows, project: string, change: (stages: string[]) => string[]): void {
  rows.change(lines, ['project', project], (row) => {
    const { facts } = row as LineOf<'project'>;
    facts.stages = change(facts.stages);
    row.stage = facts.stages.at(-1) ?? '';
  });
}

function changeAssets(rows: Rows, event: BookEvent): void {
  if (causeOf(event) === 'income.received') {
    for (const { account, amount } of event.postings) {
      if (accountKind(account) !== 'income') continue;
      rows.change(lines, ['asset', accountId(account)], (row) => {
        const { facts } = row as LineOf<'asset'>;
        facts.income = plus(facts.income, parseYuan(amount));
      });
    }
  }
  if (event.type === 'asset.ownership_changed') {
    const { asset, owners } = event.data;
    setOwners(rows, asset, (ownerships) => [...ownerships, { seq: event.seq, owners }]);
  }
  if (event.type === 'entry.reversed' && event.data.type === 'asset.ownership_changed') {
    const { seq, of } = event.data;
    setOwners(rows, of.asset ?? '', (ownerships) => ownerships.filter((ownership) => ownership.seq !== seq));
  }
}

function setOwners(
  rows: Rows,
  asset: string,
  change: (ownerships: LineFacts['asset']['ownerships']) => LineFacts['asset']['ownerships'],
): void {
  rows.change(lines, ['asset', asset], (row) => {
    const { facts } = row as LineOf<'asset'>;
    facts.ownerships = change(facts.ownerships);
    facts.owners = facts.ownerships.at(-1)?.owners ?? [];
    row.owners = listed(facts.owners.map(({ kind }) => kind));
  });
}

function plus(amount: string, moreFen: Fen): string {
  if (moreFen === 0n) return amount;
  return formatYuan(parseYuan(amount) + moreFen);
}
