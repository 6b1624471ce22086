import { asciiJson } from '../ascii-json.js';
import type { Receipt } from './book-log.js';

/**
 * A receipt as JSON, in characters of ASCII alone. Hashes and numbers need no escaping.
 *
 * @param checkpointJson that of its checkpoint, which the entries of a batch share
 */
export function receiptText(
  { book, seq, leafHash, checkpoint, proof }: Receipt,
  checkpointJson = asciiJson(checkpoint),
): string {
  const hashes = proof.length === 0 ? '[]' : `["${proof.join('","')}"]`;
  return `{"book":"${book}","seq":${seq},"leafHash":"${leafHash}","checkpoint":${checkpointJson},"proof":${hashes}}`;
}
