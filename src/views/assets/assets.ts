import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { accountId, accountKind } from '../../domain/account.js';
import type { AssetClass, AssetRegistered } from '../../domain/assets/assets.js';
import type { Owner } from '../../domain/assets/owners.js';
import type { BookEvent } from '../../domain/event.js';
import { parseYuan } from '../../domain/money.js';
import { type HistoryStep, markReversed, type Status, stepOf, timeOf } from '../engine/cause.js';
import { bookColumn, tableOf } from '../engine/table.js';
import { type Need, need, type Rows, type View } from '../engine/view.js';

export interface OwnershipStep extends HistoryStep {
  owners: Owner[];
  /** Absent for the owners that the asset was registered with. */
  reason?: string;
}

/** The register of assets; the owners are those of the last ownership that stands. */
export const Asset = defineEntity({
  name: 'Asset',
  schema: 'views',
  tableName: 'assets',
  properties: {
    book: bookColumn(),
    id: p.text().collation('C').primary(),
    name: p.text(),
    class: p.text().$type<AssetClass>(),
    category: p.text(),
    division: p.text().collation('C'),
    project: p.text().nullable(),
    valueFen: p.bigint('bigint'),
    ownerships: p.json<OwnershipStep[]>(),
    operator: p.text().nullable(),
    custodian: p.text().nullable(),
    acquiredOn: p.date().nullable(),
    seq: p.integer(),
    effectiveDate: p.date(),
    recordedAt: p.datetime(3),
    status: p.text().$type<Status>(),
    reversedBy: p.integer().nullable(),
  },
  checks: [
    { name: 'assets_not_negative', expression: 'value_fen >= 0' },
    { name: 'assets_class_known', expression: "class in ('operating', 'public', 'household')" },
    { name: 'assets_reversed_by_an_entry', expression: "(status = 'reversed') = (reversed_by is not null)" },
    { name: 'assets_status_known', expression: "status in ('standing', 'reversed')" },
  ],
  indexes: [{ name: 'assets_book_division_idx', properties: ['book', 'division'] }],
});

/** The funds that an asset was made with: each yuan of its value. */
export const AssetSource = defineEntity({
  name: 'AssetSource',
  schema: 'views',
  tableName: 'asset_sources',
  properties: {
    book: bookColumn(),
    asset: p.text().collation('C').primary(),
    fund: p.text().collation('C').primary(),
    amountFen: p.bigint('bigint'),
  },
  checks: [{ name: 'asset_sources_not_negative', expression: 'amount_fen >= 0' }],
});

export type AssetRow = InferEntity<typeof Asset>;
export const assets = tableOf<AssetRow>(Asset);
export const assetSources = tableOf<InferEntity<typeof AssetSource>>(AssetSource);

export const assetsView: View = {
  name: 'assets',
  tables: [assets, assetSources],
  *needs(event): Iterable<Need> {
    const id = assetOf(event);
    if (id !== undefined) yield need(assets, id);
    for (const { account: name, fund } of event.postings) {
      if (accountKind(name) !== 'asset') continue;
      yield need(assets, accountId(name));
      yield need(assetSources, accountId(name), fund);
    }
  },
  evolve(rows, event) {
    if (event.type === 'asset.registered') rows.save(assets, newRow(event.data, event));
    addValue(rows, event);
    const id = assetOf(event) ?? '';
    if (event.type === 'asset.ownership_changed') {
      const step = { owners: event.data.owners, reason: event.data.reason, ...stepOf(event) };
      rows.change(assets, [id], (row) => (row.ownerships = [...row.ownerships, step]));
    }
    if (event.type !== 'entry.reversed') return;
    if (event.data.type === 'asset.registered') {
      rows.change(assets, [id], (row) => Object.assign(row, { status: 'reversed', reversedBy: event.seq }));
    }
    if (event.data.type === 'asset.ownership_changed') {
      rows.change(assets, [id], (row) => (row.ownerships = markReversed(row.ownerships, event.data.seq, event.seq)));
    }
  },
};

/** The asset whose facts or owners the event changes. */
function assetOf(event: BookEvent): string | undefined {
  if (event.type === 'asset.registered') return event.data.id;
  if (event.type === 'asset.ownership_changed') return event.data.asset;
  if (event.type !== 'entry.reversed') return undefined;
  if (event.data.type === 'asset.registered') return event.data.of.id;
  return event.data.type === 'asset.ownership_changed' ? event.data.of.asset : undefined;
}

function newRow(data: AssetRegistered, event: BookEvent): AssetRow {
  return {
    book: event.book,
    id: data.id,
    name: data.name,
    class: data.class,
    category: data.category,
    division: data.division,
    project: data.project ?? null,
    valueFen: 0n,
    ownerships: [{ owners: data.owners, ...stepOf(event) }],
    operator: data.operator ?? null,
    custodian: data.custodian ?? null,
    acquiredOn: data.acquiredOn ?? null,
    ...timeOf(event),
    status: 'standing',
    reversedBy: null,
  };
}

function addValue(rows: Rows, { postings }: BookEvent): void {
  for (const { account: name, fund, amount } of postings) {
    if (accountKind(name) !== 'asset') continue;
    const asset = accountId(name);
    const amountFen = parseYuan(amount);
    rows.change(assets, [asset], (row) => (row.valueFen += amountFen));
    const source = rows.find(assetSources, [asset, fund]) ?? { book: rows.book, asset, fund, amountFen: 0n };
    source.amountFen += amountFen;
    rows.save(assetSources, source);
  }
}
