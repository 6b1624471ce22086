import { type Hash, nodeHash } from './hash.js';

/** RFC 9162, 2.1.3.2: whether the leaf is entry `index` of the tree of `size` leaves that has this root. */
export function isIncluded(leaf: Hash, index: number, size: number, proof: Hash[], root: Hash): boolean {
  if (index < 0 || index >= size) return false;
  let [place, last, hash] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) return false;
    if (isOdd(place) || place === last) {
      hash = nodeHash(sibling, hash);
      while (!isOdd(place) && place !== 0) [place, last] = [half(place), half(last)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && hash.equals(root);
}

/** RFC 9162, 2.1.4.2: whether the tree of `to` leaves begins with all of the tree of `from` leaves. */
export function isConsistent(from: number, to: number, proof: Hash[], fromRoot: Hash, toRoot: Hash): boolean {
  if (from < 1 || from > to) return false;
  if (from === to) return proof.length === 0 && fromRoot.equals(toRoot);
  const path = isPowerOfTwo(from) ? [fromRoot, ...proof] : proof;
  const [first, ...rest] = path;
  if (first === undefined) return false;
  let [place, last] = [from - 1, to - 1];
  while (isOdd(place)) [place, last] = [half(place), half(last)];
  let [old, grown] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (isOdd(place) || place === last) {
      old = nodeHash(sibling, old);
      grown = nodeHash(sibling, grown);
      while (!isOdd(place) && place !== 0) [place, last] = [half(place), half(last)];
    } else {
      grown = nodeHash(grown, sibling);
    }
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && old.equals(fromRoot) && grown.equals(toRoot);
}

function isOdd(value: number): boolean {
  return value % 2 === 1;
}

/** By division: a shift would lose what is above 32 bits. */
function half(value: number): number {
  return Math.floor(value / 2);
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(Math.log2(value));
}
