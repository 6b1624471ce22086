import type { Owner } from '../../domain/assets/owners.js';
import type { BookEvent } from '../../domain/event.js';
import { formatYuan } from '../../domain/money.js';
import { assets, assetsView } from '../../views/assets/assets.js';
import { balances, balancesView } from '../../views/balances/balances.js';
import { RowSet } from '../../views/engine/row-set.js';
import type { View } from '../../views/engine/view.js';

/** `yuan` is an exact amount as text, `count` a whole number. */
export interface Column {
  name: string;
  kind: 'text' | 'yuan' | 'count';
}

export type Row = (string | number | undefined)[];

/** One book, whose events can be gone through as often as is needed. */
export interface Book {
  id: string;
  events(): AsyncIterable<BookEvent>;
}

export interface Table {
  name: string;
  columns: readonly Column[];
  rows(book: Book): AsyncIterable<Row>;
}

const text = (name: string): Column => ({ name, kind: 'text' });
const count = (name: string): Column => ({ name, kind: 'count' });
const yuan = (name: string): Column => ({ name, kind: 'yuan' });

const events: Table = {
  name: 'events',
  columns: [
    count('seq'),
    ...['type', 'effectiveDate', 'recordedAt', 'actor', 'command', 'id', 'names', 'name', 'reason'].map(text),
    count('reverses'),
    ...['documents', 'note'].map(text),
  ],
  async *rows(book) {
    for await (const event of book.events()) yield eventRow(event);
  },
};

function eventRow(event: BookEvent): Row {
  const { seq, type, effectiveDate, recordedAt, actor, command, id, data, documents, note } = event;
  const names = 'id' in data ? data.id : undefined;
  const name = 'name' in data ? data.name : undefined;
  const reason = 'reason' in data ? data.reason : undefined;
  const reverses = event.type === 'entry.reversed' ? event.data.seq : undefined;
  const facts = [effectiveDate, recordedAt, actor, command, id, names, name, reason];
  return [seq, type, ...facts, reverses, documents.join('、'), note];
}

const postings: Table = {
  name: 'postings',
  columns: [count('seq'), ...['effectiveDate', 'type', 'account', 'fund'].map(text), yuan('amount')],
  async *rows(book) {
    for await (const { seq, effectiveDate, type, postings: legs } of book.events()) {
      for (const { account, fund, amount } of legs) yield [seq, effectiveDate, type, account, fund, amount];
    }
  },
};

const balancesTable: Table = {
  name: 'balances',
  columns: [text('account'), text('fund'), yuan('amount')],
  async *rows(book) {
    const standing = [...(await folded(book, balancesView)).all(balances)].filter(({ amountFen }) => amountFen !== 0n);
    standing.sort((a, b) => compare(a.account, b.account) || compare(a.fund, b.fund));
    for (const { account, fund, amountFen } of standing) yield [account, fund, formatYuan(amountFen)];
  },
};

const assetsTable: Table = {
  name: 'assets',
  columns: [
    ...['id', 'name', 'class', 'category', 'division', 'project'].map(text),
    yuan('value'),
    ...['owners', 'operator', 'custodian', 'acquiredOn', 'status'].map(text),
    count('seq'),
  ],
  async *rows(book) {
    const register = [...(await folded(book, assetsView)).all(assets)].sort((a, b) => compare(a.id, b.id));
    for (const {
      id,
      name,
      class: assetClass,
      category,
      division,
      project,
      valueFen,
      ownerships,
      ...asset
    } of register) {
      const owners = ownerships.findLast(({ reversedBy }) => reversedBy === undefined)?.owners ?? [];
      const { operator, custodian, acquiredOn, status, seq } = asset;
      yield [
        ...[id, name, assetClass, category, division, project ?? undefined, formatYuan(valueFen)],
        ...[owners.map(shownOwner).join('; '), operator ?? undefined, custodian ?? undefined, acquiredOn ?? undefined],
        ...[status, seq],
      ];
    }
  },
};

export const TABLES: readonly Table[] = [events, postings, balancesTable, assetsTable];

async function folded(book: Book, view: View): Promise<RowSet> {
  const rows = new RowSet(book.id, { isWhole: true });
  for await (const event of book.events()) rows.take(view, event);
  return rows;
}

function shownOwner({ kind, id, name, share }: Owner): string {
  return [kind, id, ...(name === undefined ? [] : [name]), share].join(' ');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
