import type { EventStore } from '../event-store/event-store.js';
import { EMPTY_ROOT, type Hash } from './hash.js';
import type { LogStore } from './log-store.js';
import type { NodeAt } from './proof.js';
import { placeOf, StoredTile, tileWidth } from './stored-tile.js';
import { TILE_WIDTH } from './tree-edge.js';

/** Those of a million entries, some 9 kB each. */
const MAX_KEPT = 4_096;
/** Books whose edges are kept, some 20 hashes each. */
const MAX_EDGES = 64;

interface Wanted {
  /** Of the tile among those of all books. */
  name: string;
  level: number;
  index: number;
  /** How many hashes it must have. */
  width: number;
}

interface Looked {
  level: number;
  index: number;
  tile: StoredTile;
}

/**
 * Roots of the ranges that end where the log does, by where they begin: what every proof of that size has in it, and no tile holds;
 * see `rangeRoot`.
 */
export type Edge = Map<number, Hash>;

/**
 * The trees of all books as they are stored, for proofs of any entry at any size. The tiles that were asked for last are kept, since
 * one of the lowest is made of 256 events, and what was logged never changes.
 */
export class StoredTrees {
  /** The one that was asked for last stands last. */
  private readonly kept = new Map<string, StoredTile>();
  private readonly edges = new Map<string, { size: number; edge: Edge }>();
  private readonly reading = new Map<string, Promise<StoredTile>>();

  constructor(
    private readonly events: Pick<EventStore, 'leafHashes'>,
    private readonly log: LogStore,
    private readonly maxKept = MAX_KEPT,
  ) {}

  /**
   * Computes something from nodes of the tree of a book's first `size` entries, all of which the log must have. It is computed
   * again after what was missing was read, so which nodes it asks for must not hang on what others are.
   */
  async compute<Result>(
    book: string,
    size: number,
    computation: (nodeAt: NodeAt, edge: Edge) => Result,
  ): Promise<Result> {
    /** Those that the computation has looked at, three or four: most nodes of a proof are of one that was looked at before. */
    const looked: Looked[] = [];
    for (;;) {
      const missing = new Map<string, Wanted>();
      const edge = this.edgeOf(book, size);
      const result = computation((nodeLevel, nodeIndex) => {
        const { level, index, row, column } = placeOf(nodeLevel, nodeIndex);
        const before = looked.find((one) => one.index === index && one.level === level);
        if (before !== undefined) return before.tile.at(row, column);
        const wanted = { name: `${book}/${level}/${index}`, level, index, width: tileWidth(size, level, index) };
        const tile = this.find(wanted);
        if (tile === undefined) missing.set(wanted.name, wanted);
        else looked.push({ level, index, tile });
        return tile?.at(row, column) ?? EMPTY_ROOT;
      }, edge);
      if (missing.size === 0) {
        this.keepEdge(book, size, edge);
        return result;
      }
      // What was made of hashes that are not there is no root of anything.
      this.edges.delete(book);
      const read = async (wanted: Wanted) => ({ ...wanted, tile: await this.read(book, wanted) });
      looked.push(...(await Promise.all([...missing.values()].map(read))));
    }
  }

  /** Hashes `from` to `to - 1` of a level of tiles, one after another, as they are stored now; the log must have all of them. */
  async hashes(book: string, level: number, from: number, to: number): Promise<Buffer> {
    const hashes =
      level === 0
        ? await this.events.leafHashes(book, from, to - from)
        : await this.log.tileHashes(book, level, from, to);
    if (hashes.length !== (to - from) * EMPTY_ROOT.length)
      throw new Error(`book ${book} lacks hashes ${from} to ${to - 1} of level ${level}`);
    return hashes;
  }

  private edgeOf(book: string, size: number): Edge {
    const kept = this.edges.get(book);
    return kept?.size === size ? kept.edge : new Map();
  }

  private keepEdge(book: string, size: number, edge: Edge): void {
    if (edge.size === 0 || this.edges.get(book)?.edge === edge) return;
    this.edges.delete(book);
    this.edges.set(book, { size, edge });
    const [oldest] = this.edges.keys();
    if (this.edges.size > MAX_EDGES && oldest !== undefined) this.edges.delete(oldest);
  }

  private find({ name, width }: Wanted): StoredTile | undefined {
    const tile = this.kept.get(name);
    if (tile === undefined || tile.width < width) return undefined;
    this.keep(name, tile);
    return tile;
  }

  /** Those who want the same tile at the same time share one reading, if it brings enough of it. */
  private async read(book: string, wanted: Wanted): Promise<StoredTile> {
    for (;;) {
      const underWay = this.reading.get(wanted.name);
      const tile = underWay === undefined ? this.find(wanted) : await underWay;
      if (tile !== undefined && tile.width >= wanted.width) return tile;
      if (underWay !== undefined) continue;
      const reading = this.readRest(book, wanted).finally(() => this.reading.delete(wanted.name));
      this.reading.set(wanted.name, reading);
    }
  }

  private async readRest(book: string, { name, level, index, width }: Wanted): Promise<StoredTile> {
    const begun = this.kept.get(name) ?? StoredTile.empty;
    const first = index * TILE_WIDTH;
    const tile = begun.with(await this.hashes(book, level, first + begun.width, first + width));
    this.keep(name, tile);
    return tile;
  }

  private keep(name: string, tile: StoredTile): void {
    this.kept.delete(name);
    this.kept.set(name, tile);
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= this.maxKept) break;
      this.kept.delete(oldest);
    }
  }
}
