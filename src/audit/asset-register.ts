import type { Owner } from '../domain/assets/owners.js';
import type { BookEvent, EventOf } from '../domain/event.js';
import { type Fen, formatYuan, parseYuan } from '../domain/money.js';

/** An asset as a bundle publishes it; fields in the order of RFC 8785, as everything in a bundle. */
export interface PublishedAsset {
  acquiredOn: string | null;
  amount: string;
  category: string;
  class: string;
  custodian: string | null;
  division: string;
  effectiveDate: string;
  id: string;
  name: string;
  operator: string | null;
  owners: Owner[];
  ownerships: PublishedOwnership[];
  project: string | null;
  recordedAt: string;
  reversedBy: number | null;
  seq: number;
  sources: { amount: string; fund: string }[];
  status: string;
}

export interface PublishedOwnership {
  documents: string[];
  effectiveDate: string;
  owners: Owner[];
  reason: string | null;
  recordedAt: string;
  reversedBy: number | null;
  seq: number;
}

interface Asset {
  made: EventOf<'asset.registered'>;
  ownerships: PublishedOwnership[];
  sourcesFen: Map<string, Fen>;
  reversedBy: number | null;
}

/** The register of assets as the events of a book make it. */
export class AssetRegister {
  private readonly assets = new Map<string, Asset>();

  /** False where the event speaks of an asset or ownership that no event made. */
  take(event: BookEvent): boolean {
    if (event.type === 'asset.registered') {
      if (this.assets.has(event.data.id)) return false;
      const ownerships = [ownership(event, null)];
      this.assets.set(event.data.id, { made: event, ownerships, sourcesFen: new Map(), reversedBy: null });
    }
    if (!this.post(event)) return false;
    if (event.type === 'asset.ownership_changed') {
      const asset = this.assets.get(event.data.asset);
      asset?.ownerships.push(ownership(event, event.data.reason));
      return asset !== undefined;
    }
    return event.type !== 'entry.reversed' || this.reverse(event);
  }

  /** By id. */
  published(): PublishedAsset[] {
    return [...this.assets.values()].map(published).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  private post({ postings }: BookEvent): boolean {
    for (const { account, fund, amount } of postings) {
      if (!account.startsWith('asset:')) continue;
      const sourcesFen = this.assets.get(account.slice('asset:'.length))?.sourcesFen;
      if (sourcesFen === undefined) return false;
      sourcesFen.set(fund, (sourcesFen.get(fund) ?? 0n) + parseYuan(amount));
    }
    return true;
  }

  private reverse({ data, seq }: EventOf<'entry.reversed'>): boolean {
    if (data.type === 'asset.registered') {
      const asset = this.assets.get(data.of.id ?? '');
      if (asset?.made.seq !== data.seq) return false;
      asset.reversedBy = seq;
    }
    if (data.type === 'asset.ownership_changed') {
      const step = this.assets.get(data.of.asset ?? '')?.ownerships.find((one) => one.seq === data.seq);
      if (step === undefined) return false;
      step.reversedBy = seq;
    }
    return true;
  }
}

function ownership(
  { documents, effectiveDate, recordedAt, seq, data }: EventOf<'asset.registered' | 'asset.ownership_changed'>,
  reason: string | null,
): PublishedOwnership {
  return { documents, effectiveDate, owners: data.owners, reason, recordedAt, reversedBy: null, seq };
}

function published({ made, ownerships, sourcesFen, reversedBy }: Asset): PublishedAsset {
  const { data, effectiveDate, recordedAt, seq } = made;
  let valueFen = 0n;
  const sources = [];
  for (const fund of [...sourcesFen.keys()].sort()) {
    const amountFen = sourcesFen.get(fund) ?? 0n;
    valueFen += amountFen;
    if (amountFen !== 0n) sources.push({ amount: formatYuan(amountFen), fund });
  }
  return {
    acquiredOn: data.acquiredOn ?? null,
    amount: formatYuan(valueFen),
    category: data.category,
    class: data.class,
    custodian: data.custodian ?? null,
    division: data.division,
    effectiveDate,
    id: data.id,
    name: data.name,
    operator: data.operator ?? null,
    owners: ownerships.findLast((step) => step.reversedBy === null)?.owners ?? [],
    ownerships,
    project: data.project ?? null,
    recordedAt,
    reversedBy,
    seq,
    sources,
    status: reversedBy === null ? 'standing' : 'reversed',
  };
}
