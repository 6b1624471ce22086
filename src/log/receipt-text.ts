import { asciiJson } from '../ascii-json.js';
import type { Receipt } from './book-log.js';
import type { Hash } from './hash.js';
import type { TreeEdge } from './tree-edge.js';

/** A receipt as JSON, in characters of ASCII alone. Hashes and numbers need no escaping. */
export function receiptText({ book, seq, leafHash, checkpoint, proof }: Receipt): string {
  return written(book, seq, leafHash, asciiJson(checkpoint), proof.map((hash) => `"${hash}"`).join());
}

/** The same of the last entries of a log, whose leaves these are, by the checkpoint that was just signed over them. */
export function receiptTexts(book: string, leaves: readonly Hash[], edge: TreeEdge, checkpoint: string): string[] {
  const checkpointJson = asciiJson(checkpoint);
  const first = edge.size - leaves.length;
  const proofs = edge.inclusionProofs(first, '', (hash, above) => {
    const text = `"${hash.toString('base64')}"`;
    return above === '' ? text : `${text},${above}`;
  });
  return leaves.map((leaf, index) =>
    written(book, first + index, leaf.toString('base64'), checkpointJson, proofs[index] ?? ''),
  );
}

function written(book: string, seq: number, leafHash: string, checkpointJson: string, hashes: string): string {
  return `{"book":"${book}","seq":${seq},"leafHash":"${leafHash}","checkpoint":${checkpointJson},"proof":[${hashes}]}`;
}
