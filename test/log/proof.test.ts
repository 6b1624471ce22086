import fc from 'fast-check';
import { EMPTY_ROOT, type Hash, leafHash, nodeHash } from '../../src/log/hash.js';
import { consistencyProof, inclusionProof, type NodeAt, rangeRoot } from '../../src/log/proof.js';
import { TreeEdge } from '../../src/log/tree-edge.js';
import { isConsistent, isIncluded } from '../../src/log/verify-proof.js';
import { proofAtEdge } from '../support/proof-at-edge.js';

// The inputs and roots that the reference implementations of RFC 6962 share.
const INPUTS = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const published = INPUTS.map((hex) => leafHash(Buffer.from(hex, 'hex').toString('latin1')));

/** The definition, word for word: MTH of RFC 6962, 2.1. */
function defined(leaves: Hash[]): Hash {
  const [only] = leaves;
  if (only === undefined) return EMPTY_ROOT;
  if (leaves.length === 1) return only;
  let middle = 1;
  while (middle * 2 < leaves.length) middle *= 2;
  return nodeHash(defined(leaves.slice(0, middle)), defined(leaves.slice(middle)));
}

function nodesOf(leaves: Hash[]): NodeAt {
  return (level, index) => defined(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level));
}

function leavesOf(size: number): Hash[] {
  return Array.from({ length: size }, (_, index) => leafHash(`entry ${index}`));
}

const sizes = fc.integer({ min: 1, max: 700 });

describe('a tree', () => {
  test('has the published roots', () => {
    expect(rangeRoot(nodesOf([]), 0, 0).toString('hex')).toBe(EMPTY);
    const edge = new TreeEdge();
    for (const [index, leaf] of published.entries()) {
      edge.append(leaf);
      expect(edge.root().toString('hex')).toBe(ROOTS[index]);
    }
  });

  test.each([2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1, 2 ** 32, 2 ** 32 + 1, 2 ** 40 + 3])(
    'of %i leaves has as many hashes in a proof as it is high',
    (size) => {
      const leaf = leafHash('');
      expect(inclusionProof(() => leaf, 0, size)).toHaveLength(Math.ceil(Math.log2(size)));
    },
  );

  test('has at its edge the root of the definition, and the proofs of the last entries', () => {
    const leaves = leavesOf(600);
    const edge = new TreeEdge();
    for (const [index, leaf] of leaves.entries()) {
      edge.append(leaf);
      const size = index + 1;
      if (size % 37 !== 0 && size % 256 > 2) continue;
      const root = edge.root();
      expect(root).toEqual(defined(leaves.slice(0, size)));
      for (let back = 0; back < Math.min(size, 256); back += 16) {
        const entry = index - back;
        expect(isIncluded(leaves[entry] ?? root, entry, size, proofAtEdge(edge, entry), root)).toBe(true);
      }
    }
  });

  test('tells the hash of each full tile once, when it is full', () => {
    const leaves = leavesOf(256 * 3 + 5);
    const edge = new TreeEdge();
    const completed = leaves.flatMap((leaf) => edge.append(leaf));
    expect(completed).toEqual(
      [0, 1, 2].map((index) => ({ level: 1, index, hash: defined(leaves.slice(index * 256, (index + 1) * 256)) })),
    );
  });
});

test('the edge of a tree proves each of the last entries, all of them in one walk', () => {
  fc.assert(
    fc.property(sizes, fc.nat({ max: 100 }), (size, back) => {
      const leaves = leavesOf(size);
      const first = Math.max(0, size - back);
      const edge = new TreeEdge();
      for (const leaf of leaves) edge.append(leaf);
      const root = edge.root();
      const proofs = edge.inclusionProofs<Hash[]>(first, [], (hash, above) => [hash, ...above]);
      expect(proofs).toHaveLength(size - first);
      for (const [index, proof] of proofs.entries())
        expect(isIncluded(leaves[first + index] ?? root, first + index, size, proof, root)).toBe(true);
    }),
  );
});

test('the edge of a tree keeps no memory that it shares with what is forgotten', () => {
  const edge = new TreeEdge();
  for (let entry = 0; entry < 13; entry += 1) edge.append(leafHash(String(entry)));
  // Of entry 12, whose siblings are the complete trees before it.
  for (const node of proofAtEdge(edge, 12)) expect(node.buffer.byteLength).toBeLessThan(Buffer.poolSize);
});

describe('an inclusion proof', () => {
  test('verifies for every entry, and fails for any other entry, size, root, leaf or changed proof', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (size, a, b) => {
        const leaves = leavesOf(size);
        const [index, root] = [a % size, defined(leaves)];
        const leaf = leaves[index] ?? root;
        const proof = inclusionProof(nodesOf(leaves), index, size);
        expect(isIncluded(leaf, index, size, proof, root)).toBe(true);
        expect(isIncluded(leafHash('another'), index, size, proof, root)).toBe(false);
        expect(isIncluded(leaf, index, size, proof, leafHash('another'))).toBe(false);
        expect(isIncluded(leaf, index, size, [...proof, root], root)).toBe(false);
        expect(isIncluded(leaf, size, size, proof, root)).toBe(false);
        if (size > 1) {
          expect(isIncluded(leaf, (index + 1 + (b % (size - 1))) % size, size, proof, root)).toBe(false);
          const changed = proof.map((hash, place) => (place === b % proof.length ? flipped(hash, b) : hash));
          expect(isIncluded(leaf, index, size, changed, root)).toBe(false);
          expect(isIncluded(leaf, index, size, proof.slice(1), root)).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('a consistency proof', () => {
  test('verifies for every earlier size, and fails for other roots, sizes or a changed proof', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (to, a, b) => {
        const from = 1 + (a % to);
        const leaves = leavesOf(to);
        const [fromRoot, toRoot] = [defined(leaves.slice(0, from)), defined(leaves)];
        const proof = consistencyProof(nodesOf(leaves), from, to);
        expect(isConsistent(from, to, proof, fromRoot, toRoot)).toBe(true);
        expect(isConsistent(from, to, proof, leafHash('another'), toRoot)).toBe(false);
        expect(isConsistent(from, to, proof, fromRoot, leafHash('another'))).toBe(false);
        expect(isConsistent(from, to, [...proof, toRoot], fromRoot, toRoot)).toBe(false);
        if (proof.length > 0) {
          const changed = proof.map((hash, place) => (place === b % proof.length ? flipped(hash, b) : hash));
          expect(isConsistent(from, to, changed, fromRoot, toRoot)).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('does not exist from an empty tree', () => {
    expect(() => consistencyProof(nodesOf([]), 0, 0)).toThrow(RangeError);
    expect(isConsistent(0, 0, [], EMPTY_ROOT, EMPTY_ROOT)).toBe(false);
  });
});

function flipped(hash: Hash, bit: number): Hash {
  const changed = Buffer.from(hash);
  const byte = Math.floor(bit / 8) % 32;
  changed[byte] = (changed[byte] ?? 0) ^ (1 << (bit % 8));
  return changed;
}
