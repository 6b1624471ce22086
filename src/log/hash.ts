import { hash } from 'node:crypto';

/** 32 bytes of SHA-256. */
export type Hash = Buffer;

const LEAF = Buffer.of(0x00);
/** A leaf with what comes before it; few are longer. */
const leaf = Buffer.alloc(4_096);

/** RFC 6962, 2.1: SHA-256(0x00 || the event's canonical bytes). U+0000 is the byte 0x00 in UTF-8. */
export function leafHash(canonical: string | Uint8Array): Hash {
  if (typeof canonical === 'string') return sha256(`\u0000${canonical}`);
  const { length } = canonical;
  if (length >= leaf.length) return sha256(Buffer.concat([LEAF, canonical]));
  leaf.set(canonical, 1);
  return sha256(leaf.subarray(0, 1 + length));
}

const node = Buffer.alloc(65);
node[0] = 0x01;

/** RFC 6962, 2.1: SHA-256(0x01 || left || right). */
export function nodeHash(left: Hash, right: Hash): Hash {
  node.set(left, 1);
  node.set(right, 33);
  return sha256(node);
}

/** Node takes twice as long to give a buffer as to give a text, a character a byte, of which a buffer is then made. */
function sha256(data: string | Buffer): Hash {
  return Buffer.from(hash('sha256', data, 'binary'), 'binary');
}

/** RFC 6962, 2.1: the hash of an empty list is that of no bytes. */
export const EMPTY_ROOT: Hash = sha256('');
