import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { AssetClass } from '../../domain/assets/assets.js';
import type { Owner } from '../../domain/assets/owners.js';
import { divisionPrefix } from '../../domain/division.js';
import { formatYuan, type Yuan } from '../../domain/money.js';
import { Refusal } from '../../domain/refusal.js';
import { type MadeItem, madeOf } from '../engine/answers.js';
import { type Status, standing } from '../engine/cause.js';
import type { Moment } from '../engine/moment.js';
import { type Page, type PageRequest, pageOf, parseCursor } from '../engine/page.js';
import { ViewReader } from '../engine/view-reader.js';
import { type AssetRow, assetSources, assets, assetsView, type OwnershipStep } from './assets.js';

export interface AssetItem extends MadeItem {
  id: string;
  name: string;
  class: AssetClass;
  category: string;
  division: string;
  /** Null for an asset older than the book. */
  project: string | null;
  amount: Yuan;
  owners: Owner[];
  operator: string | null;
  custodian: string | null;
  acquiredOn: string | null;
}

export interface AssetDetail extends AssetItem {
  /** What it was made with, fund by fund. */
  sources: { fund: string; amount: Yuan }[];
  /** Every ownership, the reversed ones with what reversed them. */
  ownerships: (Omit<OwnershipStep, 'reversedBy' | 'reason'> & { reason: string | null; reversedBy: number | null })[];
  seq: number;
}

export class AssetsQuery extends Query<Page<AssetItem>> {
  constructor(
    readonly book: string,
    /** A division stands for all that lies in it. */
    readonly filter: { division?: string; class?: AssetClass; status?: Status },
    readonly moment: Moment,
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(AssetsQuery)
export class AssetsHandler implements IQueryHandler<AssetsQuery> {
  constructor(private readonly reader: ViewReader) {}

  execute({ book, filter, moment, page }: AssetsQuery): Promise<Page<AssetItem>> {
    const after = parseCursor(page.after, ['string']);
    const { division, class: assetClass, status } = filter;
    const within = division === undefined ? undefined : { startsWith: divisionPrefix(division) };
    return this.reader.read(assetsView, book, moment, async (rows, seq) => {
      const where = { division: within, class: assetClass, status };
      const found = await rows.list(assets, { where, orderBy: ['id'], after, limit: page.limit + 1 });
      return pageOf(found, page, seq, ({ id }) => [id], assetItem);
    });
  }
}

export class AssetQuery extends Query<AssetDetail> {
  constructor(
    readonly book: string,
    readonly asset: string,
    readonly moment: Moment,
  ) {
    super();
  }
}

@QueryHandler(AssetQuery)
export class AssetHandler implements IQueryHandler<AssetQuery> {
  constructor(private readonly reader: ViewReader) {}

  /** Refusal: asset_unknown. */
  execute({ book, asset, moment }: AssetQuery): Promise<AssetDetail> {
    return this.reader.read(assetsView, book, moment, async (rows, seq) => {
      const [row, sources] = await Promise.all([
        rows.one(assets, [asset]),
        rows.list(assetSources, { where: { asset, amountFen: { not: 0n } }, orderBy: ['fund'] }),
      ]);
      if (row === undefined) throw new Refusal('asset_unknown', `There is no asset ${asset}.`, { asset });
      return {
        ...assetItem(row),
        sources: sources.map(({ fund, amountFen }) => ({ fund, amount: formatYuan(amountFen) })),
        ownerships: row.ownerships.map((step) => ({
          ...step,
          reason: step.reason ?? null,
          reversedBy: step.reversedBy ?? null,
        })),
        seq,
      };
    });
  }
}

function assetItem(row: AssetRow): AssetItem {
  const { id, name, class: assetClass, category, division, valueFen } = row;
  return {
    id,
    name,
    class: assetClass,
    category,
    division,
    project: row.project ?? null,
    amount: formatYuan(valueFen),
    owners: standing(row.ownerships)?.owners ?? [],
    operator: row.operator ?? null,
    custodian: row.custodian ?? null,
    acquiredOn: row.acquiredOn ?? null,
    ...madeOf(row),
  };
}
