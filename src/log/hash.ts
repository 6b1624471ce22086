import { hash } from 'node:crypto';

/** 32 bytes of SHA-256. */
export type Hash = Buffer;

/** RFC 6962, 2.1: SHA-256(0x00 || the event's canonical bytes). U+0000 is the byte 0x00 in UTF-8. */
export function leafHash(canonical: string): Hash {
  return hash('sha256', `\u0000${canonical}`, 'buffer');
}

const node = Buffer.alloc(65);
node[0] = 0x01;

/** RFC 6962, 2.1: SHA-256(0x01 || left || right). */
export function nodeHash(left: Hash, right: Hash): Hash {
  left.copy(node, 1);
  right.copy(node, 33);
  return hash('sha256', node, 'buffer');
}

/** RFC 6962, 2.1: the hash of an empty list is that of no bytes. */
export const EMPTY_ROOT: Hash = hash('sha256', '', 'buffer');
