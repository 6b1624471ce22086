import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { readOrMakeKeyFile } from '../../key-file.js';
import { PlainError } from '../../plain-error.js';
import type { Role } from './roles.js';

/** Who issued a token of the local key, and for whom. */
export const LOCAL_ISSUER = 'mingzhang';

export interface TokenRequest {
  role: Role;
  /** Code prefixes, e.g. `6401`. */
  divisions: string[];
  /** The actor as it stands in events, e.g. `clerk-07`. */
  subject: string;
  /** Seconds, or a span such as `12h`. */
  expires: string;
}

/** The local Ed25519 key (PKCS 8, PEM); made with mode 0600 where there is none yet. */
export function readOrMakeTokenKey(file: string): KeyObject {
  return parseKey(file, readOrMakeKeyFile('TOKEN_KEY_FILE', file, makeKey));
}

export async function signToken(key: KeyObject, { role, divisions, subject, expires }: TokenRequest): Promise<string> {
  return new SignJWT({ role, divisions })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT' })
    .setSubject(subject)
    .setIssuer(LOCAL_ISSUER)
    .setAudience(LOCAL_ISSUER)
    .setIssuedAt()
    .setExpirationTime(/^\d+$/.test(expires) ? `${expires}s` : expires)
    .sign(key);
}

function makeKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
}

function parseKey(file: string, pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Told below, without a word of what the file holds.
  }
  throw new PlainError(
    `TOKEN_KEY_FILE ${file} 中没有 Ed25519 私钥 holds no key; 可用 allowed: an Ed25519 private key in PEM (PKCS 8)`,
  );
}
