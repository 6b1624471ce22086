import type { Owner } from '../../domain/assets/owners.js';
import type { BookEvent, EventOf } from '../../domain/event.js';
import { formatYuan } from '../../domain/money.js';
import { shown } from '../difference.js';
import type { Misfit } from '../shape.js';
import type { DivisionSums } from './divisions.js';
import { ownersMisfit } from './owners.js';
import { type Row, type Standing, standing, statusOf } from './standing.js';

export interface Asset extends Standing {
  facts: EventOf<'asset.registered'>['data'];
  ownerships: Ownership[];
}

interface Ownership {
  documents: string[];
  effectiveDate: string;
  owners: Owner[];
  reason?: string;
  recordedAt: string;
  reversedBy?: number;
  seq: number;
}

/** The register of assets as the events of a book make it. */
export class AssetRegister {
  private readonly assets = new Map<string, Asset>();

  constructor(private readonly divisions: DivisionSums) {}

  take(event: BookEvent): Misfit | undefined {
    if (event.type === 'asset.registered') {
      const { id, division, owners, class: assetClass } = event.data;
      if (this.assets.has(id)) return { path: 'data.id', expected: 'an asset of its own', found: shown(id) };
      this.assets.set(id, { ...standing(event), facts: event.data, ownerships: [ownership(event, undefined)] });
      return this.divisions.place(division) ?? ownersMisfit(owners, assetClass);
    }
    if (event.type === 'income.received') return this.incomeMisfit(event);
    if (event.type !== 'asset.ownership_changed') return undefined;
    const { asset: id, owners, reason } = event.data;
    const unknown = this.standingMisfit('data.asset', id);
    const asset = this.assets.get(id);
    if (unknown !== undefined || asset === undefined) return unknown;
    if (JSON.stringify(owners) === JSON.stringify(lastStanding(asset)?.owners))
      return { path: 'data.owners', expected: 'other owners than before', found: shown(owners) };
    asset.ownerships.push(ownership(event, reason));
    return ownersMisfit(owners, asset.facts.class);
  }

  reverse({ data, seq }: EventOf<'entry.reversed'>): Misfit | undefined {
    if (data.type === 'asset.registered') {
      const asset = this.assets.get(data.of.id ?? '');
      if (asset === undefined || lastStanding(asset)?.seq !== data.seq)
        return { path: 'data.seq', expected: 'an asset whose owners never changed', found: shown(data.of.id) };
      asset.reversedBy = seq;
    }
    if (data.type !== 'asset.ownership_changed') return undefined;
    const asset = this.assets.get(data.of.asset ?? '');
    const last = asset === undefined ? undefined : lastStanding(asset);
    if (last?.seq !== data.seq)
      return { path: 'data.seq', expected: `entry ${last?.seq}, the last ownership that stands`, found: `${data.seq}` };
    last.reversedBy = seq;
    return undefined;
  }

  standingMisfit(path: string, id: string): Misfit | undefined {
    return this.assets.get(id)?.reversedBy === null
      ? undefined
      : { path, expected: 'an asset that an earlier entry made and that stands', found: shown(id) };
  }

  private incomeMisfit({ data }: EventOf<'income.received'>): Misfit | undefined {
    if (data.payerKind === 'household' && data.payer !== undefined)
      return { path: 'data.payer', expected: 'no name of a household', found: shown(data.payer) };
    return this.standingMisfit('data.asset', data.asset);
  }

  find(id: string): Asset | undefined {
    return this.assets.get(id);
  }

  /** As of now. */
  ownersOf(id: string): readonly Owner[] {
    const asset = this.assets.get(id);
    return (asset && lastStanding(asset)?.owners) ?? [];
  }

  all(): Iterable<Asset> {
    return this.assets.values();
  }

  /** @param values in fen, by id */
  *rows(values: ReadonlyMap<string, bigint>): Iterable<Row> {
    for (const asset of this.assets.values()) {
      const { facts, effectiveDate, recordedAt, reversedBy, seq } = asset;
      yield {
        key: [facts.id],
        fields: () => ({
          acquiredOn: facts.acquiredOn ?? null,
          category: facts.category,
          class: facts.class,
          custodian: facts.custodian ?? null,
          division: facts.division,
          effectiveDate,
          id: facts.id,
          name: facts.name,
          operator: facts.operator ?? null,
          ownerships: asset.ownerships.map(inOrder),
          project: facts.project ?? null,
          recordedAt,
          reversedBy,
          seq,
          status: statusOf(asset),
          value: formatYuan(values.get(facts.id) ?? 0n),
        }),
      };
    }
  }
}

function ownership(
  { documents, effectiveDate, recordedAt, seq, data }: EventOf<'asset.registered' | 'asset.ownership_changed'>,
  reason: string | undefined,
): Ownership {
  return { documents, effectiveDate, owners: data.owners, recordedAt, seq, ...(reason !== undefined && { reason }) };
}

function lastStanding({ ownerships }: Asset): Ownership | undefined {
  return ownerships.findLast(({ reversedBy }) => reversedBy === undefined);
}

function inOrder({ documents, effectiveDate, owners, reason, recordedAt, reversedBy, seq }: Ownership): object {
  const changed = {
    ...(reason !== undefined && { reason }),
    recordedAt,
    ...(reversedBy !== undefined && { reversedBy }),
  };
  return { documents, effectiveDate, owners, ...changed, seq };
}
