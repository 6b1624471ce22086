import { hash } from 'node:crypto';

/** RFC 6962, 2.1: SHA-256(0x00 || the event's canonical bytes), in base64. U+0000 is the byte 0x00 in UTF-8. */
export function leafHash(canonical: string): string {
  return hash('sha256', `\u0000${canonical}`, 'base64');
}
