import { hash } from 'node:crypto';

/**
 * A vkey short enough for paper: the first half of the SHA-256 of the line, as public/verify/note.js reckons it. Finding another
 * key with the same one takes 2^128 attempts.
 */
export function keyFingerprint(vkey: string): string {
  return hash('sha256', vkey, 'hex').slice(0, 32);
}

/** In groups of four, to be compared by eye. */
export function spaced(fingerprint: string): string {
  return fingerprint.replace(/.{4}(?=.)/g, '$& ');
}
