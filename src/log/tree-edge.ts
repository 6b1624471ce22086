import { type Hash, nodeHash } from './hash.js';
import { inclusionProofs, rangeRoot } from './proof.js';

/** C2SP tlog-tiles: a tile is eight levels high, so a full one has 256 hashes. */
export const TILE_HEIGHT = 8;
export const TILE_WIDTH = 256;
const HASH_BYTES = 32;

const TILES_BEFORE = 2;

/** A hash of a tile above the lowest: the root of a full tile below it. Leaves are not among them; the events have those. */
export interface TileHash {
  /** Of the tile, 1 or more. */
  level: number;
  /** Among all hashes of that level of tiles. */
  index: number;
  hash: Hash;
}

const NONE: readonly TileHash[] = [];

const FIRST_HASHES = 4;

/**
 * Hashes one after another in memory of their own, which a tile keeps for long: a hash as it is made lies in Node's pool, and
 * would keep 8 KiB of that.
 */
class Row {
  private bytes = Buffer.alloc(FIRST_HASHES * HASH_BYTES);
  length = 0;

  push(hash: Hash): void {
    const at = this.length * HASH_BYTES;
    if (at === this.bytes.length) {
      const larger = Buffer.alloc(at * 2);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    this.bytes.set(hash, at);
    this.length += 1;
  }

  at(index: number): Hash | undefined {
    return index < this.length ? this.bytes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES) : undefined;
  }

  all(): Buffer {
    return Buffer.from(this.bytes.subarray(0, this.length * HASH_BYTES));
  }
}

/** The hashes of one tile and all nodes above them inside it. */
export class Tile {
  /** `rows[0]` are the hashes, `rows[8]` is the root once there are 256. */
  private readonly rows: Row[] = [];

  push(hash: Hash): void {
    let [row, added] = [0, hash];
    for (;;) {
      const hashes = this.rows[row] ?? new Row();
      this.rows[row] = hashes;
      hashes.push(added);
      if (hashes.length % 2 === 1 || row === TILE_HEIGHT) return;
      added = nodeHash(hashes.at(hashes.length - 2) ?? added, added);
      row += 1;
    }
  }

  at(row: number, index: number): Hash | undefined {
    return this.rows[row]?.at(index);
  }

  /** All its hashes in one. */
  bytes(): Uint8Array {
    return this.rows[0]?.all() ?? Buffer.alloc(0);
  }

  static fromBytes(bytes: Uint8Array): Tile {
    const hashes = Buffer.from(bytes);
    const tile = new Tile();
    for (let at = 0; at < hashes.length; at += HASH_BYTES) tile.push(hashes.subarray(at, at + HASH_BYTES));
    return tile;
  }

  get root(): Hash | undefined {
    return this.rows[TILE_HEIGHT]?.at(0);
  }
}

/** The hashes of an edge, for keeping it elsewhere. */
export interface TreeEdgeParts {
  leaves: number;
  tiles: { index: number; growing: Uint8Array; before: Uint8Array[] }[];
}

/**
 * The right edge of a book's tree, in memory: at each level the tile that grows and the two before it. That is enough for the
 * root and for the proofs of the last 512 entries, which one append may bring, whatever the size of the book.
 */
export class TreeEdge {
  private leaves = 0;
  /** Roots of ranges that end at the edge, by their first leaf; many proofs of one batch need the same. */
  private readonly open = new Map<number, Hash>();
  private readonly tiles: { index: number; growing: Tile; before: Tile[] }[] = [];

  static fromParts({ leaves, tiles }: TreeEdgeParts): TreeEdge {
    const edge = new TreeEdge();
    edge.leaves = leaves;
    for (const { index, growing, before } of tiles) {
      edge.tiles.push({
        index,
        growing: Tile.fromBytes(growing),
        before: before.map((bytes) => Tile.fromBytes(bytes)),
      });
    }
    return edge;
  }

  parts(): TreeEdgeParts {
    const tiles = this.tiles.map(({ index, growing, before }) => ({
      index,
      growing: growing.bytes(),
      before: before.map((tile) => tile.bytes()),
    }));
    return { leaves: this.leaves, tiles };
  }

  get size(): number {
    return this.leaves;
  }

  /** Adds a leaf; the hashes of higher tiles that became final by it are to be kept with it, mostly none. */
  append(leaf: Hash): readonly TileHash[] {
    let completed = NONE;
    let added = leaf;
    for (let level = 0; ; level += 1) {
      const edge = this.tiles[level] ?? { index: 0, growing: new Tile(), before: [] };
      this.tiles[level] = edge;
      edge.growing.push(added);
      const { root } = edge.growing;
      if (root === undefined) break;
      completed = [...completed, { level: level + 1, index: edge.index, hash: root }];
      const before = [edge.growing, ...edge.before].slice(0, TILES_BEFORE);
      this.tiles[level] = { index: edge.index + 1, growing: new Tile(), before };
      added = root;
    }
    this.leaves += 1;
    if (this.open.size > 0) this.open.clear();
    return completed;
  }

  root(): Hash {
    return rangeRoot(this.nodeAt, 0, this.leaves, this.open);
  }

  /** Of every leaf from `first` on (`inclusionProofs`), for leaves of the last tiles only; others need the stored tiles. */
  inclusionProofs<Proof>(first: number, nothing: Proof, below: (hash: Hash, above: Proof) => Proof): Proof[] {
    return inclusionProofs(this.nodeAt, [first, this.leaves], this.open, nothing, below);
  }

  private readonly nodeAt = (level: number, index: number): Hash => {
    const tileLevel = Math.floor(level / TILE_HEIGHT);
    const row = level % TILE_HEIGHT;
    const perTile = 2 ** (TILE_HEIGHT - row);
    const tileIndex = Math.floor(index / perTile);
    const edge = this.tiles[tileLevel];
    const tile = edge?.index === tileIndex ? edge.growing : edge?.before[edge.index - tileIndex - 1];
    const hash = tile?.at(row, index % perTile);
    if (hash === undefined)
      throw new RangeError(`node ${index} of level ${level} is not at the edge of ${this.leaves} leaves`);
    return hash;
  };
}
