import type { EventStore } from '../event-store/event-store.js';
import { type Hash, leafHash } from './hash.js';
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
    for (const hash of await readTile(this.events, this.log, this.book, level, from, to)) tile.push(hash);
    return tile;
  }
}

/** Hashes `from` to `to - 1` of a level of tiles, all of which the log must have. */
export async function readTile(
  events: Pick<EventStore, 'read'>,
  log: LogStore,
  book: string,
  level: number,
  from: number,
  to: number,
): Promise<Hash[]> {
  const hashes =
    level === 0
      ? (await events.read(book, from, to - from)).map(({ canonical }) => leafHash(canonical))
      : await log.tileHashes(book, level, from, to);
  if (hashes.length !== to - from) throw new Error(`book ${book} lacks hashes ${from} to ${to - 1} of level ${level}`);
  return hashes;
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
