import { createHash } from 'node:crypto';

const LEAF_PREFIX = Buffer.of(0x00);

/** RFC 6962, 2.1: SHA-256(0x00 || the event's canonical bytes). */
export function leafHash(canonical: string): Buffer {
  return createHash('sha256').update(LEAF_PREFIX).update(canonical, 'utf8').digest();
}
