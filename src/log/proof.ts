import { EMPTY_ROOT, type Hash, nodeHash } from './hash.js';

/**
 * The root of the complete subtree of `2 ** level` leaves that begins at leaf `index * 2 ** level`. All that is below is
 * made of such subtrees.
 */
export type NodeAt = (level: number, index: number) => Hash;

/**
 * RFC 6962, 2.1: MTH(D[start:end]), for ranges that a tree of its leaves has.
 *
 * @param known remembers roots of ranges that are not complete subtrees, by `start`; for one `end` only
 */
export function rangeRoot(nodeAt: NodeAt, start: number, end: number, known?: Map<number, Hash>): Hash {
  const size = end - start;
  if (size === 0) return EMPTY_ROOT;
  if (size === 1) return nodeAt(0, start);
  const half = largestPowerBelow(size);
  if (size === 2 * half) return nodeAt(Math.log2(size), start / size);
  const remembered = known?.get(start);
  if (remembered !== undefined) return remembered;
  const middle = start + half;
  const root = nodeHash(rangeRoot(nodeAt, start, middle), rangeRoot(nodeAt, middle, end, known));
  known?.set(start, root);
  return root;
}

/** RFC 6962, 2.1.1: PATH(index, D[0:size]), from the leaf up. */
export function inclusionProof(nodeAt: NodeAt, index: number, size: number, known?: Map<number, Hash>): Hash[] {
  if (index < 0 || index >= size) throw new RangeError(`a tree of ${size} has no leaf ${index}`);
  const path: Hash[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + largestPowerBelow(end - start);
    if (index < middle) {
      // Only where the range ends at the edge is it one that is remembered.
      path.push(rangeRoot(nodeAt, middle, end, end === size ? known : undefined));
      end = middle;
    } else {
      path.push(rangeRoot(nodeAt, start, middle));
      start = middle;
    }
  }
  return path.reverse();
}

/**
 * The same of every leaf from `first` to the last, in one walk: leaves next to each other share the most of it. A hash of a proof
 * is put `below` those above it, which begin at the top with nothing.
 */
export function inclusionProofs<Proof>(
  nodeAt: NodeAt,
  [first, size]: readonly [first: number, size: number],
  known: Map<number, Hash>,
  nothing: Proof,
  below: (hash: Hash, above: Proof) => Proof,
): Proof[] {
  const proofs: Proof[] = [];
  const walk = (start: number, end: number, above: Proof) => {
    if (end - start === 1) {
      proofs.push(above);
      return;
    }
    const middle = start + largestPowerBelow(end - start);
    if (first < middle)
      walk(start, middle, below(rangeRoot(nodeAt, middle, end, end === size ? known : undefined), above));
    walk(middle, end, below(rangeRoot(nodeAt, start, middle), above));
  };
  if (first < size) walk(0, size, nothing);
  return proofs;
}

/** RFC 6962, 2.1.2: PROOF(from, D[0:to]). No tree is consistent with an empty one by a proof: `from` is at least 1. */
export function consistencyProof(nodeAt: NodeAt, from: number, to: number): Hash[] {
  if (from < 1 || from > to) throw new RangeError(`no consistency proof from ${from} to ${to}`);
  const proof: Hash[] = [];
  let [start, end] = [0, to];
  while (end !== from) {
    const middle = start + largestPowerBelow(end - start);
    if (from <= middle) {
      proof.push(rangeRoot(nodeAt, middle, end));
      end = middle;
    } else {
      proof.push(rangeRoot(nodeAt, start, middle));
      start = middle;
    }
  }
  if (start > 0) proof.push(rangeRoot(nodeAt, start, end));
  return proof.reverse();
}

const BITS = 31;

/** The largest power of two smaller than `size`. */
function largestPowerBelow(size: number): number {
  if (size <= 2 ** BITS) return 1 << (BITS - Math.clz32(size - 1));
  return 2 ** Math.floor(Math.log2(size - 1));
}
