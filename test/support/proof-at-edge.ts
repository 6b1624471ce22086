import type { Hash } from '../../src/log/hash.js';
import type { TreeEdge } from '../../src/log/tree-edge.js';

/** The proof of one of the last entries, from the leaf up. */
export function proofAtEdge(edge: TreeEdge, index: number): Hash[] {
  return edge.inclusionProofs<Hash[]>(index, [], (hash, above) => [hash, ...above])[0] ?? [];
}
