import type { EventStore } from '../event-store/event-store.js';
import type { LogStore } from './log-store.js';
import { readTile } from './stored-tree.js';
import { TILE_WIDTH, TreeEdge, type TreeEdgeParts } from './tree-edge.js';

/**
 * The edge of the tree of a book's first `size` entries, out of what is stored: the growing tile of each level, whatever the size. It
 * takes further leaves and tells the root; proofs of entries before it are not in it.
 */
export async function restoreEdge(
  events: Pick<EventStore, 'read'>,
  log: LogStore,
  book: string,
  size: number,
): Promise<TreeEdge> {
  const tiles: TreeEdgeParts['tiles'] = [];
  for (let level = 0, count = size; count > 0; level += 1, count = Math.floor(count / TILE_WIDTH)) {
    const index = Math.floor(count / TILE_WIDTH);
    const hashes = await readTile(events, log, book, level, index * TILE_WIDTH, count);
    tiles.push({ index, growing: Buffer.concat(hashes), before: [] });
  }
  return TreeEdge.fromParts({ leaves: size, tiles });
}
