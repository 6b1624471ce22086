import { attribute } from '../../audit/trace/owners.js';
import { goOn, type Parcel } from '../../audit/trace/parcels.js';
import { accountId, accountKind } from '../../domain/account.js';
import type { BookEvent } from '../../domain/event.js';
import { payeeBeneficiary } from '../../domain/projects/make-payment.js';
import type { EventStore } from '../../event-store/event-store.js';
import { assets, assetsView, type OwnershipStep } from '../assets/assets.js';
import { eventsAt } from '../funds/fund-entries.js';
import type { Tracing } from './tracing.js';

/** An asset that the trace met, with every owner it had. */
export interface TracedAsset {
  name: string;
  ownerships: OwnershipStep[];
}

/**
 * Goes from the last account to whom the money reached: from a payout or payment to the person or household, from an asset
 * to its owners by their shares.
 *
 * @returns the parcels, and the assets by place
 */
export async function reach(
  tracing: Tracing,
  store: EventStore,
  parcels: readonly Parcel[],
): Promise<{ parcels: Parcel[]; assets: Map<string, TracedAsset> }> {
  const byKind = Map.groupBy(parcels, ({ hop }) => endOf(hop.to));
  const owned = byKind.get('asset') ?? [];
  const known = await tracedAssets(tracing, owned);
  return {
    parcels: [
      ...(byKind.get('other') ?? []),
      ...(await toBeneficiaries(store, byKind.get('payee') ?? [])),
      ...toOwners(owned, known),
    ],
    assets: known,
  };
}

function endOf(place: string): 'asset' | 'payee' | 'other' {
  const kind = accountKind(nameOf(place));
  if (kind === 'asset') return 'asset';
  return kind === 'paid' || kind === 'expense' || kind === 'wip' ? 'payee' : 'other';
}

function nameOf(place: string): string {
  return place.slice(place.indexOf('/') + 1);
}

/** Work in progress stands with the project until it becomes an asset, whoever was paid for it. */
async function toBeneficiaries(store: EventStore, parcels: readonly Parcel[]): Promise<Parcel[]> {
  const spent = parcels.filter(({ hop }) => accountKind(nameOf(hop.to)) !== 'wip');
  const beneficiaries = new Map<string, string>();
  for (const [book, ofBook] of Map.groupBy(spent, ({ hop }) => hop.book)) {
    const seqs = ofBook.map(({ hop }) => hop.seq);
    for await (const event of eventsAt(store, book, seqs)) {
      const beneficiary = beneficiaryOf(event);
      if (beneficiary !== undefined) beneficiaries.set(`${book} ${event.seq}`, beneficiary);
    }
  }
  return parcels.map((parcel) => {
    const { book, seq, type, to: from, fund } = parcel.hop;
    const beneficiary = beneficiaries.get(`${book} ${seq}`);
    if (beneficiary === undefined) return parcel;
    return goOn(parcel, { book, seq, type, from, to: `${book}/beneficiary:${beneficiary}`, fund });
  });
}

function beneficiaryOf(event: BookEvent): string | undefined {
  if (event.type === 'subsidy.paid') return event.data.beneficiary;
  return event.type === 'payment.made' ? payeeBeneficiary(event.data.payee) : undefined;
}

async function tracedAssets(tracing: Tracing, parcels: readonly Parcel[]): Promise<Map<string, TracedAsset>> {
  const known = new Map<string, TracedAsset>();
  for (const [book, ofBook] of Map.groupBy(parcels, ({ hop }) => hop.book)) {
    const ids = [...new Set(ofBook.map(({ hop }) => accountId(nameOf(hop.to))))];
    await tracing.rows(assetsView, book, async (rows, lastSeq) => {
      for (const row of await rows.list(assets, { where: { id: { in: ids } }, orderBy: ['id'] })) {
        const ownerships = row.ownerships
          .filter(({ seq }) => seq <= lastSeq)
          .map(({ reversedBy, ...step }) =>
            reversedBy === undefined || reversedBy > lastSeq ? step : { ...step, reversedBy },
          );
        known.set(`${book}/asset:${row.id}`, { name: row.name, ownerships });
      }
    });
  }
  return known;
}

function toOwners(parcels: readonly Parcel[], known: ReadonlyMap<string, TracedAsset>): Parcel[] {
  // Shares count fund by fund, so that each fund is split to the fen.
  return [...Map.groupBy(parcels, ({ hop }) => `${hop.to} ${hop.fund}`).values()].flatMap((ofFund) => {
    const hop = ofFund[0]?.hop;
    const ownership = known.get(hop?.to ?? '')?.ownerships.findLast(({ reversedBy }) => reversedBy === undefined);
    if (hop === undefined || ownership === undefined) return ofFund;
    const type = ownership.reason === undefined ? 'asset.registered' : 'asset.ownership_changed';
    return attribute(ofFund, ownership.owners, { book: hop.book, seq: ownership.seq, type });
  });
}
