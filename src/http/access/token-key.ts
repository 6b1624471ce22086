import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { SignJWT } from 'jose';
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
  return parseKey(file, readIfPresent(file) ?? makeKey(file));
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

function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new PlainError(`TOKEN_KEY_FILE ${file} cannot be read: ${(error as Error).message}`);
  }
}

/** Two processes may start together: whoever links first has made the key, the other reads it. */
function makeKey(file: string): string {
  mkdirSync(dirname(file), { recursive: true });
  const { privateKey } = generateKeyPairSync('ed25519');
  const temporary = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(temporary, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600, flag: 'wx' });
  try {
    chmodSync(temporary, 0o600);
    linkSync(temporary, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  return readFileSync(file, 'utf8');
}

function parseKey(file: string, pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Told below, without a word of what the file holds.
  }
  throw new PlainError(`TOKEN_KEY_FILE ${file} holds no Ed25519 private key in PEM (PKCS 8).`);
}
