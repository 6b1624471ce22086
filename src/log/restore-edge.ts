import type { StoredTrees } from './stored-trees.js';
import { TILE_WIDTH, TreeEdge, type TreeEdgeParts } from './tree-edge.js';

/**
 * The edge of the tree of a book's first `size` entries, out of what is stored: the growing tile of each level, whatever the size. It
 * takes further leaves and tells the root; proofs of entries before it are not in it.
 */
export async function restoreEdge(trees: StoredTrees, book: string, size: number): Promise<TreeEdge> {
  const tiles: TreeEdgeParts['tiles'] = [];
  for (let level = 0, count = size; count > 0; level += 1, count = Math.floor(count / TILE_WIDTH)) {
    const index = Math.floor(count / TILE_WIDTH);
    tiles.push({ index, growing: await trees.hashes(book, level, index * TILE_WIDTH, count), before: [] });
  }
  return TreeEdge.fromParts({ leaves: size, tiles });
}
