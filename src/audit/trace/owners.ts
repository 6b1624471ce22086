import type { Owner } from '../../domain/assets/owners.js';
import { splitByShares } from '../../domain/share.js';
import { goOn, type Parcel, type Place, type Step } from './parcels.js';

/** Where the part of an owner stands; a household is a beneficiary, the same as in a payout. */
export function ownerPlace(book: string, { kind, id }: Owner): Place {
  return `${book}/${kind === 'household' ? 'beneficiary' : kind}:${id}`;
}

/**
 * Attributes the money in an asset to its owners by their shares, fund by fund and to the fen (largest remainder). It is
 * told for the trace alone: no entry moved it, and the account of the asset still holds it.
 *
 * @param parcels all that stands in the asset of one fund, in the order in which it came
 * @param entry the entry that made these owners
 */
export function attribute(
  parcels: readonly Parcel[],
  owners: readonly Owner[],
  entry: Pick<Step, 'book' | 'seq' | 'type'>,
): Parcel[] {
  const totalFen = parcels.reduce((sum, { amountFen }) => sum + amountFen, 0n);
  const parts = splitByShares(
    totalFen,
    owners.map(({ share }) => share),
  );
  const waiting = [...parcels];
  return owners.flatMap((owner, index) => {
    const given: Parcel[] = [];
    for (let restFen = parts[index] ?? 0n; restFen > 0n; ) {
      const parcel = waiting.shift();
      if (parcel === undefined) throw new Error('the parts of the owners exceed what the asset holds');
      const partFen = parcel.amountFen < restFen ? parcel.amountFen : restFen;
      const { to: from, fund, becomes = fund } = parcel.hop;
      const step = { ...entry, from, to: ownerPlace(entry.book, owner), fund: becomes };
      given.push(goOn({ amountFen: partFen, hop: parcel.hop }, step));
      if (partFen < parcel.amountFen) waiting.unshift({ ...parcel, amountFen: parcel.amountFen - partFen });
      restFen -= partFen;
    }
    return given;
  });
}
