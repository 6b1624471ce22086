import { Injectable } from '@nestjs/common';
import { Refusal } from '../domain/refusal.js';
import { EventStore } from '../event-store/event-store.js';
import { BookLog, type Receipt } from './book-log.js';
import { CosignatureStore } from './cosignature-store.js';
import { type CosignedCheckpoint, LatestCheckpoints } from './latest-checkpoints.js';
import { LogStore } from './log-store.js';
import { consistencyProof, type NodeAt } from './proof.js';
import type { TilePath } from './tile-path.js';
import { TILE_WIDTH } from './tree-edge.js';

/** That the log of `to` entries begins with the one of `from` entries (RFC 6962, 2.1.2). Hashes are base64. */
export interface Consistency {
  book: string;
  from: number;
  to: number;
  proof: string[];
  /** What was signed at the size `to`; null where no batch ended just there. */
  checkpoint: string | null;
}

/** What the log of a book shows to everybody: only what its latest checkpoint covers. */
@Injectable()
export class PublishedLog {
  constructor(
    private readonly log: BookLog,
    private readonly events: EventStore,
    private readonly store: LogStore,
    private readonly checkpoints: LatestCheckpoints,
    private readonly cosignatures: CosignatureStore,
  ) {}

  /** Refusal: book_unknown. */
  async latest(book: string): Promise<CosignedCheckpoint> {
    const latest = await this.checkpoints.of(book);
    if (latest === undefined) throw new Refusal('book_unknown', `There is no book ${book}.`);
    return latest;
  }

  /** The latest checkpoint with the lines of the witnesses that have cosigned it by now. Refusal: book_unknown. */
  async latestNote(book: string): Promise<string> {
    return (await this.latest(book)).cosigned;
  }

  /** The largest checkpoint that a witness has cosigned, with its lines; nothing where none has. Refusal: book_unknown. */
  async cosignedNote(book: string): Promise<string | undefined> {
    await this.latest(book);
    const cosigned = await this.cosignatures.latest(book);
    return cosigned && this.cosignatures.withLines(book, cosigned);
  }

  /** The bytes of a tile of hashes or of entries; nothing where the latest checkpoint has no such tile. Refusal: book_unknown. */
  async tile(book: string, path: TilePath): Promise<Buffer | undefined> {
    const { size } = await this.latest(book);
    const from = path.index * TILE_WIDTH;
    const to = from + path.width;
    if (to > Math.floor(size / TILE_WIDTH ** path.level)) return undefined;
    if (path.kind === 'hashes') return this.log.trees.hashes(book, path.level, from, to);
    const entries = await this.events.read(book, from, path.width);
    if (entries.length !== path.width) throw new Error(`book ${book} lacks entries from ${from} to ${to - 1}`);
    return Buffer.concat(entries.flatMap(({ canonical }) => withLength(Buffer.from(canonical))));
  }

  /** Of any entry, against the latest checkpoint and its cosignatures. Refusals: book_unknown, entry_unknown. */
  async receipt(book: string, seq: bigint): Promise<Receipt> {
    const { size, cosigned } = await this.latest(book);
    if (seq >= BigInt(size)) throw new Refusal('entry_unknown', undefined, { field: 'seq' });
    return this.log.receiptAt(book, Number(seq), { size, note: cosigned });
  }

  /**
   * Nothing where the log never had so many entries. `from` is 1 at least and not above `to`, which is the latest size where
   * it is absent. Refusal: book_unknown.
   */
  async consistency(book: string, from: bigint, to?: bigint): Promise<Consistency | undefined> {
    const latest = await this.latest(book);
    const end = to ?? BigInt(latest.size);
    if (end > BigInt(latest.size) || from > end) return undefined;
    const [fromSize, toSize] = [Number(from), Number(end)];
    const prove = (nodeAt: NodeAt) => consistencyProof(nodeAt, fromSize, toSize);
    const proof = await this.log.trees.compute(book, toSize, prove);
    const signed = toSize === latest.size ? latest : await this.store.covering(book, toSize - 1);
    return {
      book,
      from: fromSize,
      to: toSize,
      proof: proof.map((hash) => hash.toString('base64')),
      checkpoint: signed?.size === toSize ? signed.note : null,
    };
  }
}

/** An entry of a bundle: its length in two bytes, big-endian, and its bytes. */
function withLength(entry: Buffer): Buffer[] {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(entry.length);
  return [length, entry];
}
