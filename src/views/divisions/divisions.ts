import { accountId, accountKind } from '../../domain/account.js';
import type { AssetClass } from '../../domain/assets/assets.js';
import { divisionAndAncestors, isWithin } from '../../domain/division.js';
import type { BookEvent } from '../../domain/event.js';
import { type Fen, parseYuan } from '../../domain/money.js';
import { legsOf } from '../engine/legs.js';
import { type Need, need, type Rows, type View } from '../engine/view.js';
import { payoutOf } from '../payouts/payout-of.js';
import { projectMoneyOf } from '../projects/project-money.js';
import {
  type DivisionMemberRow,
  type DivisionRow,
  divisionMembers,
  divisions,
  type MemberKind,
} from './division-tables.js';

type Figures = Record<Exclude<keyof DivisionRow & string, 'book' | 'code' | 'parent'>, number | bigint>;
type Member = [kind: MemberKind, id: string];

const COUNT_OF: Record<AssetClass, 'operatingAssets' | 'publicAssets' | 'householdAssets'> = {
  operating: 'operatingAssets',
  public: 'publicAssets',
  household: 'householdAssets',
};

/** The roll-up from village to town, county and city: each figure is added to its division and to all above it in the book. */
export const divisionsView: View = {
  name: 'divisions',
  tables: [divisions, divisionMembers],
  *needs(event): Iterable<Need> {
    const made = madeBy(event);
    if (made !== undefined) yield* needsOf(event.book, made.division);
    for (const [kind, id] of membersOf(event)) yield need(divisionMembers, kind, id);
  },
  *furtherNeeds(event, rows): Iterable<Need> {
    for (const [kind, id] of membersOf(event)) {
      const member = rows.find(divisionMembers, [kind, id]);
      if (member !== undefined) yield* needsOf(event.book, member.division);
    }
  },
  evolve(rows, event) {
    const made = madeBy(event);
    if (made !== undefined) rows.save(divisionMembers, made);
    countThings(rows, event);
    for (const [project, money] of projectMoneyOf(event)) {
      const { allocatedFen, paidCapitalFen, paidExpenseFen } = money;
      add(rows, ['project', project], () => ({ allocatedFen, paidCapitalFen, paidExpenseFen }));
    }
    const payout = payoutOf(event);
    if (payout !== undefined) {
      const { payouts, amountFen: payoutsFen } = payout;
      add(rows, ['beneficiary', payout.beneficiary], () => ({ payouts, payoutsFen }));
    }
    for (const [asset, valueFen] of assetValues(event)) {
      add(rows, ['asset', asset], (member) => ({ [`${COUNT_OF[member.class ?? 'public']}Fen`]: valueFen }));
    }
  },
};

/** A division is asked for with every entry that touches it. */
const known = new Map<string, readonly string[]>();
const MOST_KNOWN = 100_000;

/** The division and those above it in the book, from the lowest up. */
export function codesOf(book: string, division: string): readonly string[] {
  const name = `${book} ${division}`;
  const before = known.get(name);
  if (before !== undefined) return before;
  if (known.size === MOST_KNOWN) known.clear();
  const codes = divisionAndAncestors(division).filter((code) => isWithin(code, book));
  known.set(name, codes);
  return codes;
}

function* needsOf(book: string, division: string): Iterable<Need> {
  for (const code of codesOf(book, division)) yield need(divisions, code);
}

function madeBy(event: BookEvent): DivisionMemberRow | undefined {
  const { book } = event;
  switch (event.type) {
    case 'project.registered': {
      const { id, division, plannedAmount } = event.data;
      return { book, kind: 'project', id, division, plannedFen: parseYuan(plannedAmount), class: null };
    }
    case 'beneficiary.enrolled':
      return {
        book,
        kind: 'beneficiary',
        id: event.data.id,
        division: event.data.division,
        plannedFen: null,
        class: null,
      };
    case 'asset.registered':
      return {
        book,
        kind: 'asset',
        id: event.data.id,
        division: event.data.division,
        plannedFen: null,
        class: event.data.class,
      };
    default:
      return undefined;
  }
}

/** What the event counts to or takes money for. */
function membersOf(event: BookEvent): Member[] {
  const members: Member[] = [...projectMoneyOf(event).keys()].map((id): Member => ['project', id]);
  for (const id of assetValues(event).keys()) members.push(['asset', id]);
  const payout = payoutOf(event);
  if (payout !== undefined) members.push(['beneficiary', payout.beneficiary]);
  const thing = thingOf(event);
  if (thing !== undefined) members.push(thing.member);
  const made = madeBy(event);
  if (made !== undefined) members.push([made.kind, made.id]);
  return members;
}

/** The project or asset that the event makes, or takes back. */
function thingOf(event: BookEvent): { member: Member; count: 1 | -1 } | undefined {
  const isReversal = event.type === 'entry.reversed';
  const type = isReversal ? event.data.type : event.type;
  if (type !== 'project.registered' && type !== 'asset.registered') return undefined;
  const data: { id?: string } = isReversal ? event.data.of : (event.data as { id: string });
  return { member: [type === 'project.registered' ? 'project' : 'asset', data.id ?? ''], count: isReversal ? -1 : 1 };
}

function countThings(rows: Rows, event: BookEvent): void {
  const thing = thingOf(event);
  if (thing === undefined) return;
  const { member, count } = thing;
  add(rows, member, ({ class: assetClass, plannedFen }) =>
    assetClass == null
      ? { projects: count, plannedFen: BigInt(count) * (plannedFen ?? 0n) }
      : { [COUNT_OF[assetClass]]: count },
  );
}

function assetValues(event: BookEvent): Map<string, Fen> {
  const values = new Map<string, Fen>();
  for (const { account, amountFen } of legsOf(event)) {
    if (accountKind(account) !== 'asset') continue;
    values.set(accountId(account), (values.get(accountId(account)) ?? 0n) + amountFen);
  }
  return values;
}

/** Adds figures to the division of a member and to all above it. */
function add(rows: Rows, [kind, id]: Member, figuresOf: (member: DivisionMemberRow) => Partial<Figures>): void {
  const member = rows.findMade(divisionMembers, [kind, id]);
  if (member === undefined) return;
  const figures = Object.entries<number | bigint>(figuresOf(member));
  const codes = codesOf(rows.book, member.division);
  for (const [index, code] of codes.entries()) {
    const row = rows.find(divisions, [code]) ?? emptyRow(rows.book, code, codes[index + 1] ?? null);
    const sums: Record<string, unknown> = row;
    for (const [name, value] of figures) sums[name] = plus(row[name as keyof Figures], value);
    rows.save(divisions, row);
  }
}

function plus(a: number | bigint, b: number | bigint): number | bigint {
  return typeof a === 'bigint' ? a + BigInt(b) : a + Number(b);
}

export function emptyRow(book: string, code: string, parent: string | null): DivisionRow {
  return {
    book,
    code,
    parent,
    projects: 0,
    plannedFen: 0n,
    allocatedFen: 0n,
    paidCapitalFen: 0n,
    paidExpenseFen: 0n,
    payouts: 0,
    payoutsFen: 0n,
    operatingAssets: 0,
    operatingAssetsFen: 0n,
    publicAssets: 0,
    publicAssetsFen: 0n,
    householdAssets: 0,
    householdAssetsFen: 0n,
  };
}
