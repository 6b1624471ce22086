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

type Member = [kind: MemberKind, id: string];
type Change = (division: DivisionRow, member: DivisionMemberRow) => void;

const COUNT_OF = {
  operating: 'operatingAssets',
  public: 'publicAssets',
  household: 'householdAssets',
} as const satisfies Record<AssetClass, keyof DivisionRow>;
const VALUE_OF = {
  operating: 'operatingAssetsFen',
  public: 'publicAssetsFen',
  household: 'householdAssetsFen',
} as const satisfies Record<AssetClass, keyof DivisionRow>;

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
      add(rows, ['project', project], (division) => {
        division.allocatedFen += money.allocatedFen;
        division.paidCapitalFen += money.paidCapitalFen;
        division.paidExpenseFen += money.paidExpenseFen;
      });
    }
    const payout = payoutOf(event);
    if (payout !== undefined) {
      add(rows, ['beneficiary', payout.beneficiary], (division) => {
        division.payouts += payout.payouts;
        division.payoutsFen += payout.amountFen;
      });
    }
    for (const [asset, valueFen] of assetValues(event)) {
      add(rows, ['asset', asset], (division, member) => {
        division[VALUE_OF[member.class ?? 'public']] += valueFen;
      });
    }
  },
};

/** By book and division: one is asked for with every entry that touches it. */
const known = new Map<string, Map<string, readonly string[]>>();
const MOST_KNOWN = 100_000;
let knownCount = 0;

/** The division and those above it in the book, from the lowest up. */
export function codesOf(book: string, division: string): readonly string[] {
  const before = known.get(book)?.get(division);
  if (before !== undefined) return before;
  if (knownCount === MOST_KNOWN) {
    known.clear();
    knownCount = 0;
  }
  const codes = divisionAndAncestors(division).filter((code) => isWithin(code, book));
  const ofBook = known.get(book) ?? new Map<string, readonly string[]>();
  known.set(book, ofBook.set(division, codes));
  knownCount += 1;
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
  add(rows, member, (division, { class: assetClass, plannedFen }) => {
    if (assetClass != null) {
      division[COUNT_OF[assetClass]] += count;
      return;
    }
    division.projects += count;
    division.plannedFen += BigInt(count) * (plannedFen ?? 0n);
  });
}

function assetValues(event: BookEvent): Map<string, Fen> {
  const values = new Map<string, Fen>();
  for (const { account, amountFen } of legsOf(event)) {
    if (accountKind(account) !== 'asset') continue;
    values.set(accountId(account), (values.get(accountId(account)) ?? 0n) + amountFen);
  }
  return values;
}

/** Changes the division of a member and all above it. */
function add(rows: Rows, [kind, id]: Member, change: Change): void {
  const member = rows.findMade(divisionMembers, [kind, id]);
  if (member === undefined) return;
  const codes = codesOf(rows.book, member.division);
  for (const [index, code] of codes.entries()) {
    const division = rows.find(divisions, [code]) ?? emptyRow(rows.book, code, codes[index + 1] ?? null);
    change(division, member);
    rows.save(divisions, division);
  }
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
