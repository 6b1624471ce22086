import type { Receipt } from './book-log.js';
import { parseCheckpoint } from './checkpoint.js';
import { type Hash, leafHash } from './hash.js';
import { parseNote, type Verifier } from './note.js';
import { parseTlogProof } from './tlog-proof.js';
import { isIncluded } from './verify-proof.js';

/** A log has less than 2^64 entries. */
const MAX_HASHES = 64;

/**
 * The receipt in a text: the JSON of `…/events/{seq}/proof`, the answer to a posting, which holds one, or a C2SP tlog-proof, which
 * states no leaf, so that it needs the entry itself. Throws a RangeError where there is none in it.
 *
 * @param entry the canonical bytes of the event, as a line of `…/events`
 */
export function readReceipt(text: string, entry?: string): Receipt {
  if (text.startsWith('{')) return receiptIn(parseJson(text));
  const { index, proof, checkpoint } = parseTlogProof(text);
  if (entry === undefined) throw new RangeError('a tlog-proof says nothing of its entry: give the entry too');
  const { origin } = parseCheckpoint(checkpoint);
  const book = origin.slice(origin.lastIndexOf('/') + 1);
  return { book, seq: index, leafHash: leafHash(entry).toString('base64'), checkpoint, proof };
}

/**
 * Why the receipt does not prove that the log which has one of these keys holds the entry at its seq; nothing where it does. Without the
 * entry it proves that of whatever has its leaf hash.
 */
export function faultOfReceipt(receipt: Receipt, verifiers: Verifier[], entry?: string): string | undefined {
  const { book, seq } = receipt;
  const leaf = hashOf(receipt.leafHash);
  const proof = receipt.proof.map(hashOf);
  if (leaf === undefined || proof.length > MAX_HASHES || !areHashes(proof))
    return 'it holds what is no SHA-256 in base64';
  const note = parseNote(receipt.checkpoint);
  const signer = verifiers.find((verifier) => verifier.accepts(note));
  if (signer === undefined)
    return `its checkpoint is not signed with ${verifiers.map(({ vkey }) => vkey).join(' or ')}`;
  const { origin, size, root } = parseCheckpoint(receipt.checkpoint);
  if (origin !== `${signer.name}/${book}`) return `its checkpoint is of ${origin}, not of ${signer.name}/${book}`;
  if (!isIncluded(leaf, seq, size, proof, root))
    return `no entry ${seq} of this leaf hash is in the log of ${size} entries`;
  if (entry === undefined) return undefined;
  if (!leafHash(entry).equals(leaf)) return 'its leaf hash is not that of the entry';
  const named = parseJson(entry) as { book?: unknown; seq?: unknown } | null;
  return named?.book === book && named.seq === seq
    ? undefined
    : `the entry does not say that it is ${seq} of book ${book}`;
}

function receiptIn(value: unknown): Receipt {
  const { receipt = value } = value as { receipt?: unknown };
  const { book, seq, leafHash: leaf, checkpoint, proof } = (receipt ?? {}) as Record<string, unknown>;
  const isWhole =
    typeof book === 'string' &&
    Number.isSafeInteger(seq) &&
    typeof leaf === 'string' &&
    typeof checkpoint === 'string' &&
    Array.isArray(proof) &&
    proof.every((hash) => typeof hash === 'string');
  if (!isWhole) throw new RangeError('a receipt has a book, a seq, a leafHash, a checkpoint and a proof');
  return { book, seq: Number(seq), leafHash: leaf, checkpoint, proof };
}

function hashOf(text: string): Hash | undefined {
  const hash = Buffer.from(text, 'base64');
  return hash.length === 32 && hash.toString('base64') === text ? hash : undefined;
}

function areHashes(list: (Hash | undefined)[]): list is Hash[] {
  return !list.includes(undefined);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RangeError(`not JSON: ${(error as Error).message}`);
  }
}
