import type { AssetClass } from '../../domain/assets/assets.js';
import type { Owner } from '../../domain/assets/owners.js';
import { shown } from '../difference.js';
import type { Misfit } from '../shape.js';

/** Owners stand once each, by kind and id, with shares in lowest terms that add to 1; households bear no name. */
export function ownersMisfit(owners: readonly Owner[], assetClass: AssetClass): Misfit | undefined {
  let before = '';
  for (const [index, { kind, id, name, share }] of owners.entries()) {
    const path = `data.owners[${index}]`;
    const key = `${kind}:${id}`;
    if (key <= before) return { path, expected: `an owner after ${before}`, found: shown(key) };
    before = key;
    if (kind === 'household' && name !== undefined)
      return { path: `${path}.name`, expected: 'no name of a household', found: shown(name) };
    if (assetClass === 'household' && kind !== 'household')
      return { path: `${path}.kind`, expected: shown('household'), found: shown(kind) };
    const [numerator, denominator] = fraction(share);
    const isLowest = divisor(numerator, denominator) === 1n && (denominator !== 1n || share === '1');
    if (!isLowest) return { path: `${path}.share`, expected: 'a share in lowest terms', found: shown(share) };
  }
  let [sum, whole] = [0n, 1n];
  for (const { share } of owners) {
    const [numerator, denominator] = fraction(share);
    [sum, whole] = [sum * denominator + numerator * whole, whole * denominator];
    const common = divisor(sum, whole);
    [sum, whole] = [sum / common, whole / common];
  }
  return sum === whole
    ? undefined
    : { path: 'data.owners', expected: 'shares that add to 1', found: whole === 1n ? `${sum}` : `${sum}/${whole}` };
}

function fraction(share: string): [bigint, bigint] {
  const [numerator = '1', denominator = '1'] = share.split('/');
  return [BigInt(numerator), BigInt(denominator)];
}

function divisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : divisor(b, a % b);
}
