import type { LineFacts, LineKind } from '../../disclosure/lines.js';
import { accountId, accountKind } from '../../domain/account.js';
import type { BookEvent, EventOf } from '../../domain/event.js';
import { parseYuan, sumFen } from '../../domain/money.js';
import { timeOf } from '../engine/cause.js';
import type { Rows } from '../engine/view.js';
import { type LineRow, members } from './disclosure-tables.js';
import { fundsMadeBy } from './members.js';
import { documentTerms, nameTerms, spoken, termsText } from './terms.js';

/** The lines that an event makes. */
export function madeLines(rows: Rows, event: BookEvent): LineRow[] {
  const made = fundsMadeBy(event).map((fund) => {
    const { id, name, level, nature, channel = null, subject = null, restrictions, fiscalYear, amount } = fund;
    const facts = { level, nature, channel, subject, restrictions, adjusted: '0.00' };
    const sorted = { category: level, levels: listed([level]), year: fiscalYear, terms: naming(event, name) };
    return newLine(event, 'fund', { id, title: name, amountFen: parseYuan(amount), facts, ...sorted });
  });
  return [...made, ...movedLines(rows, event), ...thingLines(rows, event)];
}

function movedLines(rows: Rows, event: BookEvent): LineRow[] {
  switch (event.type) {
    case 'funds.allocated':
      return moved(rows, event, isFromIncome(event.postings) ? 'income' : 'allocation', event.data.from, event.data.to);
    case 'funds.dispatched':
      return moved(rows, event, 'allocation', event.data.from, `transit:${event.data.toBook}`);
    case 'funds.integrated':
      return moved(rows, event, 'integration', 'bureau', `pool:${event.data.pool}`);
    case 'subsidy.paid': {
      const { from, policy } = event.data;
      return isFromIncome(event.postings) ? moved(rows, event, 'income', from, `paid:${policy}`) : [];
    }
    case 'income.received': {
      const { id, asset, period, amount, fund } = event.data;
      const owner = rows.findMade(members, ['asset', asset]);
      const facts = { asset, assetName: owner?.name ?? asset, period, to: null };
      const sorted = { division: owner?.division ?? rows.book, category: 'received', levels: listed([fund.level]) };
      const terms = speakingOf(event, spoken(event.book, 'asset', asset));
      const own = { id, title: facts.assetName, amountFen: parseYuan(amount), facts };
      return [newLine(event, 'income', { ...own, ...sorted, terms })];
    }
    default:
      return [];
  }
}

/** A line for each fund that moved to the holder. */
function moved(rows: Rows, event: BookEvent, kind: MoveKind, from: string, to: string): LineRow[] {
  return event.postings
    .filter(({ account }) => account === to)
    .map(({ fund, amount }) => {
      const member = rows.findMade(members, ['fund', fund]);
      const [level, fundName] = [member?.category ?? 'mixed', member?.name ?? fund];
      const { division, name } = holderOf(rows, kind === 'income' ? from : to);
      const facts = factsOfMove(kind, { fund, fundName, level, from, to, name });
      return newLine(event, kind, {
        id: idOfMove(kind, event.seq, fund),
        division,
        title: kind === 'income' ? name : fundName,
        category: kind === 'income' ? 'shared' : level,
        levels: listed([level]),
        amountFen: parseYuan(amount),
        facts,
        terms: speakingOf(event, ...termsOfMove(event.book, facts)),
      });
    });
}

export type MoveKind = 'allocation' | 'integration' | 'income';

/** The caller chooses the id of income received. No such id can hold a `~`. */
export function idOfMove(kind: MoveKind, seq: number, fund: string): string {
  return `${seq}${kind === 'income' ? '~' : '.'}${fund}`;
}

function termsOfMove(book: string, facts: LineFacts[MoveKind]): string[] {
  if ('asset' in facts) return [spoken(book, 'asset', facts.asset)];
  const fund = spoken(book, 'fund', facts.fund);
  return 'project' in facts && facts.project !== null ? [fund, spoken(book, 'project', facts.project)] : [fund];
}

function factsOfMove(
  kind: MoveKind,
  move: { fund: string; fundName: string; level: string; from: string; to: string; name: string },
): LineFacts[MoveKind] {
  const { fund, fundName, from, to, name } = move;
  const level = move.level as LineFacts['fund']['level'];
  if (kind === 'income') return { asset: accountId(from), assetName: name, period: null, to };
  if (kind === 'integration') return { fund, fundName, level, pool: accountId(to) };
  const project = accountKind(to) === 'project' ? { id: accountId(to), name } : null;
  return { fund, fundName, level, from, to, project: project?.id ?? null, projectName: project?.name ?? null };
}

/** Where a holder of money lies, and its name where it has one. */
function holderOf(rows: Rows, holder: string): { division: string; name: string } {
  const [kind, id] = [accountKind(holder), accountId(holder)];
  const thing =
    kind === 'project'
      ? rows.findMade(members, ['project', id])
      : kind === 'income'
        ? rows.findMade(members, ['asset', id])
        : undefined;
  if (kind === 'collective' || kind === 'transit') return { division: id, name: id };
  return { division: thing?.division ?? rows.book, name: thing?.name ?? id };
}

function thingLines(rows: Rows, event: BookEvent): LineRow[] {
  switch (event.type) {
    case 'project.registered': {
      const { id, name, division, category, responsibleUnit, plannedAmount } = event.data;
      const none = { paidCapital: '0.00', paidExpense: '0.00', paidOut: '0.00', capitalised: '0.00' };
      const facts = { category, responsibleUnit, planned: plannedAmount, ...none, stages: [] };
      const own = { id, title: name, amountFen: 0n, facts, terms: naming(event, name) };
      return [newLine(event, 'project', { ...own, division, category })];
    }
    case 'subsidy.paid': {
      const { id, policy, period, beneficiary, from, amount } = event.data;
      const person = rows.findMade(members, ['beneficiary', beneficiary]);
      const facts = { policy, period, beneficiary, from };
      return [
        newLine(event, 'payout', {
          id,
          division: person?.division ?? rows.book,
          title: policy,
          category: policy,
          levels: levelsOf(rows, event, ({ account }) => accountKind(account) === 'paid'),
          amountFen: parseYuan(amount),
          facts,
          terms: speakingOf(event, spoken(event.book, 'policy', policy), spoken(event.book, 'person', beneficiary)),
        }),
      ];
    }
    case 'asset.registered':
      return [assetLine(rows, event)];
    case 'notice.published':
      return [noticeLine(event)];
    default:
      return [];
  }
}

function noticeLine(event: EventOf<'notice.published'>): LineRow {
  const {
    id,
    title,
    division,
    type,
    level,
    publicFrom,
    publicTo,
    days,
    dayKind,
    place,
    asOfSeq,
    replaces = null,
    reason = null,
  } = event.data;
  const period = { publicFrom, publicTo };
  const none = { replacedBy: null, withdrawal: null, photos: [], objections: { open: 0, answered: 0 } };
  const stated = { type, level, ...period, days, dayKind, place, asOfSeq, rows: event.data.rows };
  const facts = { ...stated, replaces, reason, ...none };
  const { project } = event.data.covers;
  const terms = naming(event, title, ...(project === undefined ? [] : [spoken(event.book, 'project', project)]));
  const own = { id, title, amountFen: 0n, facts, terms };
  return newLine(event, 'notice', { ...own, division, category: type, noticeLevel: level, ...period });
}

function assetLine(rows: Rows, event: EventOf<'asset.registered'>): LineRow {
  const { data } = event;
  const { project = null, operator = null, custodian = null, acquiredOn = null, owners, category } = data;
  const ownerships = [{ seq: event.seq, owners }];
  const facts = { class: data.class, category, project, owners, operator, custodian, acquiredOn, income: '0.00' };
  const amountFen = sumFen(
    event.postings.filter(({ account }) => accountKind(account) === 'asset').map(({ amount }) => parseYuan(amount)),
  );
  return newLine(event, 'asset', {
    id: data.id,
    division: data.division,
    title: data.name,
    category: data.class,
    levels: levelsOf(rows, event, ({ account }) => accountKind(account) === 'asset'),
    owners: listed(owners.map(({ kind }) => kind)),
    amountFen,
    facts: { ...facts, ownerships },
    terms: naming(event, data.name, ...(project === null ? [] : [spoken(event.book, 'project', project)])),
  });
}

type OfLine = Pick<LineRow, 'id' | 'title' | 'amountFen' | 'facts' | 'terms'> & Partial<LineRow>;

/** Field by field, since most of what there is to disclose is lines, and copies of copies cost more than they are. */
function newLine(event: BookEvent, kind: LineKind, own: OfLine): LineRow {
  const { book, documents } = event;
  const { seq, effectiveDate, recordedAt } = timeOf(event);
  return {
    book,
    kind,
    id: own.id,
    division: own.division ?? book,
    title: own.title,
    category: own.category ?? '',
    stage: '',
    levels: own.levels ?? '',
    owners: own.owners ?? '',
    year: own.year ?? Number(effectiveDate.slice(0, 4)),
    effectiveDate,
    recordedAt,
    amountFen: own.amountFen,
    documents,
    facts: own.facts,
    seq,
    status: 'standing',
    reversedBy: null,
    publicFrom: own.publicFrom ?? null,
    publicTo: own.publicTo ?? null,
    noticeLevel: own.noticeLevel ?? null,
    terms: own.terms,
  };
}

/** Of the line of a thing, which is found by its name. */
function naming({ book, documents }: BookEvent, name: string, ...further: string[]): string {
  return termsText([...nameTerms(book, name), ...further, ...documentTerms(book, documents)]);
}

function speakingOf({ book, documents }: BookEvent, ...terms: string[]): string {
  return termsText([...terms, ...documentTerms(book, documents)]);
}

/** Levels of the funds of some postings. */
export function levelsOf(
  rows: Rows,
  event: BookEvent,
  which: (posting: BookEvent['postings'][number]) => boolean,
): string {
  return listed(
    event.postings.filter(which).flatMap(({ fund }) => rows.findMade(members, ['fund', fund])?.category ?? []),
  );
}

/** Each once, between commas, so that one of them is found by `,central,`. */
export function listed(words: readonly string[]): string {
  // Most moves have one fund, or funds of one level.
  if (words.length > 0 && words.every((word) => word === words[0])) return `,${words[0]},`;
  const each = [...new Set(words)].sort();
  return each.length === 0 ? '' : `,${each.join(',')},`;
}

export function unlisted(text: string): string[] {
  return text.split(',').filter((word) => word !== '');
}

export function isFromIncome(postings: BookEvent['postings']): boolean {
  return postings.some(({ account }) => accountKind(account) === 'income');
}
