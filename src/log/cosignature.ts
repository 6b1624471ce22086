import { sign, verify } from 'node:crypto';
import type { ParsedNote } from './note.js';
import { ED25519_COSIGNATURE, keyIdOf, parseSigningKey, parseVerifyingKey, vkeyOf } from './note-key.js';

/**
 * C2SP tlog-cosignature, its Ed25519 kind: a witness states that at a time this was the largest tree of the log that it had
 * seen, and that it held all that it had seen before. The line stands among the checkpoint's signatures,
 *
 *   — witness.example/w1 base64(key id || 8 bytes of time || signature)
 *
 * and signs `cosignature/v1`, the time, and the text of the checkpoint.
 */
export interface Cosigner {
  name: string;
  /** `name+keyid+base64(0x04 || public key)`, as verifiers of cosignatures take it. */
  vkey: string;
  /** The signature line, with its newline, under a checkpoint's text. The time is in seconds since 1970. */
  cosign(text: string, time: number): string;
}

export interface CosignatureVerifier {
  name: string;
  vkey: string;
  /** When this witness cosigned the note, in seconds since 1970; nothing where none of its signatures is a valid one. */
  cosignedAt(note: ParsedNote): number | undefined;
}

const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;

/** Throws a RangeError where the text is no key of the form `PRIVATE+KEY+<name>+<keyid>+<base64>`. */
export function parseCosigner(key: string): Cosigner {
  const { name, privateKey, publicBytes } = parseSigningKey(key);
  const keyId = keyIdOf(name, ED25519_COSIGNATURE, publicBytes);
  return {
    name,
    vkey: vkeyOf(name, ED25519_COSIGNATURE, publicBytes),
    cosign: (text, time) => {
      const timeBytes = Buffer.alloc(TIME_BYTES);
      timeBytes.writeBigUInt64BE(BigInt(time));
      const signature = sign(null, signedMessage(text, BigInt(time)), privateKey);
      return `— ${name} ${Buffer.concat([keyId, timeBytes, signature]).toString('base64')}\n`;
    },
  };
}

/** Throws a RangeError where the text is no vkey of a witness. */
export function parseCosignatureVerifier(vkey: string): CosignatureVerifier {
  const { name, publicKey, publicBytes } = parseVerifyingKey(vkey, ED25519_COSIGNATURE);
  const keyId = keyIdOf(name, ED25519_COSIGNATURE, publicBytes);
  return {
    name,
    vkey: vkeyOf(name, ED25519_COSIGNATURE, publicBytes),
    cosignedAt: ({ text, signatures }) => {
      for (const one of signatures) {
        if (one.name !== name || !one.keyId.equals(keyId)) continue;
        if (one.signature.length !== TIME_BYTES + SIGNATURE_BYTES) continue;
        const time = one.signature.readBigUInt64BE(0);
        // The specification allows 63 bits; what a number cannot hold exactly is no time of ours.
        if (time > BigInt(Number.MAX_SAFE_INTEGER)) continue;
        if (verify(null, signedMessage(text, time), publicKey, one.signature.subarray(TIME_BYTES))) return Number(time);
      }
      return undefined;
    },
  };
}

function signedMessage(text: string, time: bigint): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${time}\n${text}`);
}
