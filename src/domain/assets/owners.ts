import type { OWNER_KINDS } from '../kinds.js';
import { knownBeneficiary } from '../payouts/enroll-beneficiary.js';
import { Refusal } from '../refusal.js';
import { normaliseShare, type Share, sumShares } from '../share.js';
import type { BookState } from '../state.js';
import type { AssetClass } from './assets.js';

export type OwnerKind = (typeof OWNER_KINDS)[number];

export interface Owner {
  kind: OwnerKind;
  /** Division code, unified social credit code, or beneficiary id of a household. */
  id: string;
  /** Never for a household. */
  name?: string;
  share: Share;
}

/**
 * Owners with shares in lowest terms, sorted by kind and id.
 *
 * Refusals: owner_duplicate, owner_name_not_allowed, owner_class_mismatch, beneficiary_unknown, owner_shares_not_whole.
 */
export function decideOwners(state: BookState, assetClass: AssetClass, owners: Owner[]): Owner[] {
  const seen = new Set<string>();
  for (const [index, { kind, id }] of owners.entries()) {
    if (seen.has(`${kind}:${id}`))
      throw new Refusal('owner_duplicate', `${kind} ${id} stands twice.`, { field: `owners[${index}]` });
    seen.add(`${kind}:${id}`);
  }
  for (const [index, owner] of owners.entries()) {
    if (owner.kind === 'household' && owner.name !== undefined) {
      throw new Refusal('owner_name_not_allowed', undefined, { field: `owners[${index}].name` });
    }
    if (assetClass === 'household' && owner.kind !== 'household') {
      throw new Refusal('owner_class_mismatch', undefined, { field: `owners[${index}].kind` });
    }
    if (owner.kind === 'household') knownBeneficiary(state, owner.id, `owners[${index}].id`);
  }
  const sum = sumShares(owners.map((owner) => owner.share));
  if (sum !== '1') throw new Refusal('owner_shares_not_whole', `The shares add to ${sum}.`, { field: 'owners', sum });
  return owners
    .map(({ kind, id, name, share }) => ({
      kind,
      id,
      ...(name !== undefined && { name }),
      share: normaliseShare(share),
    }))
    .sort((a, b) => (`${a.kind}:${a.id}` < `${b.kind}:${b.id}` ? -1 : 1));
}

export function sameOwners(a: Owner[], b: Owner[]): boolean {
  return (
    a.length === b.length &&
    a.every((owner, index) => {
      const other = b[index];
      return (
        owner.kind === other?.kind && owner.id === other.id && owner.share === other.share && owner.name === other.name
      );
    })
  );
}
