import { type Hash, nodeHash } from './hash.js';
import { TILE_HEIGHT, TILE_WIDTH } from './tree-edge.js';

const HASH_BYTES = 32;
/** Nodes below this row are hashed whenever they are asked for, of 8 hashes at most; those from here on are kept. */
const KEPT_ROW = 4;
/** Where the nodes of each kept row begin among those that are kept: 16 of row 4, 8 of row 5, and so on to the root. */
const KEPT_FROM = [0, 16, 24, 28, 30];
const KEPT_NODES = 31;

/**
 * The first hashes of a tile in one piece, and the nodes above them, made when they are asked for. What a log holds never changes, so
 * a tile is good for proofs of any size that needs no more hashes than it has.
 */
export class StoredTile {
  private readonly nodes = Buffer.alloc(KEPT_NODES * HASH_BYTES);
  /** Which of the nodes are made, a bit for each. */
  private made = 0;

  private constructor(private readonly hashes: Buffer) {}

  static readonly empty = new StoredTile(Buffer.alloc(0));

  get width(): number {
    return this.hashes.length / HASH_BYTES;
  }

  /** With more hashes, one after another, behind those that it has. */
  with(more: Buffer): StoredTile {
    // Memory of its own: a piece of a shared one would keep all of that.
    const hashes = Buffer.alloc(this.hashes.length + more.length);
    this.hashes.copy(hashes);
    more.copy(hashes, this.hashes.length);
    const wider = new StoredTile(hashes);
    this.nodes.copy(wider.nodes);
    wider.made = this.made;
    return wider;
  }

  /** Node `column` of a row, of which row 0 are the hashes and row 8 is the root; the tile must have all hashes below it. */
  at(row: number, column: number): Hash {
    if (row === 0) return hashAt(this.hashes, column);
    if (row < KEPT_ROW) return this.make(row, column);
    const place = (KEPT_FROM[row - KEPT_ROW] ?? 0) + column;
    const node = hashAt(this.nodes, place);
    if ((this.made & (1 << place)) === 0) {
      this.make(row, column).copy(node);
      this.made |= 1 << place;
    }
    return node;
  }

  private make(row: number, column: number): Hash {
    return nodeHash(this.at(row - 1, 2 * column), this.at(row - 1, 2 * column + 1));
  }
}

function hashAt(hashes: Buffer, place: number): Hash {
  return hashes.subarray(place * HASH_BYTES, (place + 1) * HASH_BYTES);
}

/** Where a node of the whole tree stands: in which tile, and in which row and column of it. */
export function placeOf(level: number, index: number): { level: number; index: number; row: number; column: number } {
  const row = level % TILE_HEIGHT;
  const perTile = 2 ** (TILE_HEIGHT - row);
  return { level: Math.floor(level / TILE_HEIGHT), index: Math.floor(index / perTile), row, column: index % perTile };
}

/** How many hashes tile `index` of a level of tiles has in a log of `size` entries. */
export function tileWidth(size: number, level: number, index: number): number {
  return Math.min(TILE_WIDTH, Math.floor(size / TILE_WIDTH ** level) - index * TILE_WIDTH);
}
