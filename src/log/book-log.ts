import { Injectable } from '@nestjs/common';
import { EventStore, type Seal } from '../event-store/event-store.js';
import { type Checkpoint, checkpointText, parseCheckpoint } from './checkpoint.js';
import { type Hash, leafHash } from './hash.js';
import { LogStore, type SignedCheckpoint } from './log-store.js';
import type { Signer } from './note.js';
import { inclusionProof } from './proof.js';
import { RoundSigner } from './signing/round-signer.js';
import { StoredTrees } from './stored-trees.js';
import type { TileHash, TreeEdge } from './tree-edge.js';

/**
 * What a poster gets back: proof that the entry stands in the log that the checkpoint signs. It verifies offline with a key of
 * `/log/keys`. Hashes are base64; the proof goes from the leaf up (RFC 6962, 2.1.1).
 */
export interface Receipt {
  book: string;
  seq: number;
  leafHash: string;
  /** A C2SP signed note. */
  checkpoint: string;
  proof: string[];
}

/** Injection token of the key that signs. */
export const LOG_SIGNER = Symbol('LOG_SIGNER');

/** Signs and proves. The log of a book is named `<name of the key>/<book>`. */
@Injectable()
export class BookLog {
  readonly trees: StoredTrees;

  constructor(
    private readonly signer: Signer,
    events: EventStore,
    private readonly store: LogStore,
    private readonly round = new RoundSigner(signer),
  ) {
    this.trees = new StoredTrees(events, store);
  }

  /** What the log gains by a batch after which its tree has this edge; signed together with the batches of other books. */
  async seal(book: string, edge: TreeEdge, tileHashes: TileHash[]): Promise<Seal> {
    const { size } = edge;
    const text = checkpointText({ origin: `${this.signer.name}/${book}`, size, root: edge.root() });
    return { size, note: await this.round.sign(text), tileHashes };
  }

  /** The receipt that the poster of an entry got. */
  async firstReceipt(book: string, seq: number, canonical: string): Promise<Receipt> {
    const checkpoint = await this.store.covering(book, seq);
    if (checkpoint === undefined) throw new Error(`no checkpoint covers entry ${seq} of book ${book}`);
    return this.receiptAt(book, seq, checkpoint, leafHash(canonical));
  }

  /** The receipt of an entry against a checkpoint that covers it. */
  async receiptAt(book: string, seq: number, { size, note }: SignedCheckpoint, leaf?: Hash): Promise<Receipt> {
    return this.trees.compute(book, size, (nodeAt, edge) => {
      const proof = inclusionProof(nodeAt, seq, size, edge);
      return receipt(book, seq, leaf ?? nodeAt(0, seq), note, proof);
    });
  }

  /** What was signed at a size; nothing where no batch ended just there. */
  async signedAt(book: string, size: number): Promise<Checkpoint | undefined> {
    const signed = await this.store.covering(book, size - 1);
    return signed?.size === size ? parseCheckpoint(signed.note) : undefined;
  }

  /** What was signed last; the signature is for others to verify. */
  async latest(book: string): Promise<Checkpoint | undefined> {
    const signed = await this.store.latest(book);
    return signed === undefined ? undefined : parseCheckpoint(signed.note);
  }
}

function receipt(book: string, seq: number, leaf: Hash, checkpoint: string, proof: Hash[]): Receipt {
  return {
    book,
    seq,
    leafHash: leaf.toString('base64'),
    checkpoint,
    proof: proof.map((hash) => hash.toString('base64')),
  };
}
