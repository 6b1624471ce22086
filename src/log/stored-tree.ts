import type { EventStore } from '../event-store/event-store.js';
import { leafHash } from './hash.js';
import type { LogStore } from './log-store.js';
import type { NodeAt } from './proof.js';
import { TILE_HEIGHT, TILE_WIDTH, Tile } from './tree-edge.js';

/** The tree of a book as it is stored, up to a size: for proofs of any entry. Tiles are read when they are needed, once. */
export class StoredTree {
  private readonly tiles = new Map<string, Tile>();

  constructor(
    private readonly events: EventStore,
    private readonly log: LogStore,
    private readonly book: string,
    private readonly size: number,
  ) {}

  /** Computes something from nodes; what is missing is read, and it is computed again. */
  async compute<Result>(computation: (nodeAt: NodeAt) => Result): Promise<Result> {
    for (;;) {
      try {
        return computation(this.nodeAt);
      } catch (error) {
        if (!(error instanceof MissingTile)) throw error;
        this.tiles.set(error.key, await this.readTile(error.level, error.index));
      }
    }
  }

  private readonly nodeAt: NodeAt = (level, index) => {
    const tileLevel = Math.floor(level / TILE_HEIGHT);
    const row = level % TILE_HEIGHT;
    const perTile = 2 ** (TILE_HEIGHT - row);
    const missing = new MissingTile(tileLevel, Math.floor(index / perTile));
    const tile = this.tiles.get(missing.key);
    if (tile === undefined) throw missing;
    const hash = tile.at(row, index % perTile);
    if (hash === undefined) throw new Error(`book ${this.book} lacks node ${index} of level ${level} of its log`);
    return hash;
  };

  private async readTile(level: number, index: number): Promise<Tile> {
    const from = index * TILE_WIDTH;
    const to = Math.min(from + TILE_WIDTH, Math.floor(this.size / TILE_WIDTH ** level));
    const tile = new Tile();
    if (level === 0) {
      const entries = await this.events.read(this.book, from, to - from);
      for (const { canonical } of entries) tile.push(leafHash(canonical));
    } else {
      for (const hash of await this.log.tileHashes(this.book, level, from, to)) tile.push(hash);
    }
    return tile;
  }
}

class MissingTile extends Error {
  readonly key: string;

  constructor(
    readonly level: number,
    readonly index: number,
  ) {
    super(`tile ${index} of level ${level} is not read yet`);
    this.key = `${level}/${index}`;
  }
}
