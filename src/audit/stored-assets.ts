import type { PoolClient } from 'pg';
import type { Owner } from '../domain/assets/owners.js';
import { formatYuan } from '../domain/money.js';
import type { PublishedAsset, PublishedOwnership } from './asset-register.js';

interface AssetRow {
  acquired_on: string | null;
  category: string;
  class: string;
  custodian: string | null;
  division: string;
  effective_date: string;
  id: string;
  name: string;
  operator: string | null;
  ownerships: (Omit<PublishedOwnership, 'reason' | 'reversedBy'> & { reason?: string; reversedBy?: number })[];
  project: string | null;
  recorded_at: Date;
  reversed_by: number | null;
  seq: number;
  status: string;
  value_fen: string;
}

interface SourceRow {
  asset: string;
  fund: string;
  amount_fen: string;
}

// Days as text: the driver would make them instants of the machine's own time zone.
const ASSETS = `
  select id, name, class, category, division, project, value_fen, ownerships, operator, custodian,
    acquired_on::text, seq, effective_date::text, recorded_at, status, reversed_by
  from views.assets where book = $1 order by id`;

const SOURCES = `
  select asset, fund, amount_fen from views.asset_sources where book = $1 and amount_fen <> 0 order by asset, fund`;

/** Sources of an asset that the view does not hold: shown, so that whoever verifies finds them. */
type StraySources = Pick<PublishedAsset, 'id' | 'sources'>;

/** The register of assets as the service publishes it, from its view. */
export async function storedAssets(client: PoolClient, book: string): Promise<(PublishedAsset | StraySources)[]> {
  const assets = await client.query<AssetRow>(ASSETS, [book]);
  const found = await client.query<SourceRow>(SOURCES, [book]);
  const sources = Map.groupBy(found.rows, ({ asset }) => asset);
  const known = assets.rows.map((row) => published(row, sources.get(row.id) ?? []));
  const ids = new Set(known.map(({ id }) => id));
  const strays = [...sources].filter(([asset]) => !ids.has(asset));
  return [...known, ...strays.map(([id, rows]) => ({ id, sources: rows.map(source) }))];
}

function published(row: AssetRow, sources: SourceRow[]): PublishedAsset {
  const steps = Array.isArray(row.ownerships) ? row.ownerships : [row.ownerships];
  const ownerships = steps.map((step: AssetRow['ownerships'][number]) => ({
    ...step,
    reason: step.reason ?? null,
    reversedBy: step.reversedBy ?? null,
  }));
  const owners: Owner[] = ownerships.findLast(({ reversedBy }) => reversedBy === null)?.owners ?? [];
  return {
    acquiredOn: row.acquired_on,
    amount: formatYuan(BigInt(row.value_fen)),
    category: row.category,
    class: row.class,
    custodian: row.custodian,
    division: row.division,
    effectiveDate: row.effective_date,
    id: row.id,
    name: row.name,
    operator: row.operator,
    owners,
    ownerships,
    project: row.project,
    recordedAt: row.recorded_at.toISOString(),
    reversedBy: row.reversed_by,
    seq: row.seq,
    sources: sources.map(source),
    status: row.status,
  };
}

function source({ fund, amount_fen }: SourceRow): { amount: string; fund: string } {
  return { amount: formatYuan(BigInt(amount_fen)), fund };
}
